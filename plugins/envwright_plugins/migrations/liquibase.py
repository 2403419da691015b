"""Liquibase: `liquibase update`, in Liquibase's own image unless the migration names another.

Documentation: https://docs.liquibase.com/reference-guide/parameters/environment-variables. Liquibase locks by a row of
DATABASECHANGELOGLOCK, which a killed run leaves behind: `liquibase release-locks`. From 5.0 on the image comes without
drivers of databases.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import file_named, lacking, mounted, sets, written_out

IMAGE = "liquibase/liquibase:4.33.0"
USER = 1001  # the image's `liquibase`, which is a name there, and restricted pods need a number
CHANGELOGS = tuple(
    f"{name}.{ending}"
    for name in ("db.changelog-master", "db.changelog", "changelog", "changelog-root", "root.changelog")
    for ending in ("yaml", "yml", "xml", "json", "sql")
)


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies a changelog: the file that `path` names, else the usual one in that directory."""
    own_image = not migration.image
    placed, directory = mounted(migration, files, IMAGE)
    named = file_named(migration, files)
    changelog = named or next((name for name in CHANGELOGS if files.files.exists(name)), "")
    if not changelog and not migration.command:
        hint = "`path` may be the changelog itself: `path: db/changelog.yaml`"
        raise lacking(migration, f"{files.files.directory} has no changelog of a usual name", hint)
    if not sets(migration, "LIQUIBASE_COMMAND_URL", "--url", "--defaults-file"):
        hint = (
            "add `env: {LIQUIBASE_COMMAND_URL: jdbc:postgresql://postgres/shop, LIQUIBASE_COMMAND_USERNAME: shop, "
            "LIQUIBASE_COMMAND_PASSWORD: {secret: {name: postgres, key: password}}}`"
        )
        raise lacking(migration, "liquibase finds its database by LIQUIBASE_COMMAND_URL", hint)
    user = USER if own_image and migration.run_as_user is None else migration.run_as_user
    command = ("liquibase", f"--search-path={directory}", "update", f"--changelog-file={changelog}")
    return written_out(placed, *command, run_as_user=user)


TOOL = MigrationTool("liquibase", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `liquibase`."""
    return TOOL
