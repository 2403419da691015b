"""The rendered Jobs of `golden/migrations` migrate: their commands are run over its files, on real databases.

Needed: pip, npm and Go with their registries, once, and the programs of PostgreSQL (`postgresql` of Debian). What is
missing is said, and fails where CI=true.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright_testing.availability import unavailable
from envwright_testing.cache import kept, program, run
from envwright_testing.provide.node import node_packages
from envwright_testing.provide.python import python_packages
from envwright_testing.service import Provide, Provided, UnavailableError
from tests.plugins.migrations.jobs import GOLDEN, Job, job
from tests.plugins.migrations.postgres import Server, programs, server

TOOLS = Path(__file__).parent / "tools"
# goose speaks to ten databases; one is enough here, and a tenth of the time
TAGS = "no_azuresql no_clickhouse no_libsql no_mssql no_mysql no_sqlite3 no_vertica no_ydb"
TABLES = "select tablename from pg_tables where schemaname = 'public'"


def brought(provide: Provide, folder: Path) -> Provided:
    """Return what a tool needs. Skips with the reason where it cannot be brought; fails where CI=true."""
    try:
        return provide(folder, lambda line: print(line, file=sys.stderr))
    except UnavailableError as error:
        unavailable(f"NOT RUN for real: {error}")


def goose(folder: Path, progress: object) -> Provided:
    """Bring goose, built from the module that pins it."""
    go = program("go")
    key = [TAGS.encode(), *((folder / name).read_bytes() for name in ("go.mod", "go.sum"))]
    package = "github.com/pressly/goose/v3/cmd/goose"
    settings = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}

    def make(place: Path) -> None:
        run([go, "build", "-trimpath", "-tags", TAGS, "-o", f"{place}/", package], folder, settings)

    return Provided((kept("goose", key, make, progress),))  # type: ignore[arg-type]  # a Progress


@pytest.fixture(scope="module")
def python() -> Path:
    return brought(python_packages(), TOOLS / "python").path[0]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    folder = programs()
    if folder is None:
        unavailable("NOT RUN for real: no PostgreSQL here (Debian: apt-get install postgresql)")
    with server(folder) as found:
        yield found


@pytest.fixture
def database(postgres: Server, request: pytest.FixtureRequest) -> str:
    """Make an empty database of the test's own; return it as `HOST:PORT/NAME`."""
    name = request.node.name.partition("[")[0]
    return postgres.create(name).rpartition("@")[2]


def checkout(unit: str, folder: Path) -> Path:
    """Return a copy of a unit's files, as its image has them."""
    return Path(shutil.copytree(GOLDEN / unit, folder / unit))


def succeeded(migration: Job, folder: Path, *path: Path, **env: str) -> str:
    done = migration.run(folder, *path, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tables(postgres: Server, database: str) -> set[str]:
    return set(postgres.query(database.rpartition("/")[2], TABLES))


@pytest.mark.parametrize("unit", ["alembic", "django"])
def test_sqlite(unit: str, python: Path, tmp_path: Path) -> None:
    folder = checkout(unit, tmp_path)
    url = f"sqlite:///{tmp_path}/data.db"
    for _ in range(2):  # the second finds nothing left to do
        succeeded(job(unit), folder, python, DATABASE_URL=url)
    with sqlite3.connect(tmp_path / "data.db") as found:
        rows = found.execute(f"select count(*) from {unit}_products").fetchall()
    found.close()
    assert rows == [(0,)]


@pytest.mark.parametrize("unit", ["alembic", "django"])
def test_postgresql_one_at_a_time(
    unit: str, python: Path, postgres: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two pods of one Job at the same time: the lock of the example's own files has one wait for the other."""
    found = postgres.create(f"twice_{unit}").rpartition("@")[2]
    folder = checkout(unit, tmp_path)
    both = [job(unit, found).start(folder, python) for _ in range(2)]
    said = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert f"{unit}_products" in tables(postgres, found)


BACKWARDS = {
    "alembic": ("downgrade", "base"),
    "django": ("migrate", "app", "zero"),
}


@pytest.mark.parametrize("unit", BACKWARDS)
def test_the_way_back(unit: str, python: Path, postgres: Server, tmp_path: Path) -> None:
    found = postgres.create(f"back_{unit}").rpartition("@")[2]
    folder = checkout(unit, tmp_path)
    forward = job(unit, found)
    succeeded(forward, folder, python)
    words = forward.command[: {"alembic": 1, "django": 2}[unit]]
    succeeded(forward._replace(command=(*words, *BACKWARDS[unit])), folder, python)
    assert f"{unit}_products" not in tables(postgres, found)


def test_goose(postgres: Server, database: str, tmp_path: Path) -> None:
    folder = checkout("goose", tmp_path)
    bin_folder = brought(goose, TOOLS / "go").path[0]
    forward = job("goose", database, migrations=str(folder / "migrations"))
    for _ in range(2):
        succeeded(forward, folder, bin_folder)
    assert "goose_products" in tables(postgres, database)
    back = forward._replace(command=(*forward.command[:-1], "down-to", "0"))
    succeeded(back, folder, bin_folder)
    assert "goose_products" not in tables(postgres, database)


def test_prisma(tmp_path: Path) -> None:
    """Version 6 with its engine in WebAssembly, on SQLite: the usual engine is a download of its maker's own."""
    provided = brought(node_packages(), TOOLS / "node")
    folder = checkout("prisma", tmp_path)
    (folder / "node_modules").symlink_to(provided.places["/srv/node_modules"])
    shutil.copy(TOOLS / "node/prisma.config.ts", folder)
    for file in (folder / "prisma/schema.prisma", folder / "prisma/migrations/migration_lock.toml"):
        file.write_text(file.read_text(encoding="utf-8").replace("postgresql", "sqlite"), encoding="utf-8")
    schema = folder / "prisma/schema.prisma"
    schema.write_text(schema.read_text().replace('"sqlite"', '"sqlite"\n  url = env("DATABASE_URL")'), encoding="utf-8")
    # the native engines are looked for even where they are not used
    absent = tmp_path / "no-engine"
    absent.touch()
    env = {
        "DATABASE_URL": f"file:{tmp_path}/data.db",
        "PRISMA_QUERY_ENGINE_LIBRARY": str(absent),
        "PRISMA_SCHEMA_ENGINE_BINARY": str(absent),
    }
    said = [succeeded(job("prisma"), folder, *provided.path, **env) for _ in range(2)]
    assert "have been successfully applied" in said[0]
    assert "No pending migrations to apply" in said[1]
    with sqlite3.connect(tmp_path / "data.db") as found:
        assert found.execute("select count(*) from prisma_products").fetchall() == [(0,)]
    found.close()
