"""`envwright init`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from envwright.adapters.starter import write_starter


@click.command("init")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--project", metavar="NAME", help="The project's name.  [default: the directory's]")
def command(directory: Path, project: str | None) -> None:
    """Write a first services.yaml into DIRECTORY; nothing that is there is overwritten."""
    name = project or re.sub("[^a-z0-9]+", "-", directory.resolve().name.lower()).strip("-")[:50] or "project"
    path = write_starter(directory, name)
    click.echo(f"wrote {path}")
    click.echo("next: envwright validate -f " + str(path))
