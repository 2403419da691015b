"""`envwright merge`."""

from __future__ import annotations

from typing import get_args

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.options import FORMAT
from envwright.cli.repository_options import FORGE_API, REPO, forge_of
from envwright.cli.terminal import exit_code, show, source_lines
from envwright.model.diagnostic import Refused
from envwright.model.forge import MergeMethod


@click.command("merge")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--head", required=True, metavar="SHA", help="The commit that was reviewed: the whole id.")
@click.option(
    "--method",
    type=click.Choice(get_args(MergeMethod)),
    default="rebase",
    show_default=True,
    help="How the forge merges, where the repository allows it.",
)
@REPO
@FORGE_API
@FORMAT
def command(number: int, head: str, method: MergeMethod, repo: str, forge_api: str, how: str) -> None:
    """Merge the pull request NUMBER of the environment repository, if it still is at the commit that was reviewed.

    What the environment's branch holds has to be what the pull request was rendered against.
    """
    try:
        remote = remote_of(repo)
        with forge_of(remote, forge_api) as forge:
            merged = envrepo.merge(envrepo.MergeRequest(remote=remote, number=number, head=head, method=method), forge)
    except Refused as error:
        show(error.diagnostics, how, source_lines(None, None))
        raise click.exceptions.Exit(exit_code(error)) from error
    click.echo(f"pull request {number} is merged: {merged[:12]}")
