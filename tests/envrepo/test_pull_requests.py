"""What a commit would bring, as a pull request: real repositories, and a forge that answers as GitHub describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from envwright.adapters.forge.address import ForgeAddress
from envwright.adapters.forge.github import GitHub
from envwright.cli.main import run
from envwright.envrepo.propose import LONGEST_BODY, body_of
from envwright.envrepo.requests import FileChange
from tests.adapters.forge.described import Answer, Described, serving
from tests.support.git_server import served
from tests.support.two_repositories import Repositories

BASE, HEAD = "env/demo/production", "env/demo/production-next"


@pytest.fixture
def server() -> Iterator[Described]:
    with serving() as found:
        yield found


@pytest.fixture
def forge(server: Described) -> Iterator[GitHub]:
    with GitHub(ForgeAddress(server.url, "ada", "environments"), "a-token") as found:
        yield found


def pull(**changes: Any) -> dict[str, Any]:
    head = {"ref": HEAD, "sha": "a" * 40}
    return {"number": 7, "html_url": "https://example.org/7", "head": head, "labels": [], **changes}


NEW = [Answer(content=[]), Answer(201, pull()), Answer(201)]
NONE: list[Any] = []


def test_what_changed_stands_on_the_tip_of_the_branch(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    deployed = repositories.commit().commit
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    done = repositories.commit(forge=forge)
    assert (done.changed, done.pushed, done.pull_request and done.pull_request.number) == (True, True, 7)
    assert repositories.tip(HEAD) == done.commit
    assert repositories.tip(BASE) == deployed == repositories.git("rev-parse", f"{HEAD}^", at=repositories.bare)
    _, opened, reported = server.asked
    assert (opened.content["head"], opened.content["base"]) == (HEAD, BASE)
    assert "+  replicas: 7" in opened.content["body"]
    assert "`Deployment demo-production/api` of `api`" in opened.content["body"]
    assert reported.operation == "POST statuses/{sha}"
    assert reported.content["context"] == "envwright/demo/production"
    assert reported.content["description"] == "rendered: 1 to change"
    assert repositories.verify(done.commit or "").plan_digest == done.plan_digest


def test_the_same_source_proposes_the_same_commit_and_a_newer_one_takes_its_place(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW, *NEW]
    first, again = repositories.commit(forge=forge), repositories.commit(forge=forge)
    assert first.commit == again.commit
    repositories.edit("replicas: 7", "replicas: 8")
    server.answers = [*NEW]
    newer = repositories.commit(forge=forge)
    assert repositories.tip(HEAD) == newer.commit != first.commit
    assert repositories.git("rev-parse", f"{HEAD}^", at=repositories.bare) == repositories.tip(BASE)


def test_what_changes_nothing_any_more_is_withdrawn(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    server.answers = [Answer(content=[pull()]), Answer(content=pull(state="closed"))]
    done = repositories.commit(forge=forge)
    assert (done.changed, done.pull_request) == (False, None)
    assert server.asked[-1].content == {"state": "closed"}


def test_the_first_pull_request_of_an_environment_begins_its_branch(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    server.answers = [*NEW]
    done = repositories.commit(forge=forge)
    assert repositories.git("ls-tree", "-r", "--name-only", BASE, at=repositories.bare) == ""
    assert repositories.git("rev-parse", f"{HEAD}^", at=repositories.bare) == repositories.tip(BASE)
    assert repositories.tip(HEAD) == done.commit


def test_a_forge_that_refuses_leaves_the_commit_for_the_next_call(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [Answer(403, {"message": "no"})]
    done = repositories.commit(forge=forge)
    assert [item.code for item in done.failed] == ["EW760"]
    proposed = repositories.tip(HEAD)
    server.answers = [*NEW]
    assert repositories.commit(forge=forge).commit == proposed


def test_environments_of_one_branch_have_a_pull_request_each(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit(branch="main")
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    done = repositories.commit(branch="main", forge=forge)
    assert repositories.tip(HEAD) == done.commit
    assert server.asked[1].content["base"] == "main"


def test_the_commands_propose_and_merge_over_http(
    repositories: Repositories,
    server: Described,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    (repositories.folder / "served/ada").mkdir(parents=True)
    (repositories.folder / "served/ada/environments.git").symlink_to(repositories.bare)
    monkeypatch.setenv("ENVWRIGHT_FORGE_API", server.url)
    for key in ("uploadpack.allowFilter", "http.receivepack"):
        repositories.git("config", key, "true", at=repositories.bare)
    with served(repositories.folder / "served", "robot", "one-token") as git:
        monkeypatch.setenv("ENVWRIGHT_REPO", git.url("ada/environments.git"))
        monkeypatch.setenv("ENVWRIGHT_GIT_USER", "robot")
        monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "one-token")
        server.answers = [Answer(content=[]), Answer(201, pull()), Answer(content=[]), Answer(201)]
        file = str(repositories.file)
        code = run(["commit", "-f", file, "--env", "production", "--pr", "--label", "risky", "-o", "json"])
        done = json.loads(capsys.readouterr().out)
    tip = repositories.tip(HEAD)
    assert (code, done["commit"], done["pushed"]) == (0, tip, True)
    assert done["pullRequest"] == {"number": 7, "url": "https://example.org/7"}
    assert server.asked[2].content == {"labels": ["risky"]}
    monkeypatch.setenv("ENVWRIGHT_REPO", "https://git.example.org/ada/environments")
    server.answers = [Answer(content=pull(head={"sha": tip})), Answer(content={"sha": tip})]
    assert run(["merge", "7", "--head", tip]) == 0
    assert capsys.readouterr().out == f"pull request 7 is merged: {tip[:12]}\n"
    server.answers = [Answer(content=pull())]
    assert run(["merge", "7", "--head", tip]) == 1
    assert "error[EW761]: pull request 7 is at aaaaaaaaaaaa now" in capsys.readouterr().err


def change(path: str, lines: int) -> FileChange:
    return FileChange(path=path, kind="changed", lines=tuple("+ @everyone ``` <script>" for _ in range(lines)))


def test_a_body_is_never_longer_than_a_forge_takes() -> None:
    body = body_of("- `x`\n", [change(f"manifests/{number}.yaml", 400) for number in range(20)])
    assert len(body) <= LONGEST_BODY + 200
    assert "more, in the branch" in body
    fences = [line for line in body.splitlines() if line.startswith("````")]
    assert len(fences) % 2 == 0  # a fence of the stack's own ends none of ours


def test_operations_are_never_cut() -> None:
    operations = "".join(f"- `Deployment d{number}`\n" for number in range(4_000))
    assert body_of(operations, [change("a.yaml", 1)]).startswith(f"## What changes\n\n{operations}")
