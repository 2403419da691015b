"""`envwright version`."""

from __future__ import annotations

import json
import platform

import click

from envwright.version import __version__


@click.command("version")
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The output's form."
)
def command(output: str) -> None:
    """Show the version."""
    if output == "json":
        click.echo(json.dumps({"version": __version__, "python": platform.python_version()}))
    else:
        click.echo(__version__)
