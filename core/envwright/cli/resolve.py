"""`envwright resolve`."""

from __future__ import annotations

from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options


@click.command("resolve")
@environment_options
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The output's form."
)
def command(output: str, **options: Any) -> None:
    """Show what an environment is made of: namespace, images, units and their order. No manifest is opened."""
    call = call_of(**options)
    with call.shown():
        response = api.resolve(call.request, call.world)
    call.show(response.diagnostics)
    from envwright.report.resolution import as_json, as_text

    click.echo(as_json(response.environment) if output == "json" else as_text(response.environment), nl=False)
