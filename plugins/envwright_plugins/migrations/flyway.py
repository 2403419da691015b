"""Flyway: `flyway migrate`, in Flyway's own image unless the migration names another.

Documentation: https://documentation.red-gate.com/flyway/reference/configuration. Flyway locks its history table, or
the whole database where that has advisory locks.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import check_forward_only, lacking, mounted, sets, written_out

IMAGE = "flyway/flyway:12.9.0"
USER = 10001  # the image says none, and restricted pods may not be root
CONFIGURATIONS = ("flyway.toml", "flyway.conf")


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies the versioned and the repeatable files of `path`."""
    own_image = not migration.image
    placed, directory = mounted(migration, files, IMAGE)
    configuration = next((name for name in CONFIGURATIONS if files.files.exists(name)), "")
    if not configuration and not sets(migration, "FLYWAY_URL", "-url", "-configFiles"):
        hint = (
            "add `env: {FLYWAY_URL: jdbc:postgresql://postgres/shop, FLYWAY_USER: shop, "
            "FLYWAY_PASSWORD: {secret: {name: postgres, key: password}}}`"
        )
        raise lacking(migration, "flyway finds its database by FLYWAY_URL", hint)
    if own_image:
        why = f"{IMAGE} is the open source edition, which has no undo"
        check_forward_only(migration, why, "name an image of an edition that has it, or write a migration forward")
    user = USER if own_image and migration.run_as_user is None else migration.run_as_user
    configured = (f"-configFiles={directory}/{configuration}",) if configuration else ()
    options = (*configured, f"-locations=filesystem:{directory}")
    return written_out(placed, "flyway", *options, "migrate", run_as_user=user)


TOOL = MigrationTool("flyway", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `flyway`."""
    return TOOL
