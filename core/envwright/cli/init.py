"""`envwright init`."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from envwright.adapters.starter import write_starter

LONGEST = 50  # room for an environment and a slot in a namespace's 63
PROJECT = re.compile(rf"[a-z0-9]([-a-z0-9]{{0,{LONGEST - 2}}}[a-z0-9])?")


@click.command("init")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--project", metavar="NAME", help="The project's name.  [default: the directory's]")
def command(directory: Path, project: str | None) -> None:
    """Write a first services.yaml into DIRECTORY; nothing that is there is overwritten."""
    name = project or project_name(directory)
    if not PROJECT.fullmatch(name):
        raise click.BadParameter("lower-case letters, digits and `-`, at most 50", param_hint="--project")
    path = write_starter(directory, name)
    click.echo(f"wrote {path}")
    click.echo("next: envwright validate -f " + str(path))


def project_name(directory: Path) -> str:
    """Return a project's name made of its directory's."""
    found = Path(os.path.realpath(directory)).name.lower()  # Path.resolve raises RuntimeError for a loop of links
    return re.sub("[^a-z0-9]+", "-", found).strip("-")[:LONGEST].strip("-") or "project"
