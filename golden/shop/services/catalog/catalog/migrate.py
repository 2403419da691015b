"""Run the SQL files of a directory in their order, in one transaction, one run at a time."""

import sys
from pathlib import Path

import psycopg

with psycopg.connect() as connection:  # host, user and password: PGHOST, PGUSER, PGPASSWORD
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    for file in sorted(Path(sys.argv[1]).glob("*.sql")):
        print(file.name)
        connection.execute(file.read_text())
