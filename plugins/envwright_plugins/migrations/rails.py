"""Ruby on Rails: `bin/rails db:migrate`.

Documentation: https://guides.rubyonrails.org/active_record_migrations.html. The database is `DATABASE_URL`, or what
config/database.yml says. Rails takes an advisory lock on PostgreSQL and MySQL.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import check_file, in_service, lacking, with_env, written_out


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies every migration that a database lacks, in production unless `RAILS_ENV` says otherwise."""
    if files.in_image is not None and not migration.command:
        check_file(migration, files, "bin/rails", hint="`path` is the directory of the application")
        if "DATABASE_URL" not in migration.env and not files.files.exists("config/database.yml"):
            hint = "add `env: {DATABASE_URL: {secret: {name: shop-database, key: url}}}`"
            raise lacking(migration, "rails finds its database by DATABASE_URL or config/database.yml", hint)
    env = with_env(migration, RAILS_ENV="production")
    return written_out(in_service(migration, files), "bin/rails", "db:migrate", env=env)


TOOL = MigrationTool("rails", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `rails`."""
    return TOOL
