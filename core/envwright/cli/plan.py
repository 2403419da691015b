"""`envwright plan`."""

from __future__ import annotations

from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options
from envwright.cli.terminal import colour, wants_colour
from envwright.report.text import plain_style


@click.command("plan")
@environment_options
@click.option(
    "-o",
    "output",
    type=click.Choice(["text", "json", "markdown", "mermaid", "dot"]),
    default="text",
    show_default=True,
    help="The output's form; json is plan.json, markdown is PLAN.md.",
)
def command(output: str, **options: Any) -> None:
    """Show the plan of an environment: phases, units, steps, and what waits for what."""
    call = call_of(**options)
    with call.shown():
        response = api.render(call.request, call.world)
    call.show(response.diagnostics)
    click.echo(api.view(response, output, colour if wants_colour("stdout") else plain_style), nl=False)
