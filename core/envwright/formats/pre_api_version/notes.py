"""What a conversion has to tell: what it could not carry over, and what it changed."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple

from envwright.model.diagnostic import Diagnostic, Report, diagnostic
from envwright.model.mark import Mark
from envwright.templates.fault import Fault, as_error
from envwright.templates.source import Source


class Note(NamedTuple):
    """One thing to tell: where it stands in the older stack, what it is, and why. `excerpt` is what stood there."""

    mark: Mark
    what: str
    why: str
    excerpt: str = ""


class Notes:
    """Collects what there is to tell. `lines` are those of the root file, for excerpts."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.lost: list[Note] = []
        self.changed: list[Note] = []
        self.report = Report()

    def lose(self, mark: Mark, what: str, why: str, *, shown: bool = False) -> None:
        """Tell that something could not be carried over; `shown`: with what stands at `mark` in the root file."""
        note = Note(mark, what, why, self._excerpt(mark) if shown else "")
        if note not in self.lost:
            self.lost.append(note)

    def change(self, mark: Mark, what: str, why: str) -> None:
        """Tell that something is said in another way now."""
        note = Note(mark, what, why)
        if note not in self.changed:
            self.changed.append(note)

    def fault(self, fault: Fault, source: Source) -> None:
        """Report a template that does not parse."""
        self.report.extend([as_error(fault, source)])

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return a warning for everything lost (EW801), in the order of files and lines."""
        ordered = sorted(self.lost, key=lambda note: note.mark)
        return tuple(
            diagnostic("warning", "EW801", f"{note.what} could not be carried over", note.mark, hint=note.why)
            for note in ordered
        )

    def _excerpt(self, mark: Mark) -> str:
        """Return the lines of a key or of an item of a list, with all that is below it."""
        first = self.lines[mark.line - 1]
        indent = mark.column - 1
        is_item = bool(first[:indent].strip())  # the dash
        end = mark.line
        for number, line in enumerate(self.lines[mark.line :], mark.line + 1):
            inner = len(line) - len(line.lstrip())
            same = is_item or line.lstrip().startswith("- ")
            if line.strip() and (inner < indent or (inner == indent and not same)):
                break
            end = number if line.strip() else end
        return dedent("\n".join(self.lines[mark.line - 1 : end]))
