"""`envwright schema`."""

from __future__ import annotations

import json

import click

from envwright import api


@click.command("schema")
@click.argument("what", type=click.Choice(["services", "plan", "transition"]), default="services")
def command(what: str) -> None:
    """Print a JSON Schema (draft 2020-12): of services.yaml with the plugins at hand, plan.json or transition.json."""
    click.echo(json.dumps(api.schema(what), ensure_ascii=False, indent=2))
