"""`envwright promote`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.completion import complete_environments
from envwright.cli.options import call_of, stack_options
from envwright.cli.outcome import show_outcome
from envwright.cli.repository_options import (
    OUTPUT,
    REPO,
    SOURCE_REPO,
    hand_of,
    named_place,
    opened,
    operator_options,
    source_of_call,
)


@click.command("promote")
@stack_options
@click.option(
    "--from",
    "from_",
    metavar="ENV",
    shell_complete=complete_environments,
    help="The environment that has them; ENV-SLOT for a slot.",
)
@click.option(
    "--to", "to", metavar="ENV", required=True, shell_complete=complete_environments, help="The one that gets them."
)
@click.option("--only", multiple=True, metavar="NAME", help="Move this version or image alone; repeatable.")
@click.option("--unpin", is_flag=True, help="Lift the pins of an earlier promotion instead.")
@SOURCE_REPO
@REPO
@click.option("--branch", metavar="NAME", default="", help="The branch of both.  [default: each its own]")
@click.option("--path", metavar="DIR", help="The directory of --to.  [default: PROJECT/ENV[-SLOT]]")
@click.option("--from-branch", metavar="NAME", default="", help="The branch of --from, where it is another.")
@click.option("--from-path", metavar="DIR", help="The directory of --from.  [default: PROJECT/ENV[-SLOT]]")
@operator_options
@click.option("--dry-run", is_flag=True, help="Show what would be committed.")
@click.option("--allow-prune", is_flag=True, help="Commit although more is deleted than the prune budget allows.")
@OUTPUT
def command(
    from_: str | None,
    to: str,
    only: tuple[str, ...],
    unpin: bool,
    repo: str,
    branch: str,
    path: str | None,
    from_branch: str,
    from_path: str | None,
    author: str | None,
    signing_key: Path | None,
    gpg_key: str | None,
    dry_run: bool,
    allow_prune: bool,
    output: str,
    **options: Any,
) -> None:
    """Move versions and image references from one environment to another.

    They are kept in pins.json, and hold whatever the stack says until they are lifted with --unpin. The environment is
    rendered again at the commit of the source that it has, with the variables that it was made with.
    """
    if (from_ is None) != unpin:
        raise click.UsageError("say which: --from ENV, or --unpin")
    call = call_of(**options)
    with call.shown():
        with opened(call) as there:
            target = named_place(there, to, branch, path)
            giver = named_place(there, from_, from_branch or branch, from_path) if from_ else None
        if giver == target:
            raise click.UsageError("--from and --to name the same environment")
        done = envrepo.promote(
            envrepo.PromoteRequest(
                remote=remote_of(repo),
                to=target,
                from_place=giver,
                source=source_of_call(call),
                only=only,
                hand=hand_of(author, signing_key, gpg_key),
                dry_run=dry_run,
                allow_prune=allow_prune,
            )
        )
    call.show(done.warnings)
    show_outcome(done, output)
