"""`envwright diff`."""

from __future__ import annotations

from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.adapters.rendered_folder import is_folder
from envwright.cli.options import call_of, selection_options
from envwright.cli.repository_options import (
    opened,
    optional_place_options,
    place_of_call,
)
from envwright.cli.terminal import colour, wants_colour
from envwright.envrepo.difference import FORMS
from envwright.report.text import plain_style


@click.command("diff")
@selection_options
@optional_place_options
@click.option("--against", metavar="DIR|COMMIT", default="", help="A rendered folder, or another commit of the branch.")
@click.option("--rev", metavar="REV", help="Render this commit of the source.  [default: the work tree as it is]")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are differences.")
@click.option(
    "-o",
    "output",
    type=click.Choice(list(FORMS)),
    default="text",
    show_default=True,
    help="The output's form.",
)
def command(
    repo: str | None,
    branch: str,
    path: str | None,
    against: str,
    rev: str | None,
    exit_code: bool,
    output: str,
    **options: Any,
) -> None:
    """Show what a commit would change: operations first, then the files.

    Rendered is the work tree, as it is now, with --source-repo the tip of the default branch; compared is the tip of
    the environment's branch unless --against says otherwise. Nothing is written.
    """
    if not repo and not (against and is_folder(against)):
        raise click.UsageError("say against what: --repo URL, or --against DIR")
    call = call_of(**options)
    with call.shown(), opened(call, rev or "") as rendered:
        found = envrepo.diff(
            envrepo.DiffRequest(
                asked=rendered.request,
                world=rendered.world,
                place=place_of_call(rendered, branch, path),
                remote=remote_of(repo) if repo else None,
                against=against,
            )
        )
    call.show(found.warnings)
    click.echo(FORMS[output](found, colour if wants_colour("stdout") else plain_style), nl=False)
    if exit_code and (found.files or found.unshown or found.transition.runs):
        raise click.exceptions.Exit(1)
