"""Prisma: `prisma migrate deploy`.

Documentation: https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production. The URL is what the
configuration (from version 7 on) or the schema (before) reads from the environment. Prisma takes an advisory lock where
the database has one, and waits ten seconds for it.
"""

from __future__ import annotations

import re

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import (
    check_file,
    check_forward_only,
    file_named,
    in_service,
    require,
    with_env,
    written_out,
)

CONFIGURATIONS = tuple(
    f"{name}.{ending}" for name in ("prisma.config", ".config/prisma") for ending in ("ts", "mts", "js", "mjs", "cjs")
)
SCHEMAS = ("prisma/schema.prisma", "schema.prisma")
# neither npm nor Prisma asks its maker for news from inside of a cluster
QUIET = {"CHECKPOINT_DISABLE": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
VARIABLE = re.compile(r"""\burl\s*[:=]\s*(?:env\(\s*["'](\w+)["']\s*\)|process\.env\.(\w+))""")


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies the migrations of a schema, which `path` may name itself."""
    named = file_named(migration, files)
    if files.in_image is not None and not migration.command:
        if named or not any(files.files.exists(name) for name in CONFIGURATIONS):
            hint = "`path` is the directory of the project, or the schema itself"
            check_file(migration, files, *([named] if named else SCHEMAS), hint=hint)
        if variable := _variable(files, named):
            require(migration, {variable: "{secret: {name: shop-database, key: url}}"}, what="finds its database by")
    why = "Prisma applies migrations forward only"
    check_forward_only(migration, why, "leave `reversible` out, and go back by a new migration")
    schema = ("--schema", named) if named and not named.startswith("prisma.config.") else ()
    command = ("npx", "--no", "--", "prisma", "migrate", "deploy", *schema)
    return written_out(in_service(migration, files), *command, env=with_env(migration, **QUIET))


def _variable(files: MigrationFiles, named: str) -> str:
    """Return the variable that the configuration or the schema reads the URL from, empty if neither says."""
    for name in (*CONFIGURATIONS, *([named] if named else SCHEMAS)):
        if found := VARIABLE.search(files.files.read(name)):
            return found[1] or found[2]
    return ""


TOOL = MigrationTool("prisma", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `prisma`."""
    return TOOL
