"""`envwright unhold`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.options import call_of, selection_options
from envwright.cli.outcome import show_outcome
from envwright.cli.repository_options import OUTPUT, PROJECT, hand_of, operator_options, place_options, stored_place


@click.command("unhold")
@selection_options
@PROJECT
@place_options
@operator_options
@OUTPUT
def command(
    project: str,
    repo: str,
    branch: str,
    path: str | None,
    author: str | None,
    signing_key: Path | None,
    gpg_key: str | None,
    output: str,
    **options: Any,
) -> None:
    """Lift the hold that a rollback left: the next `envwright commit` deploys again."""
    call = call_of(**options)
    with call.shown():
        done = envrepo.unhold(
            envrepo.UnholdRequest(
                remote=remote_of(repo),
                place=stored_place(call, branch, path, project),
                hand=hand_of(author, signing_key, gpg_key),
            )
        )
    show_outcome(done, output)
