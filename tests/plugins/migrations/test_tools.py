"""What each migration tool makes of a migration, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from envwright import api
from envwright.adapters.entry_points import installed
from envwright.model.diagnostic import Diagnostic
from tests.support.stacks import codes, places, refused, stack, world

IMAGES = """\
environments: {dev: {}}
images:
  api: {type: build, repository: registry.example.org/api, context: api}
  tools: {type: external, from: 'registry.example.org/tools:3'}
"""
DOCKERFILE = "FROM python:3.14\nWORKDIR /app\nCOPY . .\nCMD [python, main.py]\n"
URL = "DATABASE_URL: 'postgresql://db/api'"


def files(*names: str, **texts: str) -> dict[str, str]:
    return {"api/Dockerfile": DOCKERFILE, **dict.fromkeys(names, "-- nothing\n"), **texts}


def spec(migration: str, service: str = "image: api") -> str:
    return f"""{IMAGES}services:
  - name: api
    {service}
    workload: {{kind: deployment, image: 'nginx:1'}}
    migrations: [{{name: schema, {migration}}}]
"""


def job(folder: Path, migration: str, there: dict[str, str], service: str = "image: api") -> dict[str, Any]:
    """Return the pod's spec of the Job that a migration becomes."""
    made = world(folder, {"services.yaml": stack(spec(migration, service)), **there}, installed())
    rendered = api.render(api.Request(environment="dev"), made).rendered
    (file,) = (each.file for each in rendered.plan.objects if each.kind == "Job")
    found: dict[str, Any] = rendered.read(file)["spec"]["template"]["spec"]
    return found


def container(folder: Path, migration: str, there: dict[str, str], service: str = "image: api") -> dict[str, Any]:
    found: dict[str, Any] = job(folder, migration, there, service)["containers"][0]
    return found


def faults(folder: Path, migration: str, there: dict[str, str]) -> tuple[Diagnostic, ...]:
    made = world(folder, {"services.yaml": stack(spec(migration)), **there}, installed())
    return refused(api.render, api.Request(environment="dev"), made)


COMMANDS = {
    "alembic": ("tool: alembic", files("api/alembic.ini"), "alembic upgrade head", ""),
    "alembic in a directory": (
        "tool: alembic, path: api/db",
        files("api/db/alembic.ini"),
        "alembic upgrade head",
        "/app/db",
    ),
    "alembic by its file": (
        "tool: alembic, path: api/db/other.ini",
        files("api/db/other.ini"),
        "alembic -c other.ini upgrade head",
        "/app/db",
    ),
    "django": ("tool: django", files("api/manage.py"), "python manage.py migrate --noinput", ""),
    "flyway": (
        "tool: flyway, path: sql, env: {FLYWAY_URL: 'jdbc:postgresql://db/api'}",
        files("sql/V1__a.sql"),
        "flyway -locations=filesystem:/migrations migrate",
        "",
    ),
    "flyway by its configuration": (
        "tool: flyway, path: sql",
        files("sql/V1__a.sql", "sql/flyway.toml"),
        "flyway -configFiles=/migrations/flyway.toml -locations=filesystem:/migrations migrate",
        "",
    ),
    "goose": (
        "tool: goose, path: api/migrations, env: {GOOSE_DRIVER: postgres, GOOSE_DBSTRING: 'host=db'}",
        files("api/migrations/1_a.sql"),
        "goose -dir /app/migrations up",
        "",
    ),
    "liquibase": (
        "tool: liquibase, path: db, env: {LIQUIBASE_COMMAND_URL: 'jdbc:postgresql://db/api'}",
        files("db/changelog.xml"),
        "liquibase --search-path=/migrations update --changelog-file=changelog.xml",
        "",
    ),
    "liquibase by its file": (
        "tool: liquibase, path: db/mine.yaml, env: {LIQUIBASE_COMMAND_URL: 'jdbc:postgresql://db/api'}",
        files("db/mine.yaml"),
        "liquibase --search-path=/migrations update --changelog-file=mine.yaml",
        "",
    ),
    "prisma": (
        f"tool: prisma, env: {{{URL}}}",
        files("api/prisma/schema.prisma"),
        "npx --no -- prisma migrate deploy",
        "",
    ),
    "prisma by its schema": (
        f"tool: prisma, path: api/db/main.prisma, env: {{{URL}}}",
        files("api/db/main.prisma"),
        "npx --no -- prisma migrate deploy --schema main.prisma",
        "/app/db",
    ),
    "rails": (f"tool: rails, env: {{{URL}}}", files("api/bin/rails"), "bin/rails db:migrate", ""),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_tool_becomes_its_command(case: str, tmp_path: Path) -> None:
    migration, there, command, directory = COMMANDS[case]
    made = container(tmp_path, migration, there)
    assert (" ".join(made["command"]), made.get("workingDir", "")) == (command, directory)


LACKING = {
    "no file of its own": ("tool: alembic", files(), "api has no alembic.ini and no pyproject.toml"),
    "no project": ("tool: django", files(), "api has no manage.py"),
    "no schema": ("tool: prisma", files(), "api has no prisma/schema.prisma and no schema.prisma"),
    "no application": (f"tool: rails, env: {{{URL}}}", files(), "api has no bin/rails"),
    "no database for rails": ("tool: rails", files("api/bin/rails"), "DATABASE_URL or config/database.yml"),
    "no path": ("tool: goose", files(), "it does not say where its files are"),
    "no driver": ("tool: goose, path: api/sql", files("api/sql/1.sql"), "by GOOSE_DRIVER and GOOSE_DBSTRING"),
    "no url": ("tool: flyway, path: sql", files("sql/V1__a.sql"), "flyway finds its database by FLYWAY_URL"),
    "no url either": ("tool: liquibase, path: db", files("db/changelog.xml"), "by LIQUIBASE_COMMAND_URL"),
    "no changelog": ("tool: liquibase, path: db", files("db/a.xml"), "db has no changelog of a usual name"),
    "elsewhere": ("tool: alembic, path: db", files("db/alembic.ini"), "nothing tells where its image has db"),
    "in an image of others": (
        "tool: django, path: api, image: tools",
        files("api/manage.py"),
        "nothing tells where its image has api",
    ),
}


@pytest.mark.parametrize("case", LACKING)
def test_a_migration_that_cannot_run_is_refused_with_what_to_add(case: str, tmp_path: Path) -> None:
    migration, there, says = LACKING[case]
    (found,) = faults(tmp_path, migration, there)
    assert places((found,)) == ["EW803 services.yaml:14:20"]
    assert says in found.summary
    assert found.hint


@pytest.mark.parametrize(
    ("schema", "variable"),
    [
        ('datasource db {\n  url = env("MAIN_URL")\n}\n', "MAIN_URL"),
        ("datasource db {\n  url      = env('OTHER')\n}\n", "OTHER"),
    ],
)
def test_prisma_needs_the_variable_that_its_schema_reads(schema: str, variable: str, tmp_path: Path) -> None:
    there = files(**{"api/prisma/schema.prisma": schema})
    (found,) = faults(tmp_path, "tool: prisma", there)
    assert f"prisma finds its database by {variable}" in found.summary


def test_the_configuration_of_prisma_tells_the_variable_too(tmp_path: Path) -> None:
    there = files(**{"api/prisma.config.ts": "export default { datasource: { url: process.env.MAIN_URL } };\n"})
    (found,) = faults(tmp_path, "tool: prisma", there)
    assert "by MAIN_URL" in found.summary


@pytest.mark.parametrize(
    ("migration", "name"),
    [
        (f"tool: prisma, env: {{{URL}}}, reversible: true", "api/schema.prisma"),
        ("tool: flyway, path: sql, env: {FLYWAY_URL: x}, reversible: true", "sql/V1__a.sql"),
    ],
)
def test_what_cannot_be_run_backwards_does_not_say_that_it_can(migration: str, name: str, tmp_path: Path) -> None:
    assert codes(faults(tmp_path, migration, files(name))) == ["EW804"]


def test_another_edition_of_flyway_may(tmp_path: Path) -> None:
    migration = "tool: flyway, path: sql, env: {FLYWAY_URL: x}, reversible: true, image: 'redgate/flyway:12.9.0'"
    assert container(tmp_path, migration, files("sql/V1__a.sql"))["image"] == "redgate/flyway:12.9.0"


def test_what_the_user_wrote_stays(tmp_path: Path) -> None:
    migration = "tool: rails, command: [bin/setup], args: [--quiet], workingDir: /srv, env: {RAILS_ENV: staging}"
    made = container(tmp_path, migration, files("api/bin/rails"))
    assert (made["command"], made["args"], made["workingDir"]) == (["bin/setup"], ["--quiet"], "/srv")
    assert made["env"] == [{"name": "RAILS_ENV", "value": "staging"}]


def test_arguments_follow_the_command_of_the_tool(tmp_path: Path) -> None:
    made = container(tmp_path, "tool: django, args: [--database, other]", files("api/manage.py"))
    assert [*made["command"], *made["args"]][-4:] == ["migrate", "--noinput", "--database", "other"]


def test_the_tools_own_image_runs_as_a_number(tmp_path: Path) -> None:
    migration = "tool: liquibase, path: db, env: {LIQUIBASE_COMMAND_URL: x}"
    made = job(tmp_path, migration, files("db/changelog.xml", "db/changes/1.xml"))
    assert made["securityContext"]["runAsUser"] == 1001
    assert made["containers"][0]["volumeMounts"][0]["mountPath"] == "/migrations"
    assert [item["path"] for item in made["volumes"][0]["configMap"]["items"]] == [
        "0.d/changelog.xml",
        "0.d/changes/1.xml",
    ]


def test_files_are_mounted_where_the_image_does_not_have_them(tmp_path: Path) -> None:
    migration = "tool: goose, path: sql, image: tools, env: {GOOSE_DRIVER: postgres, GOOSE_DBSTRING: x}"
    made = container(tmp_path, migration, files("sql/1.sql"))
    assert (made["command"], made["image"]) == (
        ["goose", "-dir", "/migrations", "up"],
        "registry.example.org/tools:3",
    )


@pytest.mark.parametrize(
    ("dockerfile", "directory"),
    [
        ("FROM go\nCOPY migrations /db\n", "/db"),
        ("FROM go\nWORKDIR /srv\nCOPY . src\n", "/srv/src/migrations"),
        ("FROM go AS build\nCOPY . /x\nFROM scratch\nWORKDIR /srv\nCOPY --from=build /x /srv\n", "/srv/migrations"),
    ],
)
def test_the_dockerfile_tells_where_the_files_are(dockerfile: str, directory: str, tmp_path: Path) -> None:
    migration = "tool: goose, path: api/migrations, env: {GOOSE_DRIVER: postgres, GOOSE_DBSTRING: x}"
    there = {"api/Dockerfile": dockerfile, "api/migrations/1.sql": "--\n"}
    assert container(tmp_path, migration, there)["command"][2] == directory


def test_a_migration_that_is_off_is_not_asked_for(tmp_path: Path) -> None:
    there = {"services.yaml": stack(spec("tool: flyway, when: false")), **files()}
    plan = api.render(api.Request(environment="dev"), world(tmp_path, there, installed())).plan
    assert "Job" not in {item.kind for item in plan.objects}
