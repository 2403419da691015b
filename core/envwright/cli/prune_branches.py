"""`envwright prune-branches`."""

from __future__ import annotations

import json
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.options import call_of, stack_options
from envwright.cli.repository_options import OUTPUT, REPO, SOURCE_REPO, source_of_call


@click.command("prune-branches")
@stack_options
@SOURCE_REPO
@REPO
@click.option("--keep", multiple=True, metavar="ENV-SLOT", help="A slot that stays, such as ai-7; repeatable.")
@click.option("--yes", is_flag=True, help="Delete them; without it they are only told.")
@OUTPUT
def command(repo: str, keep: tuple[str, ...], yes: bool, output: str, **options: Any) -> None:
    """Delete the branches of slots that are gone from the environment repository.

    A slot is gone if the stack has no such slot any more, or if the branch of the source that it was rendered from is
    not on the source's remote any more.
    """
    call = call_of(**options)
    with call.shown():
        found = envrepo.prune_branches(
            envrepo.PruneRequest(
                remote=remote_of(repo),
                source=source_of_call(call),
                keep=frozenset(keep),
                dry_run=not yes,
            )
        )
    if output == "json":
        data = [
            {"environment": gone.instance, "branch": gone.branch, "commit": gone.commit, "why": gone.why}
            | {"deleted": gone.deleted}
            for gone in found
        ]
        click.echo(json.dumps(data, indent=2))
        return
    if not found:
        click.echo("no slot with a branch is gone")
    for gone in found:
        done = "deleted" if gone.deleted else "would be deleted (--yes)" if not yes else "moved meanwhile, kept"
        click.echo(f"{gone.branch}  {gone.commit[:12]}  {done}: {gone.why}")
