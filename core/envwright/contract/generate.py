"""Writes the files that are made from the types: `python -m envwright.contract.generate [ROOT]`.

`ROOT` is the checkout, the working directory if left out. Rooms above this one that make files of their own call `main`
with their own list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from envwright.contract.jsonschema import stack_schema_text
from envwright.contract.reference import reference_text

Generated = Sequence[tuple[str, Callable[[], str]]]
"""Paths below the checkout, each with the function that gives the file's text."""

CONTRACT: Generated = (
    ("schema/services.schema.json", stack_schema_text),
    ("docs/contract.md", reference_text),
)


def stale(root: Path, generated: Generated = CONTRACT) -> tuple[str, ...]:
    """Return the paths of the files below `root` that are missing or not what their functions give."""
    return tuple(path for path, text in generated if _current(root / path) != text())


def main(arguments: Sequence[str], generated: Generated = CONTRACT) -> int:
    """Write the files that are stale below the first argument, or below the working directory; return 0."""
    root = Path(arguments[0]) if arguments else Path()
    texts = dict(generated)
    for path in stale(root, generated):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path](), encoding="utf-8", newline="\n")
        print(f"wrote {path}")
    return 0


def _current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
