"""What a commit would bring, as a pull request: real repositories, and a forge that answers as GitHub describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from envwright import envrepo
from envwright.adapters.forge.address import ForgeAddress
from envwright.adapters.forge.github import GitHub
from envwright.adapters.forge.text import BEGIN, END
from envwright.cli.main import run
from envwright.envrepo.place import Place
from envwright.envrepo.propose import LONGEST_BODY, body_of
from envwright.envrepo.requests import FileChange
from tests.adapters.forge.described import Answer, Asked, Described, serving
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
    """What the API tells of a pull request; its text is always as it was wanted."""
    head = {"ref": HEAD, "sha": "a" * 40}
    facts = {"number": 7, "html_url": "https://example.org/7", "title": "by hand", "body": None, "labels": []}
    return {**facts, "head": head, "base": {"ref": BASE}, **changes}


NO_STATUS = Answer(content={"statuses": []})
# one that is opened, its text brought up to date, its commit's status
NEW = [Answer(content=[]), Answer(201, pull()), Answer(content=pull()), NO_STATUS, Answer(201)]


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
    _, opened, _, _, reported = server.asked
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


def test_what_changes_nothing_any_more_is_withdrawn_with_its_branch(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    assert repositories.commit(forge=forge).changed
    repositories.edit("replicas: 7", "replicas: 1")
    # without its branch no pull request is open: nobody is asked
    for answers in ([Answer(content=[pull()]), Answer(content=pull(state="closed"))], []):
        server.answers = [*answers]
        done = repositories.commit(forge=forge)
        assert (done.changed, done.pull_request) == (False, None)
        assert repositories.git("for-each-ref", "--format=%(refname:short)", at=repositories.bare) == BASE
    assert (len(server.asked), server.asked[-1].content) == (len(NEW) + 2, {"state": "closed"})


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


def test_a_server_that_refuses_the_push_is_told_as_such(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    hook = repositories.bare / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho GH006: protected >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    (refused,) = repositories.commit(forge=forge).failed
    assert (refused.code, refused.summary) == ("EW727", f"the push to {HEAD} or {BASE} did not land")
    assert "GH006: protected" in refused.detail
    assert server.asked == []


def test_environments_of_one_branch_have_a_pull_request_each(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit(branch="main")
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    done = repositories.commit(branch="main", forge=forge)
    assert repositories.tip(HEAD) == done.commit
    assert server.asked[1].content["base"] == "main"


def test_an_older_source_does_not_take_the_place_of_a_newer_one(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    older = repositories.git("rev-parse", "HEAD")
    newest = repositories.edit("replicas: 7", "replicas: 8")
    server.answers = [*NEW]
    proposed = repositories.commit(forge=forge).commit
    server.answers = [Answer(content=[pull()])]
    done = repositories.commit(forge=forge, revision=older)
    assert [item.summary for item in done.failed] == [
        "the source is older than the one of https://example.org/7, which is proposed"
    ]
    assert repositories.tip(HEAD) == proposed
    # one that was closed by hand is in nobody's way
    server.answers = [Answer(content=[]), *NEW]
    assert repositories.commit(forge=forge, revision=older).commit == repositories.tip(HEAD) != proposed
    server.answers = [*NEW]
    assert repositories.commit(forge=forge, revision=newest).commit == proposed


def test_one_environment_that_fails_keeps_no_other_and_says_so_at_its_commit(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit_all()
    repositories.edit("replicas: 1", "replicas: 5")
    repositories.commit_all()
    repositories.edit("replicas: 5", "replicas: 6")
    server.answers = [*NEW, *NEW]
    assert len([each for each in repositories.commit_all(forge=forge) if each.pull_request]) == 2
    staging_place = Place("demo", "staging", "env/demo/staging", "demo/staging")
    envrepo.rollback(envrepo.RollbackRequest(remote=repositories.remote, place=staging_place))
    repositories.edit("replicas: 6", "replicas: 7")
    server.answers = [*NEW, Answer(content=[pull(head={"ref": "env/demo/staging-next", "sha": "b" * 40})])]
    server.answers += [NO_STATUS, Answer(201)]
    production, staging = repositories.commit_all(forge=forge)
    assert (production.pull_request and production.pull_request.number, staging.pull_request) == (7, None)
    assert [item.code for item in staging.failed] == ["EW737"]
    told = server.asked[-1].content
    assert (told["context"], told["state"]) == ("envwright/demo/staging", "failure")
    assert told["description"].startswith("EW737: staging is held since ")


def test_one_that_is_merged_while_the_next_is_made_is_followed(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    first = repositories.commit(forge=forge).commit or ""
    repositories.edit("replicas: 7", "replicas: 8")

    def merged_meanwhile(asked: Asked) -> None:
        if asked.operation == "POST statuses/{sha}" and repositories.tip(BASE) != first:
            repositories.git("update-ref", f"refs/heads/{BASE}", first, at=repositories.bare)

    server.before_answer = merged_meanwhile
    server.answers = [*NEW, *NEW]
    second = repositories.commit(forge=forge).commit
    assert repositories.git("rev-parse", f"{HEAD}^", at=repositories.bare) == first
    assert repositories.tip(HEAD) == second


def by_rebase(repositories: Repositories, clone: Path) -> None:
    """Put what is proposed on the branch, as a commit that somebody else committed."""
    repositories.git("cherry-pick", f"origin/{HEAD}", at=clone)
    repositories.git("commit", "--quiet", "--amend", "--no-edit", at=clone)


def by_squash(repositories: Repositories, clone: Path) -> None:
    """Make one commit, with the message that a forge suggests: the authors stand below the trailers."""
    message = repositories.git("log", "-1", "--format=%B", f"origin/{HEAD}", at=clone)
    repositories.git("merge", "--quiet", "--squash", f"origin/{HEAD}", at=clone)
    title, _, body = message.partition("\n")
    text = f"{title} (#7)\n{body.rstrip()}\n\nCo-authored-by: Ada Lovelace <ada@example.org>\n"
    repositories.git("commit", "--quiet", "-m", text, at=clone)


def by_merge(repositories: Repositories, clone: Path) -> None:
    """Make a commit with two parents."""
    repositories.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7", f"origin/{HEAD}", at=clone)


@pytest.mark.parametrize("path", [None, "."])
@pytest.mark.parametrize("way", [by_rebase, by_squash, by_merge])
def test_whatever_way_a_forge_merges_the_environment_goes_on(
    repositories: Repositories,
    server: Described,
    forge: GitHub,
    way: Callable[[Repositories, Path], None],
    path: str | None,
) -> None:
    first = repositories.commit(path=path)
    source = repositories.edit("replicas: 1", "replicas: 7")
    server.answers = [*NEW]
    done = repositories.commit(path=path, forge=forge)
    clone = repositories.folder / "clone"
    repositories.git("clone", "--quiet", "--branch", BASE, str(repositories.bare), str(clone))
    repositories.hours += 5  # nobody merges at the moment that the commit was made
    way(repositories, clone)
    repositories.git("push", "--quiet", "origin", f"HEAD:{BASE}", at=clone)
    merged = repositories.tip(BASE)
    assert merged != done.commit
    proved = repositories.verify(merged)
    assert (proved.commit, proved.plan_digest) == (merged, done.plan_digest)
    place = Place("demo", "production", BASE, "" if path else "demo/production")
    (standing,) = envrepo.status(envrepo.StatusRequest(remote=repositories.remote, project="demo", branch=BASE))
    assert standing.deployment
    assert standing.deployment.record
    assert standing.deployment.record.source_sha == source
    latest, before = envrepo.log(envrepo.LogRequest(remote=repositories.remote, place=place, limit=2))
    assert latest.record is not None
    assert before.commit == first.commit
    assert not repositories.commit(path=path).changed
    repositories.edit("replicas: 7", "replicas: 8")
    assert repositories.commit(path=path).changed
    rolled = envrepo.rollback(envrepo.RollbackRequest(remote=repositories.remote, place=place))
    assert rolled.plan_digest == done.plan_digest


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
        server.answers = [*NEW[:3], Answer(content=[]), *NEW[3:]]
        file = str(repositories.file)
        code = run(["commit", "-f", file, "--env", "production", "--pr", "--label", "risky", "-o", "json"])
        done = json.loads(capsys.readouterr().out)
        tip = repositories.tip(HEAD)
        assert (code, done["commit"], done["pushed"]) == (0, tip, True)
        assert done["pullRequest"] == {"number": 7, "url": "https://example.org/7"}
        assert server.asked[3].content == {"labels": ["risky"]}
        found = Answer(content=pull(head={"ref": HEAD, "sha": tip}))
        server.answers = [found, found, Answer(content={"sha": tip})]
        assert run(["merge", "7", "--head", tip, "--method", "squash"]) == 0
        assert capsys.readouterr().out == f"pull request 7 is merged: {tip[:12]}\n"
        assert server.asked[-1].content["commit_title"] == "demo production: 1 to change"
        assert "Plan-Digest: " in server.asked[-1].content["commit_message"]
        server.answers = [Answer(content=pull()), Answer(content=pull())]
        assert run(["merge", "7", "--head", tip]) == 1
        assert "error[EW761]: pull request 7 is at aaaaaaaaaaaa now" in capsys.readouterr().err
        _moved_by_hand(repositories)
        server.answers = [found]
        assert run(["merge", "7", "--head", tip]) == 1
        assert f"error[EW775]: {BASE} has " in capsys.readouterr().err


def _moved_by_hand(repositories: Repositories) -> None:
    """Let the environment's branch have another commit than the one that is proposed stands on."""
    repositories.git("checkout", "--quiet", "HEAD~1")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit(allow_older=True)


HOSTILE = "@everyone closes #1 `x` | <b> <!-- y --> [^1] :boom: www.evil.example.org GH-7 \u202e"
HOSTILE_OBJECTS = f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: {json.dumps(HOSTILE)}}}
rules: []
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: texts}}
data:
  text: |
    ````
    <!-- /envwright -->
    @everyone closes #1
"""


def test_what_a_stack_says_mentions_nobody_and_links_nowhere(
    repositories: Repositories, server: Described, forge: GitHub
) -> None:
    repositories.commit()
    repositories.change({"deploy/hostile.yaml": HOSTILE_OBJECTS})
    repositories.edit("- name: jobs\n", "- name: hostile\n      manifests: [hostile.yaml]\n    - name: jobs\n")
    server.answers = [*NEW]
    done = repositories.commit(forge=forge)
    assert done.failed == ()
    body = server.asked[1].content["body"]
    assert "\u202e" not in body
    ours = body.removeprefix(BEGIN).removesuffix(END)
    for token in MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(ours):
        for inner in (token, *(token.children or ())):
            assert inner.type not in ("link_open", "image", "html_block", "html_inline"), inner
            assert inner.type in ("inline", "code_inline", "fence") or "everyone" not in inner.content, inner
    message = repositories.git("log", "-1", "--format=%B", done.commit or "", at=repositories.bare)
    assert "everyone" in message
    assert not re.search(r"@everyone|#1|GH-7|\u202e", message)


def change(path: str, lines: int) -> FileChange:
    return FileChange(path=path, kind="changed", lines=tuple("+ @everyone ``` <script>" for _ in range(lines)))


def test_a_body_is_never_longer_than_a_forge_takes() -> None:
    body = body_of("- `x`\n", [change(f"manifests/{number}.yaml", 400) for number in range(20)])
    assert len(body) <= LONGEST_BODY + 200
    assert "more, in the branch" in body
    fences = [line for line in body.splitlines() if line.startswith("````")]
    assert len(fences) % 2 == 0  # a fence of the stack's own ends none of ours


def test_the_difference_is_left_out_before_an_operation_is() -> None:
    operations = "".join(f"- `Deployment d{number}`\n" for number in range(2_000))
    body = body_of(operations, [change("a.yaml", 4_000)])
    assert body.startswith(f"## What changes\n\n{operations}")
    assert "@everyone" not in body
    body = body_of(operations * 2, [])
    assert len(body) <= LONGEST_BODY + 200
    shown = body.count("- `Deployment")
    assert f"And **{4_000 - shown} more**, which do not fit here: see `PLAN.md` in the branch." in body
