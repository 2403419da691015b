"""What a template became, and the way back: which line of which template made which line of the output."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from envwright.model.diagnostic import Diagnostic
from envwright.model.mark import Mark
from envwright.templates.run import Segment
from envwright.templates.scope import Reads
from envwright.templates.source import Source


class Rendered(NamedTuple):
    """The output of a template file.

    `segments` map ranges of `text` to the template, in order; a `SourceMap` reads them. `warnings` are diagnostics of
    severity warning.
    """

    text: str
    segments: tuple[Segment, ...]
    reads: Reads
    warnings: tuple[Diagnostic, ...]


class SourceMap:
    """Answers where a line of the output came from. Lines and columns count from 1; indexes are built when asked."""

    def __init__(self, rendered: Rendered) -> None:
        self._rendered = rendered
        self._lines = Source(rendered.text, Mark("")).line_starts()
        self._offsets = [segment[0] for segment in rendered.segments]

    def origin(self, line: int, column: int = 1) -> Mark:
        """Return the place in a template that made this place of the output.

        Raises IndexError if the output has no such line.
        """
        offset = self._lines[line - 1] + column - 1
        position = bisect_right(self._offsets, offset) - 1
        if position < 0:
            raise IndexError(line)
        begin, source, start, end, names = self._rendered.segments[position]
        if names is None:
            start = min(start + offset - begin, end)
        return source.mark(start, end)

    def variables(self, line: int) -> tuple[str, ...]:
        """Return the passed variables that were read for this line of the output, each once, before its fallbacks."""
        return tuple(dict.fromkeys(name for *_, names in self._segments(line) for name in names or ()))

    def empty_variables(self, line: int) -> tuple[str, ...]:
        """Return those of `variables` that were not set or blank: what to blame if the line's value became null."""
        empty = self._rendered.reads.empty
        return tuple(name for name in self.variables(line) if name in empty)

    def expression(self, line: int, name: str) -> Mark:
        """Return the place of the expression that read the variable `name` for this line of the output.

        Raises StopIteration if none did.
        """
        return next(
            source.mark(start, end) for _, source, start, end, names in self._segments(line) if name in (names or ())
        )

    def _segments(self, line: int) -> Iterator[Segment]:
        begin = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self._rendered.text) + 1
        first = bisect_right(self._offsets, begin) - 1
        for segment in self._rendered.segments[max(first, 0) :]:
            if segment[0] >= end:
                return
            yield segment
