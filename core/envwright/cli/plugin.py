"""`envwright plugin`."""

from __future__ import annotations

from pathlib import Path

import click

# the table alone: what writes a package is imported when one is written
from envwright.scaffold.package import KINDS


@click.group("plugin")
def command() -> None:
    """Write plugins of your own."""


@command.command("new")
@click.argument("name")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    default="guardrail",
    show_default=True,
    help=f"What it begins with: {'; '.join(f'{kind} {does}' for kind, does in KINDS.items())}.",
)
def new(name: str, directory: Path, kind: str) -> None:
    """Write the package of a new plugin into DIRECTORY/NAME, with tests that pass.

    NAME is that of the distribution; an `envwright-` in front is left out of the plugin's own name.
    """
    from envwright.scaffold.create import create
    from envwright.scaffold.names import names_of

    try:
        names = names_of(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    folder, written = create(directory, names, kind)
    click.echo(f"wrote {folder}" if written else f"{folder} is there already, just so")
    click.echo(f"next: pip install -e '{folder}[test]' && pytest {folder}")
