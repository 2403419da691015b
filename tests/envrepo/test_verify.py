"""What is not as the source says is found, wherever it stands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from envwright.model.diagnostic import Diagnostic
from tests.support.stacks import refused
from tests.support.two_repositories import Repositories

DIRECTORY = "demo/production"
DEPLOYMENT = f"{DIRECTORY}/manifests/internal/api/deployment-api.yaml"


def found(repositories: Repositories, commit: str, **options: object) -> list[Diagnostic]:
    return list(refused(repositories.verify, commit, **options))


def test_a_commit_is_what_its_source_says(repositories: Repositories) -> None:
    done = repositories.commit()
    verified = repositories.verify(done.commit or "")
    assert (verified.commit, verified.path, verified.plan_digest) == (done.commit, DIRECTORY, done.plan_digest)


def test_an_older_commit_still_is(repositories: Repositories) -> None:
    first = repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    second = repositories.commit()
    assert repositories.verify(first.commit or "").commit == first.commit
    assert repositories.verify("env/demo/production").commit == second.commit


def test_on_a_shared_branch_it_is_one_environment_of_many(repositories: Repositories) -> None:
    for done in repositories.commit_all(branch="main"):
        assert repositories.verify(done.commit or "").path == done.path


def edit(place: Path) -> None:
    file = place / DEPLOYMENT
    file.write_text(file.read_text().replace("replicas: 1", "replicas: 5"))


def add(place: Path) -> None:
    (place / DIRECTORY / "manifests/internal/api/extra.yaml").write_text("a: b\n")


def remove(place: Path) -> None:
    (place / DEPLOYMENT).unlink()


def link(place: Path) -> None:
    (place / DEPLOYMENT).unlink()
    (place / DEPLOYMENT).symlink_to("/etc/passwd")


def executable(place: Path) -> None:
    (place / DEPLOYMENT).chmod(0o755)


def transition(place: Path) -> None:
    file = place / DIRECTORY / "transition.json"
    file.write_text(file.read_text().replace('"created": [', '"created": [ '))


def metadata(place: Path) -> None:
    file = place / DIRECTORY / "hydrator.metadata"
    file.write_text(file.read_text().replace("a change", "another change"))


def outside(place: Path) -> None:
    (place / "README.md").write_text("hello\n")


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (edit, [f"EW743 {DEPLOYMENT.removeprefix(DIRECTORY + '/')}:14:13"]),
        (add, ["EW743 manifests/internal/api/extra.yaml:1:1"]),
        (remove, ["EW743 manifests/internal/api/deployment-api.yaml:1:1"]),
        (transition, ["EW743 transition.json:5:15"]),
        (metadata, ["EW743 hydrator.metadata:9:15"]),
        (outside, ["EW748 None"]),
    ],
)
def test_a_hand_is_found_by_its_file(repositories: Repositories, hand: Callable[[Path], None], said: list[str]) -> None:
    repositories.commit()
    place = repositories.checkout()
    hand(place)
    differences = found(repositories, repositories.push(place))
    assert [re.sub(r":\d+:\d+$", "", f"{item.code} {item.where}") for item in differences] == [
        re.sub(r":\d+:\d+$", "", each) for each in said
    ]


@pytest.mark.parametrize("hand", [link, executable])
def test_a_file_that_is_none_is_found(repositories: Repositories, hand: Callable[[Path], None]) -> None:
    repositories.commit()
    place = repositories.checkout()
    hand(place)
    assert {item.code for item in found(repositories, repositories.push(place))} == {"EW743"}


def test_the_first_difference_is_shown_on_both_sides(repositories: Repositories) -> None:
    repositories.commit()
    place = repositories.checkout()
    edit(place)
    (difference,) = found(repositories, repositories.push(place))
    assert difference.summary == "the commit says '  replicas: 5', the source '  replicas: 1'"
    assert difference.where is not None
    line = (place / DEPLOYMENT).read_text().splitlines()[difference.where.line - 1]
    assert line[difference.where.column - 1 :] == "5"


@pytest.mark.parametrize(
    "name",
    ["Source-Repo", "Source-Sha", "Source-File", "Directory", "Plan-Digest", "Engine", "Plugins", "Variables"],
)
@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_changed_trailer_is_found(repositories: Repositories, name: str, how: str) -> None:
    repositories.edit("replicas: 1", "replicas: 2")
    other = repositories.edit("replicas: 2", "replicas: 1")  # makes the same files as the one that is named
    repositories.edit("replicas: 1", "replicas: 1 ")
    variables = {"SMTP_HOST": "mail"}
    done = repositories.commit(variables=variables)
    message = repositories.git("log", "-1", "--format=%B", done.commit or "", at=repositories.bare)
    value = re.search(f"^{name}: (.*)$", message, re.MULTILINE)
    assert value is not None
    forged = {"Source-Sha": other, "Plan-Digest": f"sha256:{'0' * 64}", "Variables": "SMTP_HOST, OTHER"}
    lines = [line for line in message.splitlines() if line != value[0]]
    if how == "changed":
        lines.append(f"{name}: {forged.get(name, value[1] + 'x')}")
    commit = repositories.push(repositories.checkout(), "\n".join(lines) + "\n")
    assert found(repositories, commit, variables={**variables, "OTHER": "x"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4 to create", "no changes"),
        ("+ Deployment demo-production/jobs of jobs\n", ""),
        ("+ Deployment demo-production/jobs of jobs", "- Deployment demo-production/jobs of jobs"),
    ],
)
def test_a_message_that_tells_something_else_is_found(repositories: Repositories, old: str, new: str) -> None:
    repositories.commit()
    message = repositories.git("log", "-1", "--format=%B", "env/demo/production", at=repositories.bare)
    assert old in message
    commit = repositories.push(repositories.checkout(), message.replace(old, new, 1))
    assert [item.code for item in found(repositories, commit)] == ["EW744"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4 to create", "4 to create (#12)"),
        ("demo production: 4 to create", "The new shop (#12)"),
        ("\n\n+ Deployment", "\n\n* demo production: 4 to create\n\n+ Deployment"),
        ("\n\nSource-Repo", "\n\nAll is well.\n\nSource-Repo"),
    ],
)
def test_what_a_forge_and_people_add_is_theirs(repositories: Repositories, old: str, new: str) -> None:
    repositories.commit()
    message = repositories.git("log", "-1", "--format=%B", "env/demo/production", at=repositories.bare)
    commit = repositories.push(repositories.checkout(), message.replace(old, new, 1))
    assert repositories.verify(commit).commit == commit


def test_trailers_of_others_are_theirs(repositories: Repositories) -> None:
    repositories.commit()
    message = repositories.git("log", "-1", "--format=%B", "env/demo/production", at=repositories.bare)
    more = "Co-authored-by: A <a@example.org>\nCo-authored-by: B <b@example.org>"
    commit = repositories.push(repositories.checkout(), f"{message}\n{more}")
    assert repositories.verify(commit).commit == commit


@pytest.mark.parametrize("name", ["Source-Sha", "source-sha"])
def test_a_trailer_that_stands_twice_is_found(repositories: Repositories, name: str) -> None:
    repositories.commit()
    message = repositories.git("log", "-1", "--format=%B", "env/demo/production", at=repositories.bare)
    commit = repositories.push(repositories.checkout(), f"{message}\n{name}: {'a' * 40}")
    (why,) = found(repositories, commit)
    assert (why.code, f"{name} stands twice" in why.summary) == ("EW742", True)


def test_a_forged_plan_digest_with_the_forged_plan_is_found(repositories: Repositories) -> None:
    done = repositories.commit()
    place = repositories.checkout()
    file = place / DIRECTORY / "plan.json"
    plan = json.loads(file.read_text())
    plan["domain"] = "evil.example.org"
    file.write_text(json.dumps(plan))
    message = repositories.git("log", "-1", "--format=%B", done.commit or "", at=repositories.bare)
    digest = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    commit = repositories.push(place, message.replace(done.plan_digest, digest) + "\n")
    assert {item.code for item in found(repositories, commit)} == {"EW743", "EW744"}


def test_a_merge_of_two_good_commits_is_found(repositories: Repositories) -> None:
    repositories.commit()
    branch = "env/demo/production"
    base = repositories.git("rev-parse", "HEAD")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    ours = repositories.checkout()
    repositories.git("push", "--quiet", "--force", "origin", f"HEAD~1:refs/heads/{branch}", at=ours)
    repositories.git("checkout", "--quiet", base)
    repositories.edit("busybox:1.37", "busybox:1.38")
    theirs = repositories.commit(allow_older=True)
    repositories.git("fetch", "--quiet", at=ours)
    repositories.git("merge", "--quiet", "-X", "ours", theirs.commit or "", "--no-edit", at=ours)
    merged = repositories.git("rev-parse", "HEAD", at=ours)
    repositories.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}", at=ours)
    assert [item.code for item in found(repositories, merged)] == ["EW745"]
    # the same content as an ordinary commit, under the message of a good one
    message = repositories.git("log", "-1", "--format=%B", theirs.commit or "", at=repositories.bare)
    repositories.git("reset", "--quiet", "--soft", theirs.commit or "", at=ours)
    assert found(repositories, repositories.push(ours, message + "\n"))


def test_a_merge_of_what_was_proposed_is_proved(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    done = repositories.commit(proposed=True)
    place = repositories.checkout()
    repositories.git("merge", "--quiet", "--no-ff", "--no-edit", f"origin/{done.branch}", at=place)
    repositories.git("push", "--quiet", at=place)
    assert repositories.verify("env/demo/production").plan_digest == done.plan_digest
    # the same with a file beside the environment
    (place / "README.md").write_text("by the way\n", encoding="utf-8")
    repositories.git("add", "README.md", at=place)
    repositories.git("commit", "--quiet", "--amend", "--no-edit", at=place)
    repositories.git("push", "--quiet", "--force", at=place)
    assert [item.code for item in found(repositories, "env/demo/production")] == ["EW748"]


def test_another_merge_that_takes_one_side_names_it(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    proposed = repositories.commit(proposed=True)
    repositories.edit("replicas: 2", "replicas: 3")
    deployed = repositories.commit()
    place = repositories.checkout()
    for strategy, side in (("ours", deployed), ("theirs", proposed)):
        repositories.git("reset", "--quiet", "--hard", deployed.commit or "", at=place)
        repositories.git(
            "merge", "--quiet", "--no-ff", "-X", strategy, "--no-edit", f"origin/{proposed.branch}", at=place
        )
        repositories.git("checkout", "--quiet", side.commit or "", "--", ".", at=place)
        repositories.git("commit", "--quiet", "--amend", "--no-edit", at=place)
        repositories.git("push", "--quiet", "--force", at=place)
        (difference,) = found(repositories, "env/demo/production")
        assert (difference.code, difference.hint) == ("EW745", f"its files are those of {side.commit}: verify that one")


def test_variables_recorded_by_name_are_asked_for(repositories: Repositories) -> None:
    done = repositories.commit(variables={"SMTP_HOST": "mail.example.org"})
    (missing,) = found(repositories, done.commit or "")
    assert (missing.code, missing.hint) == ("EW747", "--pass-env SMTP_HOST")
    assert repositories.verify(done.commit or "", variables={"SMTP_HOST": "mail.example.org", "MORE": "x"})
    assert {item.code for item in found(repositories, done.commit or "", variables={"SMTP_HOST": "other"})} == {
        "EW743",
        "EW744",
    }


def test_a_public_variable_is_recorded_by_value(repositories: Repositories) -> None:
    done = repositories.commit(variables={"SMTP_HOST": "mail"}, public=frozenset({"SMTP_HOST"}))
    assert repositories.verify(done.commit or "")


def test_a_commit_of_somebody_else_cannot_be_verified(repositories: Repositories) -> None:
    repositories.commit()
    commit = repositories.push(repositories.checkout(), "by hand")
    assert [item.code for item in found(repositories, commit)] == ["EW742"]


def test_a_name_of_nothing_is_a_wrong_call(repositories: Repositories) -> None:
    repositories.commit()
    assert [item.code for item in found(repositories, "nothing")] == ["EW741"]
    assert [item.code for item in found(repositories, "0" * 40)] == ["EW722"]
