"""`envwright plugins`."""

from __future__ import annotations

import json

import click

from envwright.adapters.entry_points import installed


@click.command("plugins")
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The output's form."
)
def command(output: str) -> None:
    """List the installed plugins: name, version, origin and the hooks that each implements."""
    plugins = installed().plugins
    if output == "json":
        click.echo(json.dumps([plugin._asdict() for plugin in plugins], indent=2))
        return
    for plugin in plugins:
        click.echo(f"{plugin.name}  {plugin.version}  ({plugin.origin})")
        for hook in plugin.hooks:
            click.echo(f"  {hook}")
