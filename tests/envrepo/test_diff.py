"""What a commit would change: operations first, then the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envwright import api, envrepo
from envwright.envrepo.difference import FORMS
from envwright.envrepo.place import place_of
from envwright.report.text import plain_style
from tests.support.stacks import stack
from tests.support.two_repositories import SPEC, Repositories

PRODUCTION = place_of("demo", "production")


def diff(repositories: Repositories, against: str = "", *, remote: bool = True) -> envrepo.Diff:
    return envrepo.diff(
        envrepo.DiffRequest(
            asked=api.Request(environment="production"),
            world=api.open_world(repositories.file),
            place=PRODUCTION,
            remote=repositories.remote if remote else None,
            against=against,
        )
    )


def test_the_work_tree_is_compared_with_the_tip(repositories: Repositories) -> None:
    done = repositories.commit()
    assert diff(repositories).files == ()
    text = repositories.file.read_text()
    repositories.file.write_text(text.replace("replicas: 1", "replicas: 2").replace("name: jobs", "name: tasks"))
    found = diff(repositories)
    assert found.against == f"{(done.commit or '')[:12]} on env/demo/production"
    assert [item.name for item in found.transition.deleted] == ["jobs"]
    assert [(file.path.rpartition("/")[2], file.kind) for file in found.files] == [
        ("deployment-api.yaml", "changed"),
        ("deployment-jobs.yaml", "removed"),
        ("kustomization.yaml", "changed"),
        ("deployment-tasks.yaml", "added"),
    ]
    assert "-  replicas: 1" in found.files[0].lines
    assert "+  replicas: 2" in found.files[0].lines


def test_nothing_deployed_is_compared_with_nothing(repositories: Repositories) -> None:
    found = diff(repositories)
    assert found.against == "nothing on env/demo/production"
    assert len(found.transition.created) == 4
    assert {file.kind for file in found.files} == {"added"}


def test_another_commit_and_a_folder(repositories: Repositories, tmp_path: Path) -> None:
    first = repositories.commit()
    request = api.Request(environment="production")
    api.write(api.render(request, api.open_world(repositories.file)), tmp_path / "out")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    assert diff(repositories).files == ()
    for against in (first.commit or "", (first.commit or "")[:8], str(tmp_path / "out")):
        found = diff(repositories, against, remote=against != str(tmp_path / "out"))
        assert [file.path.rpartition("/")[2] for file in found.files] == ["deployment-api.yaml"]
        assert [item.name for item in found.transition.changed] == ["api"]


@pytest.mark.parametrize("form", FORMS)
def test_operations_stand_before_files(repositories: Repositories, form: str) -> None:
    repositories.commit()
    repositories.file.write_text(repositories.file.read_text().replace("replicas: 1", "replicas: 2"))
    text = FORMS[form](diff(repositories), plain_style)
    assert text.index("Deployment demo-production/api" if form != "json" else '"transition"') < text.index(
        "replicas: 2"
    )
    if form == "json":
        data = json.loads(text)
        assert data["transition"]["changed"][0]["name"] == "api"
        assert data["files"][0]["kind"] == "changed"


def test_what_a_stack_says_does_not_leave_its_fence(repositories: Repositories) -> None:
    evil = "````\\n\\n@everyone <img src=x>"
    spec = SPEC.replace('\'{{ envOr "SMTP_HOST" "none" }}\'', f'"{evil}"')
    repositories.file.write_text(stack(spec))
    text = FORMS["markdown"](diff(repositories), plain_style)
    fences = [line for line in text.splitlines() if line.startswith("`````")]
    assert len(fences) == 2
    assert fences[0].endswith("diff")
