"""How Alembic reaches the database: by DATABASE_URL, one process at a time."""

import os

from alembic import context
from sqlalchemy import create_engine, text

# any number, the same wherever these migrations run
LOCK = 4_081_516


url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        # Alembic takes no lock; this one is PostgreSQL's, and gone when the transaction ends, however that happens
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
