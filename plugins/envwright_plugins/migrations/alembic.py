"""Alembic: `alembic upgrade head`.

Documentation: https://alembic.sqlalchemy.org/en/latest/tutorial.html. The URL of the database is what the project's
`env.py` reads: usually a variable. Alembic takes no lock.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import check_file, file_named, in_service, written_out


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what brings a database to the newest revision; `path` may name another file than alembic.ini."""
    config = file_named(migration, files)
    if files.in_image is not None and not migration.command:
        names = [config] if config else ["alembic.ini", "pyproject.toml"]
        check_file(
            migration, files, *names, hint="`path` is the directory of alembic.ini, or that file by another name"
        )
    chosen = ("-c", config) if config else ()
    return written_out(in_service(migration, files), "alembic", *chosen, "upgrade", "head")


TOOL = MigrationTool("alembic", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `alembic`."""
    return TOOL
