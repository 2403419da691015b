"""A difference for a terminal, as data and in Markdown: operations first, then the files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from envwright.envrepo.requests import Diff, FileChange
from envwright.plan.views.changes import transition_markdown, transition_text
from envwright.plan.views.escape import markdown_code
from envwright.plan.writing import json_bytes
from envwright.report.text import printable

# Puts a text into the colour of its role.
Style = Callable[[str, str], str]

# forges cut a page, and nobody reads on
MOST_LINES = 2_000
MOST_NAMED = 10
HEADER = 2
MARKS = {"+": "create", "-": "delete", "@": "gutter"}


def as_text(found: Diff, style: Style) -> str:
    """Return the difference for a terminal."""
    lines = [style(f"against {found.against}", "title"), transition_text(found.transition, style).rstrip("\n")]
    lines += [printable(line) for line in _unshown(found)]
    for file in found.files:
        lines += ["", *(style(printable(line), _role(line, place)) for place, line in enumerate(file.lines))]
    return "\n".join(lines) + "\n"


def _role(line: str, place: int) -> str:
    """Return the role of a line of a difference, whose first two name the file."""
    return "title" if place < HEADER else MARKS.get(line[:1], "")


def as_json(found: Diff, _style: Style) -> str:
    """Return the difference as JSON: the transition, and every file with its unified diff."""
    data = {
        "against": found.against,
        "transition": json.loads(json_bytes(found.transition)),
        "files": [{"path": file.path, "kind": file.kind, "diff": "\n".join(file.lines)} for file in found.files],
        "unshown": list(found.unshown),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_markdown(found: Diff, _style: Style) -> str:
    """Return the difference in Markdown; what a stack says stands in it as code, and cannot end it."""
    operations = f"Against {markdown_code(found.against)}: {transition_markdown(found.transition)}"
    return "\n".join([operations, *(f"{line}.\n" for line in _unshown(found)), *files_markdown(found.files)])


def _unshown(found: Diff) -> Iterator[str]:
    """Yield the files that change where no others do: a commit would bring them alone."""
    if found.unshown and not found.files:
        more = [f"{len(found.unshown) - MOST_NAMED} more"] if len(found.unshown) > MOST_NAMED else []
        yield f"what changes is made of the plan: {', '.join([*found.unshown[:MOST_NAMED], *more])}"


def files_markdown(files: Iterable[FileChange], most: int = MOST_LINES) -> Iterator[str]:
    """Yield each file with its unified diff in Markdown, `most` lines in all, and say what is left out then."""
    left = most
    for file in files:
        if left <= 0:
            yield f"{markdown_code(file.path)} and what follows is left out: it is too long.\n"
            return
        yield _fenced(file, left)
        left -= len(file.lines)


def _fenced(file: FileChange, most: int) -> str:
    lines = [printable(line) for line in file.lines[:most]]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "\n".join(lines)
    return f"{markdown_code(file.path, 400)} {file.kind}:\n\n{fence}diff\n{shown}\n{fence}\n"


FORMS: dict[str, Callable[[Diff, Style], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
