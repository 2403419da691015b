"""`envwright rollback`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.options import call_of, selection_options
from envwright.cli.outcome import show_outcome
from envwright.cli.repository_options import OUTPUT, PROJECT, hand_of, operator_options, place_options, stored_place


@click.command("rollback")
@selection_options
@PROJECT
@place_options
@click.option("--to", "to", metavar="COMMIT", default="", help="The commit to go back to.  [default: the one before]")
@click.option("--reason", metavar="TEXT", default="", help="Why; whoever meets the hold reads it.")
@operator_options
@click.option("--dry-run", is_flag=True, help="Show what would be committed.")
@click.option("--allow-empty", is_flag=True, help="Go back to an environment without objects.")
@click.option("--allow-prune", is_flag=True, help="Go back although more is deleted than the prune budget allows.")
@OUTPUT
def command(
    project: str,
    repo: str,
    branch: str,
    path: str | None,
    to: str,
    reason: str,
    author: str | None,
    signing_key: Path | None,
    gpg_key: str | None,
    dry_run: bool,
    allow_empty: bool,
    allow_prune: bool,
    output: str,
    **options: Any,
) -> None:
    """Put an earlier content of an environment back, as a new commit, and hold it there.

    The hold keeps `envwright commit` from deploying the same again: it is lifted by `envwright unhold`, or by
    `envwright commit --fixed-by SHA` of a source that has the fix.
    """
    call = call_of(**options)
    with call.shown():
        done = envrepo.rollback(
            envrepo.RollbackRequest(
                remote=remote_of(repo),
                place=stored_place(call, branch, path, project),
                to=to,
                reason=reason,
                hand=hand_of(author, signing_key, gpg_key),
                dry_run=dry_run,
                allow_empty=allow_empty,
                allow_prune=allow_prune,
            )
        )
    show_outcome(done, output)
