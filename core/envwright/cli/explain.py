"""`envwright explain`."""

from __future__ import annotations

import json
from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options

DEFAULT = "the contract's default: no file sets it"


@click.command("explain")
@click.argument("path")
@environment_options
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The output's form."
)
def command(path: str, output: str, **options: Any) -> None:
    """Tell where a value came from and what it overrode.

    PATH is a value of services.yaml, such as services[api].codeUpdateStrategy or vars.region, or a field of a rendered
    object, such as Deployment/api:spec.replicas, which needs --env: who set it last comes first, be it a line of a
    template, an operation of a patch, a mount, a plugin or the environment.
    """
    call = call_of(**options)
    with call.shown():
        explanation = api.explain(call.request, call.world, path)
    if output == "json":
        origins = [
            {"value": origin.value, "via": origin.via, "where": origin.mark._asdict()} for origin in explanation.origins
        ]
        data = {"path": path, "value": explanation.value, "default": explanation.default, "origins": origins}
        data |= {"note": explanation.note} if explanation.note else {}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo(f"{path} = {json.dumps(explanation.value, ensure_ascii=False)}")
    if explanation.default:
        click.echo(f"  {explanation.note or DEFAULT}")
    for number, origin in enumerate(explanation.origins):
        via = f"  ({origin.via})" if origin.via else ""
        click.echo(f"  {'overrode' if number else 'from':8}  {origin.mark}  {origin.value}{via}")
