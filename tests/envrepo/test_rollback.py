"""Back to an earlier content, held there until somebody says otherwise."""

from __future__ import annotations

import json

import pytest

from envwright import envrepo
from envwright.adapters.git.repository import Repository
from envwright.envrepo.place import place_of
from envwright.model.wrong_call import WrongCall
from tests.support.stacks import codes, refused
from tests.support.two_repositories import Repositories

PRODUCTION = place_of("demo", "production")


def rollback(repositories: Repositories, **options: object) -> envrepo.Committed:
    request = envrepo.RollbackRequest(remote=repositories.remote, place=PRODUCTION, **options)  # type: ignore[arg-type]  # by name
    return envrepo.rollback(request)


def unhold(repositories: Repositories) -> envrepo.Committed:
    return envrepo.unhold(envrepo.UnholdRequest(remote=repositories.remote, place=PRODUCTION))


@pytest.fixture
def three(repositories: Repositories) -> list[str]:
    """Three commits of production, oldest first, with 1, 2 and 3 replicas."""
    found = [repositories.commit().commit or ""]
    for replicas in (2, 3):
        repositories.edit(f"replicas: {replicas - 1}", f"replicas: {replicas}")
        found.append(repositories.commit().commit or "")
    return found


def replicas(repositories: Repositories, revision: str = "env/demo/production") -> int:
    text = repositories.show("demo/production/manifests/internal/api/deployment-api.yaml", revision)
    return int(text.partition("replicas: ")[2].partition("\n")[0])


def test_it_is_a_new_commit_with_the_content_of_the_one_before(repositories: Repositories, three: list[str]) -> None:
    done = rollback(repositories, reason="it fails")
    assert repositories.git("rev-parse", f"{done.commit}^", at=repositories.bare) == three[2]
    assert replicas(repositories) == 2
    hold = json.loads(repositories.show("demo/production/hold.json"))
    assert (hold["restored"], hold["blocked"], hold["reason"]) == (three[1], three[2], "it fails")


def test_it_can_be_verified_like_any_other(repositories: Repositories, three: list[str]) -> None:
    assert repositories.verify(rollback(repositories).commit or "").plan_digest
    assert repositories.verify(unhold(repositories).commit or "").plan_digest
    assert len(three) == 3


def test_a_second_one_goes_further(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories)
    rollback(repositories)
    assert replicas(repositories) == 1
    assert codes(refused(rollback, repositories)) == ["EW751"]


def test_what_was_put_back_may_be_long_ago(repositories: Repositories) -> None:
    for count in range(1, 9):
        repositories.commit()
        repositories.edit(f"replicas: {count}", f"replicas: {count + 1}")
    first, second = (
        repositories.git("rev-parse", f"env/demo/production~{back}", at=repositories.bare) for back in (7, 6)
    )
    rollback(repositories, to=second)
    assert replicas(repositories) == 2
    rollback(repositories)  # not to one of the later ones, of which there are more than are looked at first
    assert replicas(repositories) == 1
    hold = json.loads(repositories.show("demo/production/hold.json"))
    assert hold["restored"] == first


def test_a_branch_of_many_is_not_read_whole(repositories: Repositories, monkeypatch: pytest.MonkeyPatch) -> None:
    for count in range(1, 4):
        repositories.commit()
        repositories.edit(f"replicas: {count}", f"replicas: {count + 1}")
    limits: list[int] = []
    log = Repository.log
    monkeypatch.setattr(
        Repository, "log", lambda self, *place, limit=20: limits.append(limit) or log(self, *place, limit=limit)
    )
    rollback(repositories)
    assert limits == [5]


def test_it_goes_to_the_commit_that_is_named(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories, to=three[0][:10])
    assert replicas(repositories) == 1


@pytest.mark.parametrize("to", ["nothing", "123"])
def test_a_name_of_no_commit_is_refused(repositories: Repositories, three: list[str], to: str) -> None:
    assert codes(refused(rollback, repositories, to=to)) == ["EW751"]
    assert replicas(repositories) == 3


def test_the_next_commit_respects_the_hold(repositories: Repositories, three: list[str]) -> None:
    done = rollback(repositories, reason="it fails")
    repositories.edit("replicas: 3", "replicas: 4")
    (found,) = repositories.commit().failed
    assert found.code == "EW737"
    assert found.summary == f"production is held since {three[2][:12]} was rolled back: it fails"
    assert repositories.tip() == done.commit


def test_unhold_lifts_it_and_changes_nothing_else(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories)
    unhold(repositories)
    assert replicas(repositories) == 2
    names = repositories.git("ls-tree", "--name-only", "env/demo/production:demo/production", at=repositories.bare)
    assert "hold.json" not in names.splitlines()
    assert repositories.commit().changed
    assert replicas(repositories) == 3


def test_unhold_of_what_is_not_held_changes_nothing(repositories: Repositories, three: list[str]) -> None:
    assert unhold(repositories).changed is False
    assert repositories.tip() == three[2]


def test_a_source_with_the_fix_lifts_it(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories)
    broken = repositories.git("rev-parse", "HEAD")
    fix = repositories.edit("replicas: 3", "replicas: 4")
    assert codes(repositories.commit(fixed_by=fix, revision=broken).failed) == ["EW753"]
    assert repositories.commit(fixed_by=fix).changed
    assert replicas(repositories) == 4


def test_a_dry_run_pushes_nothing(repositories: Repositories, three: list[str]) -> None:
    done = rollback(repositories, dry_run=True)
    assert (done.changed, done.pushed, repositories.tip()) == (True, False, three[2])


def test_what_a_hand_did_to_the_plan_is_taken_back(repositories: Repositories, three: list[str]) -> None:
    place = repositories.checkout()
    (place / "demo/production/plan.json").write_text("nothing")
    repositories.git("commit", "--quiet", "-am", "by hand", at=place)
    repositories.git("push", "--quiet", at=place)
    assert codes(repositories.commit().failed) == ["EW702"]
    rollback(repositories)
    assert replicas(repositories) == 3
    assert repositories.verify("env/demo/production")


def test_a_rollback_that_deletes_more_than_the_budget_is_refused(repositories: Repositories) -> None:
    jobs = '  - name: jobs\n      workload: {kind: deployment, image: "busybox:1.37"}\n'
    text = repositories.file.read_text()
    assert jobs in text
    repositories.change({"deploy/services.yaml": text.replace(jobs, "")})
    repositories.commit()
    repositories.change({"deploy/services.yaml": text})
    repositories.commit()
    assert codes(refused(rollback, repositories)) == ["EW739"]
    assert rollback(repositories, allow_prune=True).changed


def test_nothing_deployed_is_nothing_to_go_back_to(repositories: Repositories) -> None:
    assert codes(refused(rollback, repositories)) == ["EW740"]


def test_a_hold_that_cannot_be_read_is_no_freedom(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories)
    place = repositories.checkout()
    (place / "demo/production/hold.json").write_text("{}")
    repositories.push(place)
    assert codes(repositories.commit().failed) == ["EW749"]
    rollback(repositories, to=three[0])
    assert replicas(repositories) == 1
    assert codes(repositories.commit().failed) == ["EW737"]


def test_what_is_deployed_is_nothing_to_go_back_to(repositories: Repositories, three: list[str]) -> None:
    assert codes(refused(rollback, repositories, to=three[2])) == ["EW751"]


def test_the_same_rollback_again_is_no_commit(repositories: Repositories, three: list[str]) -> None:
    done = rollback(repositories, to=three[0], reason="it fails")
    again = rollback(repositories, to=three[0])
    assert (again.changed, again.commit) == (False, done.commit)


def test_what_was_taken_back_first_stays_blocked(repositories: Repositories, three: list[str]) -> None:
    rollback(repositories, reason="it fails")
    rollback(repositories)
    hold = json.loads(repositories.show("demo/production/hold.json"))
    assert (hold["restored"], hold["blocked"], hold["reason"]) == (three[0], three[2], "it fails")
    rollback(repositories, to=three[2])
    hold = json.loads(repositories.show("demo/production/hold.json"))
    assert (hold["restored"], hold["blocked"] == three[2]) == (three[2], False)


def test_what_the_blocked_source_had_already_is_no_fix(repositories: Repositories, three: list[str]) -> None:
    sources = [repositories.git("rev-parse", f"HEAD~{back}") for back in (1, 0)]
    rollback(repositories)
    rollback(repositories)
    fix = repositories.edit("replicas: 3", "replicas: 4")
    for known in sources:
        (found,) = repositories.commit(fixed_by=known).failed
        assert (found.code, "fixes nothing" in found.summary) == ("EW753", True)
    assert repositories.commit(fixed_by=fix).changed


def test_a_place_that_is_none_is_a_wrong_call() -> None:
    with pytest.raises(WrongCall, match="EW741"):
        place_of("demo", "production", path="../x")
