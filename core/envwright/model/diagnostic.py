"""Errors and warnings as data: what a user reads at file:line:column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from envwright.model.codes import CODES
from envwright.model.mark import Mark

Severity = Literal["error", "warning"]


class Related(NamedTuple):
    """A second place that explains a diagnostic: the first definition of a name, a link of an import chain."""

    message: str
    where: Mark


class Diagnostic(NamedTuple):
    """One error or warning.

    `code` is `EW` and three digits, each with a page in `docs/diagnostics/`; `summary` one line without a full stop;
    `detail` further lines or empty; `where` the place, None where no file is to blame; `hint` what to do instead, or
    empty; `related` other places, nearest first.
    """

    severity: Severity
    code: str
    summary: str
    where: Mark | None = None
    hint: str = ""
    detail: str = ""
    related: tuple[Related, ...] = ()


class Refused(Exception):
    """Bad input, where no value can be given back: carries at least one diagnostic of severity `error`."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.where or ''} {d.code} {d.summary}".strip() for d in self.diagnostics))


class Report:
    """Collects the diagnostics of one step, in the order they were found."""

    def __init__(self, items: Iterable[Diagnostic] = ()) -> None:
        self.items: list[Diagnostic] = list(items)

    @property
    def failed(self) -> bool:
        """True once an error was reported."""
        return any(item.severity == "error" for item in self.items)

    def error(
        self,
        code: str,
        summary: str,
        where: Mark | None = None,
        *,
        hint: str = "",
        detail: str = "",
        related: Iterable[Related] = (),
    ) -> None:
        """Report an error: the pipeline stops at the end of the running step. KeyError for an unknown code."""
        self.items.append(diagnostic("error", code, summary, where, hint=hint, detail=detail, related=related))

    def warning(
        self,
        code: str,
        summary: str,
        where: Mark | None = None,
        *,
        hint: str = "",
        detail: str = "",
        related: Iterable[Related] = (),
    ) -> None:
        """Report a warning: the pipeline goes on. KeyError for an unknown code."""
        self.items.append(diagnostic("warning", code, summary, where, hint=hint, detail=detail, related=related))

    def extend(self, items: Iterable[Diagnostic]) -> None:
        """Take over the diagnostics of another report or of a Refused."""
        self.items.extend(items)

    def raise_if_failed(self) -> None:
        """Raise Refused with everything collected, if any of it is an error."""
        if self.failed:
            raise Refused(self.items)


def diagnostic(
    severity: Severity,
    code: str,
    summary: str,
    where: Mark | None = None,
    *,
    hint: str = "",
    detail: str = "",
    related: Iterable[Related] = (),
) -> Diagnostic:
    """Make a Diagnostic; KeyError for a code that `envwright.model.codes` does not list."""
    if code not in CODES:
        raise KeyError(code)
    return Diagnostic(severity, code, summary, where, hint, detail, tuple(related))


def refuse(code: str, summary: str, where: Mark | None = None, *, hint: str = "", detail: str = "") -> Refused:
    """Make the exception for a single error; the caller raises it."""
    return Refused([diagnostic("error", code, summary, where, hint=hint, detail=detail)])


def placed(items: Iterable[Diagnostic], where: Mark) -> list[Diagnostic]:
    """Return diagnostics with a place each: `where` for those that have none, such as of a file that is missing."""
    return [item._replace(where=where) if item.where is None else item for item in items]
