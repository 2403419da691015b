"""Many environments and many files ask git few times: each question is a process, and may be a round trip."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.stacks import stack
from tests.support.two_repositories import Repositories

MANY = 30


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
