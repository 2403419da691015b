"""Diagnostics for a terminal: place, message, the line itself and what to do instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from envwright.model.diagnostic import Diagnostic
from envwright.model.mark import Mark

SourceLine = Callable[[Mark], str | None]
Style = Callable[[str, str], str]

MAX_LINE = 160
# a longer run would push the hint out of sight
MAX_CARETS = 60


def plain_style(text: str, _role: str) -> str:
    """Return the text as it is: the style of `NO_COLOR` and of files."""
    return text


def as_text(diagnostics: Iterable[Diagnostic], source_line: SourceLine, style: Style = plain_style) -> str:
    """Return the diagnostics one after the other, each with a final line feed.

    `source_line` gives the line that a mark points to without its line feed, None where there is none. `style` colours
    a text by its role: `error`, `warning`, `place`, `gutter`, `hint`.
    """
    return "".join(_one(diagnostic, source_line, style) for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, source_line: SourceLine, style: Style) -> str:
    place = f"{style(printable(str(diagnostic.where)), 'place')}: " if diagnostic.where else ""
    severity = style(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    lines = [f"{place}{severity}: {printable(diagnostic.summary)}"]
    quoted = diagnostic.where and source_line(diagnostic.where)
    if diagnostic.where and quoted:
        lines += _quote(diagnostic, diagnostic.where, quoted, style)
    elif diagnostic.hint:
        lines.append(f"  {style(printable(_hint(diagnostic)), 'hint')}")
    lines += [f"  {printable(line)}" for line in diagnostic.detail.splitlines()]
    if not _related_in_hint(diagnostic):
        lines += [f"  {printable(str(related.where))}: {printable(related.message)}" for related in diagnostic.related]
    return "\n".join(lines) + "\n"


def _quote(diagnostic: Diagnostic, where: Mark, line: str, style: Style) -> list[str]:
    number = f"{where.line:5d}"
    before = line[: where.column - 1]
    if len(line) > MAX_LINE:
        start = max(0, where.column - 1 - MAX_LINE // 2)
        line, before = line[start : start + MAX_LINE], line[start : where.column - 1]
    # a tab is as wide above the carets as in the line itself
    indent = "".join("\t" if character == "\t" else " " for character in before)
    carets = "^" * max(1, min(where.width, len(line) - len(before), MAX_CARETS))
    hint = f" {_hint(diagnostic)}" if diagnostic.hint else ""
    return [
        f"{style(f'{number} |', 'gutter')} {printable(line)}",
        f"{style(' ' * 5 + ' |', 'gutter')} {indent}{style(carets + printable(hint), 'hint')}",
    ]


def _hint(diagnostic: Diagnostic) -> str:
    if _related_in_hint(diagnostic):
        return f"{diagnostic.hint} ({diagnostic.related[0].where})"
    return diagnostic.hint


def _related_in_hint(diagnostic: Diagnostic) -> bool:
    return len(diagnostic.related) == 1 and diagnostic.hint.startswith("did you mean")


def printable(text: str) -> str:
    """Return the text with control characters written out, so that no file can speak to the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)
