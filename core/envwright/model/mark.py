"""Places in files."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """A place in a file that a user can open.

    `file` is relative to the root file's directory with `/` as separator (`-` for standard input, `--var` and the like
    for the command line); `line` and `column` count from 1, in characters, not bytes; `width` is how many characters
    of that line the place covers, at least 1.
    """

    file: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
