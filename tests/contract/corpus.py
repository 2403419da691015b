"""The bad inputs of `bad/`: whole files, each with one kind of mistake, that say what is expected of them.

A file begins with comments. `# expect: EW101 9:5 summary; hint` is a diagnostic: code, line and column, summary, and
after a semicolon the hint if it has one. `# schema accepts: reason` says why the JSON Schema cannot know. Files are
found, not listed: add one and every test that reads the corpus runs it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from envwright.model.diagnostic import Diagnostic

FOLDER = Path(__file__).parent / "bad"
_HEAD = re.compile(r"^# (expect|schema accepts): (.*)$", re.MULTILINE)


class Bad(NamedTuple):
    """One bad input: its file, its text, what is expected, and why the schema accepts it (empty: it must not)."""

    path: Path
    text: str
    expected: tuple[str, ...]
    schema_accepts: str


def bad_inputs() -> list[Bad]:
    """Return the corpus, sorted by file name."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        heads = _HEAD.findall(text)
        expected = tuple(value for kind, value in heads if kind == "expect")
        found.append(Bad(path, text, expected, " ".join(value for kind, value in heads if kind != "expect")))
    return found


def in_a_line(found: Diagnostic) -> str:
    """Return a diagnostic as the head comments write it."""
    place = f"{found.where.line}:{found.where.column}" if found.where else "-"
    return f"{found.code} {place} {found.summary}" + (f"; {found.hint}" if found.hint else "")
