"""`envwright render`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options


@click.command("render")
@environment_options
@click.option("--out", metavar="DIR", help="The folder to write; its own plan.json is the predecessor.")
@click.option("-o", "output", type=click.Choice(["-"]), help="Print the manifests as one stream instead.")
@click.option("--allow-empty", is_flag=True, help="Render an environment without objects over one that has some.")
def command(out: str | None, output: str | None, allow_empty: bool, **options: Any) -> None:
    """Render an environment into a folder: manifests, plan.json, transition.json, PLAN.md.

    Files that did not change are left untouched, also their times; files of the last render that are gone are deleted.
    """
    if (out is None) == (output is None):
        raise click.UsageError("say where to: --out DIR, or -o - for standard output")
    call = call_of(**options)
    with call.shown():
        response = api.render(call.request, call.world)
        if out is not None:
            written = api.write(response, Path(out), allow_empty=allow_empty)
    call.show(response.diagnostics)
    if out is None:
        click.echo(api.stream(response), nl=False)
    else:
        click.echo(f"{out}: {written.changed} written, {written.unchanged} unchanged, {written.removed} removed")
