"""`envwright migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from envwright import api
from envwright.cli.options import FILE, FORMAT, call_of


@click.command("migrate")
@FILE
@click.option("--out", required=True, metavar="DIR", help="Where the new stack is written; originals stay untouched.")
@FORMAT
def command(file: str, out: str, how: str) -> None:
    """Convert a stack of the format without apiVersion into a v1 stack and the templates that go with it.

    What could not be carried over is listed with the reason, as warnings and in MIGRATION.md.
    """
    call = call_of(file, how=how)
    with call.shown():
        migration = api.migrate(call.request, call.world, Path(out))
    call.show(migration.diagnostics)
    click.echo(
        f"{out}: {len(migration.files)} files; read MIGRATION.md, then envwright validate -f {out}/services.yaml"
    )
