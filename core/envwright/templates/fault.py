"""Why a template cannot go on: raised inside this room, turned into diagnostics at its border."""

from __future__ import annotations

from collections.abc import Iterable

from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.templates.markers import readable
from envwright.templates.source import Source

UNPLACED = -1
_SHOWN = 60


class Fault(Exception):
    """One mistake in a template.

    `start` and `end` are offsets into `source.text`, UNPLACED until the one who knows the place says it; `argument`
    is the index of the function argument to blame, if it is one of them.
    """

    def __init__(
        self, code: str, summary: str, hint: str = "", *, start: int = UNPLACED, end: int = UNPLACED, argument: int = -1
    ) -> None:
        super().__init__(code, summary)
        self.code = code
        self.summary = summary
        self.hint = hint
        self.start = start
        self.end = end
        self.argument = argument
        self.source: Source | None = None

    def at(self, start: int, end: int) -> Fault:
        """Set the place, unless it is known already: the first to know it stands nearest to the mistake."""
        if self.start == UNPLACED:
            self.start, self.end = start, end
        return self

    def in_source(self, source: Source) -> Fault:
        """Set the source that the offsets belong to, unless it is known already."""
        if self.source is None:
            self.source = source
        return self


class Faults(Exception):
    """Several mistakes of one template, in the order they were found."""

    def __init__(self, items: Iterable[Fault]) -> None:
        self.items = tuple(items)
        super().__init__(len(self.items))


def as_error(fault: Fault, source: Source) -> Diagnostic:
    """Return the diagnostic of a fault; `source` is where its offsets belong if it does not say so itself."""
    place = (fault.source or source).mark(max(fault.start, 0), max(fault.end, 0))
    return diagnostic("error", fault.code, readable(fault.summary), place, hint=readable(fault.hint))


def shortened(text: str) -> str:
    """Return a computed text as a message quotes it: whole if it is short, else its beginning."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
