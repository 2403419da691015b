"""A template's text and where it stands, so that an offset becomes a place that a user can open."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from envwright.model.mark import Mark
from envwright.model.nodes import Scalar, Style


class Source:
    """The text of a template: a whole file, a part of one, or the content of a scalar.

    `origin` is the place of its first character (of a quoted scalar: the quote). `style` is the scalar's, None for text
    that stands in the file as it is.
    """

    __slots__ = ("_starts", "origin", "style", "text")

    def __init__(self, text: str, origin: Mark, style: Style | None = None) -> None:
        self.text = text
        self.origin = origin
        self.style = style
        self._starts: list[int] | None = None

    @classmethod
    def of_file(cls, text: str, path: str) -> Source:
        """Return the source that is the whole file `path`."""
        return cls(text, Mark(path))

    @classmethod
    def of_scalar(cls, scalar: Scalar) -> Source:
        """Return the source that is a scalar's content."""
        return cls(scalar.text, scalar.mark, scalar.style)

    def line_starts(self) -> list[int]:
        """Return the offset of each line's first character, ascending."""
        if self._starts is None:
            lines = self.text.split("\n")
            self._starts = list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))
        return self._starts

    def mark(self, start: int, end: int) -> Mark:
        """Return the place of the characters from `start` to before `end`.

        Exact in files and in scalars on one line; in a literal block (`|`) the line is exact and the column counts
        from where the block's content begins; a scalar whose lines YAML folded is named as a whole.
        """
        if self.style is None:
            return self._in_lines(start, end, self.origin)
        if self.style == "|":
            return self._in_lines(start, end, Mark(self.origin.file, self.origin.line + 1))
        return self._in_one_line(start, end)

    def _in_lines(self, start: int, end: int, first: Mark) -> Mark:
        starts = self.line_starts()
        line = bisect_right(starts, start) - 1
        line_end = starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)
        width = max(1, min(end, line_end) - start)
        column = start - starts[line] + (first.column if line == 0 else 1)
        return Mark(first.file, first.line + line, column, width)

    def _in_one_line(self, start: int, end: int) -> Mark:
        before = _written_length(self.text[:start], self.style)
        width = _written_length(self.text[start:end], self.style)
        folded = self.style == ">" or before + width > max(self.origin.width, 1)
        if folded and self.origin.width > 1:
            return self.origin
        opening = 1 if self.style in ("'", '"') else 0
        return self.origin._replace(column=self.origin.column + opening + before, width=max(1, width))


def _written_length(text: str, style: Style | None) -> int:
    """Return how many characters `text` takes inside a scalar of this style: YAML escapes quotes and the like."""
    if style == "'":
        return len(text) + text.count("'")
    if style == '"':
        return len(text) + sum(char in '"\\' or char < " " for char in text)
    return len(text)
