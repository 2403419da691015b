"""Many environments and many files ask git few times: each question is a process, and may be a round trip."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from envwright import envrepo
from envwright.envrepo.requests import Selected
from tests.support.stacks import stack
from tests.support.two_repositories import Repositories

MANY = 40


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return a function that gives what git was asked for since it was called last: its subcommands."""
    real, log = shutil.which("git"), tmp_path / "asked"
    assert real is not None
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {real} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def since() -> list[str]:
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    return since


def environments() -> str:
    names = ", ".join(f"e{number}: {{}}" for number in range(MANY))
    unit = "{name: api, workload: {kind: deployment, image: 'nginx:1.29', replicas: 1}}"
    return stack(f"environments: {{{names}}}\nservices: [{unit}]")


def units() -> str:
    found = [
        f"  - {{name: u{number}, workload: {{kind: deployment, image: 'nginx:1.29', replicas: 1}}}}"
        for number in range(300)
    ]
    return stack("\n".join(["environments: {production: {}}", "services:", *found]))


@pytest.mark.parametrize("branch", ["", "main"])
def test_many_environments_are_read_and_pushed_together(
    repositories: Repositories, asked: Callable[[], list[str]], branch: str
) -> None:
    repositories.change({"deploy/services.yaml": environments()})
    assert len(repositories.commit_all(branch=branch)) == MANY
    repositories.edit("replicas: 1", "replicas: 2")
    shutil.rmtree(repositories.folder.parent / "cache")
    asked()
    assert all(done.changed for done in repositories.commit_all(branch=branch))
    calls = asked()
    assert 5 < len(calls) < MANY + 5
    assert 1 <= sum(" fetch " in call for call in calls) <= 4
    assert sum(" push " in call for call in calls) == 1
    assert len(list(repositories.folder.parent.glob("cache/**/objects/pack/*.pack"))) < 10


@pytest.mark.parametrize("branch", ["", "main"])
def test_many_environments_that_stay_as_they_are_are_looked_at_together(
    repositories: Repositories, asked: Callable[[], list[str]], branch: str
) -> None:
    repositories.change({"deploy/services.yaml": environments()})
    repositories.commit_all(branch=branch)
    asked()
    assert not any(done.changed for done in repositories.commit_all(branch=branch))
    assert 5 < len(asked()) < MANY - 5


@pytest.mark.parametrize("branch", ["", "main"])
def test_many_environments_are_told_of_together(
    repositories: Repositories, asked: Callable[[], list[str]], branch: str
) -> None:
    repositories.change({"deploy/services.yaml": environments()})
    made = {done.environment: done.commit for done in repositories.commit_all(branch=branch)}
    repositories.edit("e7: {}", "e7: {vars: {a: 1}}")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit("e7", branch=branch)
    shutil.rmtree(repositories.folder.parent / "cache")
    asked()
    source = envrepo.Source(file=str(repositories.file))
    found = envrepo.status(envrepo.StatusRequest(remote=repositories.remote, branch=branch, source=source))
    calls = asked()
    assert len(calls) < MANY
    assert sum(" fetch " in call for call in calls) <= 4
    assert {each.instance: each.source for each in found} == dict.fromkeys(made, "behind") | {"e7": "current"}
    told = {each.instance: each.deployment.commit for each in found if each.deployment}
    assert told.pop("e7") != made.pop("e7")
    assert told == made


def test_many_slots_are_looked_through_together(repositories: Repositories, asked: Callable[[], list[str]]) -> None:
    unit = "{name: api, workload: {kind: deployment, image: 'nginx:1.29', replicas: 1}}"
    spec = f"environments: {{ai: {{kind: slot, slots: {{max: {MANY}}}}}}}\nservices: [{unit}]"
    repositories.change({"deploy/services.yaml": stack(spec)})
    slots = tuple(Selected(environment="ai", slot=number) for number in range(1, MANY + 1))
    assert all(done.pushed for done in repositories.commit_all(slots))
    repositories.edit(f"max: {MANY}", "max: 3")
    repositories.git("remote", "set-url", "origin", str(repositories.source))
    shutil.rmtree(repositories.folder.parent / "cache")
    asked()
    source = envrepo.Source(file=str(repositories.file))
    gone = envrepo.prune_branches(envrepo.PruneRequest(remote=repositories.remote, source=source))
    assert {each.instance for each in gone} == {f"ai-{number}" for number in range(4, MANY + 1)}
    calls = asked()
    assert len(calls) < MANY
    assert sum(" fetch " in call for call in calls) <= 3


def test_many_files_are_read_together(repositories: Repositories, asked: Callable[[], list[str]]) -> None:
    repositories.change({"deploy/services.yaml": units()})
    repositories.commit()
    text = repositories.file.read_text()
    repositories.change({"deploy/services.yaml": text.replace("replicas: 1", "replicas: 2")})
    asked()
    done = repositories.commit()
    assert 5 < len(asked()) < 30
    assert repositories.verify(done.commit or "").files > 300
    assert 5 < len(asked()) < 40
