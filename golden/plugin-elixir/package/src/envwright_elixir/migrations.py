"""The migration tool `ecto`: `bin/migrate` of a release.

Documentation: https://hexdocs.pm/phoenix/releases.html#ecto-migrations. Ecto locks its table of migrations, or takes an
advisory lock on PostgreSQL where the repository is configured so.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.model.contract.job import Migration
from envwright.model.diagnostic import refuse

SCRIPT = "rel/overlays/bin/migrate"


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return a migration with what it runs. Raises Refused: EW803 without the script or the database."""
    if files.in_image is not None and not migration.command and not files.files.exists(SCRIPT):
        summary = f'the migration "{migration.name}" cannot run: {files.files.directory} has no {SCRIPT}'
        raise refuse("EW803", summary, hint="`mix phx.gen.release --ecto` makes it")
    if "DATABASE_URL" not in migration.env:
        summary = f'the migration "{migration.name}" cannot run: ecto finds its database by DATABASE_URL'
        raise refuse("EW803", summary, hint="add `env: {DATABASE_URL: {secret: {name: database, key: url}}}`")
    return migration.but(tool="command", command=migration.command or ("bin/migrate",))


TOOL = MigrationTool("ecto", command_of)
