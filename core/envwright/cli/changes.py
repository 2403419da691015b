"""`envwright changes`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options
from envwright.cli.terminal import colour, wants_colour
from envwright.report.text import plain_style


@click.command("changes")
@click.argument("compared", metavar="A..B", default="")
@click.option(
    "--files",
    "listed",
    metavar="FILE",
    help="Changed files instead, a list by lines or NULs; - reads standard input. Relative to the repository's top.",
)
@environment_options
@click.option(
    "-o",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The output's form.",
)
def command(compared: str, listed: str | None, output: str, **options: Any) -> None:
    """Tell what follows from changed files: none, hot-reload, restart, rebuild, migrate or re-render, unit by unit.

    A..B compares two revisions, A...B the second with where it left the first, A the working tree with A.
    """
    if bool(compared) == (listed is not None):
        raise click.UsageError("say what to compare: A..B, or --files FILE")
    if options["file"] == "-":
        raise click.UsageError("changes are told of files on a disk: -f FILE")
    call = call_of(**options)
    with call.shown():
        assessed = (
            api.changes(call.request, call.world, compared)
            if listed is None
            else api.changes_of(call.request, call.world, _listed(listed))
        )
    call.show(assessed.diagnostics)
    from envwright.report.changes import FORMS

    style = colour if wants_colour("stdout") else plain_style
    click.echo(FORMS[output](assessed.changes, style), nl=False)


def _listed(file: str) -> list[str]:
    from envwright.adapters.named_files import split_paths

    if file == "-":
        return split_paths(sys.stdin.buffer.read() if sys.stdin else b"")  # none at all if the caller closed it
    try:
        return split_paths(Path(file).read_bytes())
    except OSError as error:
        raise click.UsageError(f"--files {file}: {(error.strerror or str(error)).lower()}") from error
