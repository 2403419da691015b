"""`envwright commit`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from envwright import envrepo
from envwright.cli.options import call_of, selection_options
from envwright.cli.outcome import data_of, text_of
from envwright.cli.repository_options import (
    FORGE_API,
    OUTPUT,
    forge_of,
    hand_of,
    hand_options,
    place_options,
    source_of_call,
    target_of,
)
from envwright.model.diagnostic import Diagnostic


@click.command("commit")
@selection_options
@click.option("--all", "every", is_flag=True, help="Every environment without slots, from one reading of the source.")
@click.option("--rev", default="HEAD", show_default=True, metavar="REV", help="The commit of the source to render.")
@click.option("--source-ref", default="", metavar="BRANCH", help="A slot's source branch, where HEAD is on none.")
@place_options
@click.option("--next", "proposed", is_flag=True, help="Commit to BRANCH-next, which gitops-promoter merges.")
@click.option("--pr", "pull_request", is_flag=True, help="Open a pull request, or bring the open one up to date.")
@click.option("--label", "labels", multiple=True, metavar="NAME", help="A label of the pull request; repeatable.")
@FORGE_API
@hand_options
@click.option("--fixed-by", default="", metavar="SHA", help="Lift a hold if the source has this commit.")
@click.option("--dry-run", is_flag=True, help="Show what would be committed.")
@click.option("--allow-empty", is_flag=True, help="Commit an environment without objects over one that has some.")
@click.option("--allow-prune", is_flag=True, help="Commit although more is deleted than the prune budget allows.")
@click.option("--allow-older", is_flag=True, help="Commit a source that is older than the one that is deployed.")
@OUTPUT
def command(
    every: bool,
    rev: str,
    source_ref: str,
    repo: str,
    branch: str,
    path: str | None,
    proposed: bool,
    pull_request: bool,
    labels: tuple[str, ...],
    forge_api: str,
    author: str | None,
    signing_key: Path | None,
    gpg_key: str | None,
    output: str,
    fixed_by: str,
    dry_run: bool,
    allow_empty: bool,
    allow_prune: bool,
    allow_older: bool,
    **options: Any,
) -> None:
    """Render environments from a commit of the source, and commit what changed into the environment repository.

    Rendered is the commit, HEAD unless --rev names another: what the work tree has beside it takes no part. Where
    nothing changed, nothing is committed. With --pr what changed is proposed in a pull request for each environment, at
    the tip of its branch: `envwright merge` lets in the commit that was reviewed.
    """
    call = call_of(**options)
    if every and (call.request.environment or call.request.slot):
        raise click.UsageError("--all goes without --env and --slot")
    if pull_request and proposed:
        raise click.UsageError("--pr and --next exclude each other")
    one = envrepo.Selected(environment=call.request.environment, slot=call.request.slot)
    with call.shown(), ExitStack() as stack:
        target = target_of(repo, branch, path, proposed=proposed)
        forge = stack.enter_context(forge_of(target.remote, forge_api)) if pull_request else None
        done = envrepo.commit(
            envrepo.CommitRequest(
                source=source_of_call(call, rev, source_ref),
                target=target,
                selected=None if every else (one,),
                cluster_scope=call.request.cluster_scope,
                hand=hand_of(author, signing_key, gpg_key),
                fixed_by=fixed_by,
                dry_run=dry_run,
                allow_empty=allow_empty,
                allow_prune=allow_prune,
                allow_older=allow_older,
                labels=labels,
            ),
            forge,
        )
    # what is said of the stack is said of many environments, and shown once
    said = dict.fromkeys(item for each in done for item in (*each.warnings, *_named(each, every=every)))
    call.show(said)
    if output == "json":
        click.echo(json.dumps([data_of(each) for each in done] if every else data_of(done[0]), indent=2))
    else:
        click.echo("".join(text_of(each) for each in done if every or not each.failed), nl=False)
        if not done:
            click.echo("nothing to commit: the stack has no environment without slots")
    if any(each.failed for each in done):
        raise click.exceptions.Exit(1)


def _named(done: envrepo.Committed, *, every: bool) -> Iterator[Diagnostic]:
    """Yield what kept an environment from being committed; one of many is named, for its file may be that of all."""
    for item in done.failed:
        more = f"the environment {done.environment} is not committed" if every else ""
        yield item._replace(detail="\n".join(filter(None, (item.detail, more))))
