"""`envwright merge`."""

from __future__ import annotations

import click

from envwright.adapters.git.address import remote_of
from envwright.cli.options import FORMAT
from envwright.cli.repository_options import FORGE_API, REPO, forge_of
from envwright.cli.terminal import exit_code, show, source_lines
from envwright.model.diagnostic import Refused


@click.command("merge")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--head", required=True, metavar="SHA", help="The commit that was reviewed: the whole id.")
@REPO
@FORGE_API
@FORMAT
def command(number: int, head: str, repo: str, forge_api: str, how: str) -> None:
    """Merge the pull request NUMBER of the environment repository, if it still is at the commit that was reviewed."""
    try:
        with forge_of(remote_of(repo), forge_api) as forge:
            merged = forge.merge(number, head)
    except Refused as error:
        show(error.diagnostics, how, source_lines(None, None))
        raise click.exceptions.Exit(exit_code(error)) from error
    click.echo(f"pull request {number} is merged: {merged[:12]}")
