"""Two directories of files, compared byte by byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

SHOWN = 120


class Difference(NamedTuple):
    """A file that differs: `line` and `column` are the first that do, 1 where the file is only on one side.

    `old` and `new` are that line on both sides, cut, empty where it is not there.
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    line: int = 1
    column: int = 1
    old: str = ""
    new: str = ""


def differences(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """Return the first difference of every file that differs, sorted by path."""
    found = []
    for path in sorted({*old, *new}):
        before, after = old.get(path), new.get(path)
        if before is None:
            found.append(Difference(path, "added"))
        elif after is None:
            found.append(Difference(path, "removed"))
        elif before != after:
            found.append(_first(path, before, after))
    return tuple(found)


def _first(path: str, before: bytes, after: bytes) -> Difference:
    old, new = _lines(before), _lines(after)
    pairs = zip(old, new, strict=False)
    index = next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    was, now = (lines[index] if index < len(lines) else "" for lines in (old, new))
    letters = zip(was, now, strict=False)
    column = next((place for place, (a, b) in enumerate(letters) if a != b), min(len(was), len(now)))
    start = max(0, column - SHOWN // 2)
    return Difference(path, "changed", index + 1, column + 1, _cut(was, start), _cut(now, start))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "backslashreplace").split("\n")


def _cut(line: str, start: int) -> str:
    return line[start : start + SHOWN]
