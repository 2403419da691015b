"""What a command says: output on stdout, diagnostics on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence

import click

from envwright.model.diagnostic import Diagnostic, Refused
from envwright.model.mark import Mark
from envwright.model.ports import Reader
from envwright.model.wrong_call import WrongCall
from envwright.report.text import SourceLine, as_text, plain_style
from envwright.version import __version__

COLOURS = {
    "error": "red",
    "warning": "yellow",
    "place": "cyan",
    "gutter": "blue",
    "hint": "green",
    "title": "white",
    "phase": "blue",
    "unit": "cyan",
    "verb": "green",
    "needs": "bright_black",
    # what a transition does to an object, and the lines of a difference
    "create": "green",
    "change": "yellow",
    "delete": "red",
    "replace": "red",
    "move": "cyan",
    "keep": "bright_black",
    "run": "blue",
    "step": "yellow",
    "image": "cyan",
    "disrupt": "red",
    "order": "yellow",
}
BOLD = frozenset({"error", "warning", "title", "phase", "disrupt", "replace"})
# one mistake at the root of a large stack is a mistake in every unit; `--format json` shows them all
MOST_SHOWN = 100
FORMATS = ("text", "json", "sarif", "github")


def wants_colour(stream: str) -> bool:
    """Return whether `stdout` or `stderr` gets colours: a terminal does, unless NO_COLOR is set (no-color.org)."""
    file = sys.stdout if stream == "stdout" else sys.stderr
    if file is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":  # None: closed by the caller
        return False
    return file.isatty()


def colour(text: str, role: str) -> str:
    """Return the text in the colour of its role."""
    return click.style(text, fg=COLOURS[role], bold=role in BOLD) if role in COLOURS else text


def source_lines(reader: Reader | None, text: str | None) -> SourceLine:
    """Return a function from a mark to its line; `text` is the root file that came by standard input."""
    kept: dict[str, list[str]] = {"-": (text or "").splitlines()}

    def line(mark: Mark) -> str | None:
        if mark.file not in kept:
            kept[mark.file] = _lines(reader, mark.file)
        lines = kept[mark.file]
        return lines[mark.line - 1] if 1 <= mark.line <= len(lines) else None

    return line


def _lines(reader: Reader | None, file: str) -> list[str]:
    try:
        return reader.read(file).splitlines() if reader and file else []
    except Refused:
        return []  # what is wrong with the file is the diagnostic itself


def show(diagnostics: Iterable[Diagnostic], how: str, source_line: SourceLine) -> None:
    """Write diagnostics to stderr in one of `FORMATS`; nothing at all where there are none, but for JSON and SARIF."""
    items = list(diagnostics)
    if how == "text":
        style = colour if wants_colour("stderr") else plain_style
        click.echo(as_text(items[:MOST_SHOWN], source_line, style), err=True, nl=False)
        if len(items) > MOST_SHOWN:
            click.echo(f"... and {len(items) - MOST_SHOWN} more", err=True)
        _show_count(items)
        return
    from envwright.report import data

    writers: dict[str, Callable[[Iterable[Diagnostic]], str]] = {
        "json": data.as_json,
        "sarif": data.as_sarif,
        "github": data.as_github,
    }
    click.echo(writers[how](items), err=True, nl=False)


def _show_count(items: Sequence[Diagnostic]) -> None:
    counts = [(sum(item.severity == severity for item in items), severity) for severity in ("error", "warning")]
    said = [f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count]
    if len(items) > 1:
        click.echo(", ".join(said), err=True)


def exit_code(error: Refused) -> int:
    """Return 2 for a call that does not fit, 1 for bad input."""
    return 2 if isinstance(error, WrongCall) else 1


def show_fault(fault: Exception, arguments: Sequence[str]) -> None:
    """Write an internal error to stderr as a report to paste.

    Values of variables stay out: of the call the option names alone are shown, of the error its type and its frames.
    """
    import platform
    import traceback

    frames = "".join(traceback.format_list(traceback.extract_tb(fault.__traceback__)))
    names = [argument.split("=")[0] for argument in arguments if argument.startswith("-")]
    click.echo(
        f"error[EW999]: an internal error: {type(fault).__name__}\n"
        "This is a fault of envwright, not of your files. Please report it with the lines below.\n\n"
        f"envwright {__version__}, Python {platform.python_version()}, {platform.system()}\n"
        f"call: {arguments[0] if arguments else ''} {' '.join(names)}\n{frames}",
        err=True,
        nl=False,
    )
