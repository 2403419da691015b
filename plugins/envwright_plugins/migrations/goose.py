"""goose: `goose up`, in an image that has it: there is no official one.

Documentation: https://pressly.github.io/goose/. Its command takes no lock; programs that use it as a library may.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import mounted, require, written_out

NEEDED = {"GOOSE_DRIVER": "postgres", "GOOSE_DBSTRING": "{secret: {name: shop-database, key: url}}"}


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies every file of `path` that a database lacks."""
    placed, directory = mounted(migration, files)
    if not migration.command and not migration.args:  # either may name driver and database
        require(migration, NEEDED, what="finds its database by")
    return written_out(placed, "goose", "-dir", directory, "up")


TOOL = MigrationTool("goose", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `goose`."""
    return TOOL
