"""`migrate`, one process at a time: Django takes no lock of its own."""

from django.core.management.commands import migrate
from django.db import connections

# any number, the same wherever these migrations run
LOCK = 4_081_517


class Command(migrate.Command):
    def handle(self, *args, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        # of the session: gone when the process ends, however that happens
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        return super().handle(*args, **options)
