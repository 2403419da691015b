"""What `docs/migrations.md` promises of every migration and every hook, in what the example stacks render to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.goldens import Golden, goldens

Step = Mapping[str, Any]
GOLDENS = goldens()
TOOLS = {"alembic", "command", "django", "flyway", "goose", "liquibase", "prisma", "rails"}


def steps(golden: Golden) -> list[Step]:
    found: list[Step] = json.loads((golden.renders / "plan.json").read_text(encoding="utf-8"))["steps"]
    return found


def before(step: Step, every: list[Step]) -> set[str]:
    """Return the ids of all that must have succeeded before a step."""
    by_id = {each["id"]: each for each in every}
    found: set[str] = set()
    waiting = list(step["needs"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += by_id[name]["needs"]
    return found


def kind(manifest: Path) -> str:
    found = re.search("^kind: (.+)$", manifest.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, manifest
    return found[1]


def migrations(golden: Golden) -> list[Step]:
    return [step for step in steps(golden) if step["verb"] == "run-job" and step["purpose"] == "migration"]


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_a_job_is_run_and_never_applied(golden: Golden) -> None:
    every = steps(golden)
    applied = {path for step in every if step["verb"] == "apply" for path in step["manifests"]}
    run = [step["manifest"] for step in every if step["verb"] == "run-job"]
    made = [path for path in applied.union(run) if kind(golden.renders / path) == "Job"]
    assert sorted(run) == sorted(made)
    assert applied.isdisjoint(made)


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_a_migration_runs_before_its_service_and_no_newer_plan_cancels_it(golden: Golden) -> None:
    every = steps(golden)
    for step in migrations(golden):
        assert (step["phase"], step["supersede"]) == ("migrations", False)
        own = [each for each in every if each["unit"] == step["unit"] and each["phase"] != "migrations"]
        applies = [each for each in own if each["verb"] == "apply"]
        assert applies
        assert all(step["id"] in before(each, every) for each in applies)


def test_a_migration_runs_after_what_its_service_needs() -> None:
    golden = next(each for each in GOLDENS if str(each) == "migrations/production")
    every = steps(golden)
    for step in migrations(golden):
        assert {"ensure-secret/postgres", "wait-ready/postgres"} <= before(step, every)
    (prices,) = (step for step in every if step["id"] == "run-job/command/prices")
    assert "run-job/alembic/schema" in before(prices, every)


def test_every_built_in_tool_is_shown() -> None:
    golden = next(each for each in GOLDENS if str(each) == "migrations/production")
    assert {step["unit"] for step in migrations(golden)} == TOOLS


def test_hooks_are_jobs_around_their_service() -> None:
    golden = next(each for each in GOLDENS if str(each) == "migrations/production")
    every = steps(golden)
    by_id = {step["id"]: step for step in every}
    backup, analyze = by_id["run-job/command/backup"], by_id["run-job/command/analyze"]
    assert (backup["purpose"], backup["runOn"]) == ("hook", "always")
    assert (analyze["purpose"], analyze["target"]) == ("hook", "data-postgres-0")
    assert backup["id"] in before(by_id["wait-ready/command"], every)
    assert "wait-ready/command" in before(analyze, every)


def test_no_tools_image_floats() -> None:
    for path in sorted(Path(GOLDENS[0].renders).parents[1].glob("migrations/*/manifests/migrations/**/job-*.yaml")):
        pod = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["template"]["spec"]
        image = pod["containers"][0]["image"]
        assert ":" in image
        assert not image.endswith(":latest")
