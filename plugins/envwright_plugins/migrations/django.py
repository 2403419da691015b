"""Django: `python manage.py migrate`.

Documentation: https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate. The database is that of the settings.
Django takes no lock.
"""

from __future__ import annotations

from envwright.hookspecs import MigrationFiles, MigrationTool, UnitFacts
from envwright.host import hookimpl
from envwright.model.contract.job import Migration
from envwright_plugins.migrations.shared import check_file, in_service, written_out


def command_of(migration: Migration, _facts: UnitFacts, files: MigrationFiles) -> Migration:
    """Return what applies every migration that a database lacks, without asking."""
    if files.in_image is not None and not migration.command:
        check_file(migration, files, "manage.py", hint="`path` is the directory of manage.py")
    return written_out(in_service(migration, files), "python", "manage.py", "migrate", "--noinput")


TOOL = MigrationTool("django", command_of)


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Bring the migration tool `django`."""
    return TOOL
