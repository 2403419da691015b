"""What a commit would change: operations first, then the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from envwright import api, envrepo
from envwright.cli.terminal import COLOURS, colour
from envwright.envrepo.difference import FORMS
from envwright.envrepo.place import place_of
from envwright.plan.views.changes import Sign
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


def test_what_no_object_shows_is_a_difference_too(repositories: Repositories) -> None:
    repositories.commit()
    text = repositories.file.read_text()
    repositories.file.write_text(
        text.replace("  services:", "  orchestration: {prunePolicy: {maxPercent: 90}}\n  services:")
    )
    found = diff(repositories)
    assert (found.files, "plan.json" in found.unshown) == ((), True)
    lines = FORMS["text"](found, plain_style).splitlines()
    assert lines[1:3] == ["* prune: maxPercent 20 → 90", "1 step to run otherwise"]
    assert lines[3].startswith("what changes is made of the plan: PLAN.md, ")


@pytest.mark.parametrize("kind", ["executable", "link"])
def test_what_is_no_plain_file_is_a_difference_too(repositories: Repositories, kind: str) -> None:
    repositories.commit()
    place = repositories.checkout()
    file = place / "demo/production/manifests/internal/api/deployment-api.yaml"
    if kind == "link":
        file.unlink()
        file.symlink_to("/etc/passwd")
    else:
        file.chmod(0o755)
    repositories.push(place)
    (change,) = diff(repositories).files
    assert (change.kind, change.lines[2]) == ("changed", f"-({kind})")


def test_a_held_environment_is_told(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    envrepo.rollback(envrepo.RollbackRequest(remote=repositories.remote, place=PRODUCTION, reason="too many"))
    (warning,) = diff(repositories).warnings
    assert (warning.code, warning.severity, "too many" in warning.summary) == ("EW737", "warning", True)


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


def test_every_line_has_the_colour_of_what_it_says(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    lines = FORMS["text"](diff(repositories), lambda text, role: f"[{role}]{text}").splitlines()
    assert "[change]~ Deployment demo-production/api of api" in lines
    start = lines.index("[title]--- a/manifests/internal/api/deployment-api.yaml")
    assert [line[:9] for line in lines[start : start + 3]] == ["[title]--", "[title]++", "[gutter]@"]
    assert {"[delete]-  replicas: 1", "[create]+  replicas: 2"} <= set(lines)
    assert colour("x", "create") == "\x1b[32m\x1b[22mx\x1b[0m"
    assert set(get_args(Sign)) <= COLOURS.keys()
