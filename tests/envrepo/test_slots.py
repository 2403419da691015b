"""Branches of slots: proposed, and deleted once the slot is gone."""

from __future__ import annotations

import pytest

from envwright import envrepo
from tests.support.stacks import codes, refused
from tests.support.two_repositories import Repositories


@pytest.fixture
def slots(repositories: Repositories) -> Repositories:
    """Slots 1 and 2 of `ai`, made of the branches one and two of the source's remote, and production."""
    remote = repositories.folder / "origin.git"
    repositories.git("init", "--quiet", "--bare", str(remote))
    repositories.git("remote", "set-url", "origin", str(remote))
    for number, branch in ((1, "one"), (2, "two")):
        repositories.git("checkout", "--quiet", "-B", branch)
        repositories.git("push", "--quiet", "origin", branch)
        repositories.commit("ai", number)
    repositories.commit()
    return repositories


def prune(repositories: Repositories, **options: object) -> list[tuple[str, str, bool]]:
    source = envrepo.Source(file=str(repositories.file))
    request = envrepo.PruneRequest(remote=repositories.remote, source=source, **options)  # type: ignore[arg-type]  # by name
    return [(gone.branch, gone.why, gone.deleted) for gone in envrepo.prune_branches(request)]


def branches(repositories: Repositories) -> list[str]:
    return repositories.git("for-each-ref", "--format=%(refname:lstrip=2)", at=repositories.bare).splitlines()


def test_the_branch_of_the_source_is_recorded_for_a_slot_alone(slots: Repositories) -> None:
    said = [slots.git("log", "-1", "--format=%B", f"env/demo/{name}", at=slots.bare) for name in ("ai-1", "production")]
    assert "\nSource-Ref: one\n" in said[0]
    assert "Source-Ref" not in said[1]
    assert slots.verify("env/demo/ai-1")


@pytest.mark.parametrize("forged", ["Source-Ref: two", ""])
def test_another_branch_of_the_source_is_no_forgery_that_passes(slots: Repositories, forged: str) -> None:
    message = slots.git("log", "-1", "--format=%B", "env/demo/ai-1", at=slots.bare)
    said = message.replace("Source-Ref: one\n", f"{forged}\n" if forged else "") + "\n"
    slots.push(slots.checkout("env/demo/ai-1"), said, branch="env/demo/ai-1")
    assert codes(refused(slots.verify, "env/demo/ai-1")) == ["EW743"]


def test_slots_whose_source_is_there_stay(slots: Repositories) -> None:
    assert prune(slots, dry_run=False) == []


def test_a_slot_whose_source_branch_is_gone_goes(slots: Repositories) -> None:
    slots.git("push", "--quiet", "origin", ":one")
    gone = ("env/demo/ai-1", "its source branch one is gone")
    assert prune(slots) == [(*gone, False)]
    assert "env/demo/ai-1" in branches(slots)
    assert prune(slots, keep=frozenset({"ai-1"}), dry_run=False) == []
    assert prune(slots, dry_run=False) == [(*gone, True)]
    assert branches(slots) == ["env/demo/ai-2", "env/demo/production"]


def test_a_slot_that_got_another_branch_stays_with_that_one(slots: Repositories) -> None:
    slots.git("checkout", "--quiet", "-b", "feature/other")
    assert slots.commit("ai", 7).changed
    assert "Source-Ref: feature/other" in slots.git("log", "-1", "--format=%B", "env/demo/ai-7", at=slots.bare)
    assert slots.commit("ai", 7).changed is False


def test_a_slot_that_the_stack_has_no_more_goes_with_what_proposes_it(slots: Repositories) -> None:
    slots.edit("replicas: 1", "replicas: 2")
    slots.commit("ai", 2, proposed=True)
    slots.edit("slots: {max: 9}", "slots: {max: 1}")
    why = "the environment ai has 1 slots"
    assert prune(slots) == [("env/demo/ai-2", why, False), ("env/demo/ai-2-next", why, False)]
    slots.edit("{kind: slot, slots: {max: 1}}", "{}")
    assert [why for _, why, _ in prune(slots)] == ["the environment ai takes no slots"] * 3
    slots.edit("ai: {}", "other: {}")
    assert [why for _, why, _ in prune(slots)] == ["the stack has no environment ai"] * 3


def test_a_branch_that_holds_something_else_too_stays(slots: Repositories) -> None:
    slots.edit("slots: {max: 9}", "slots: {max: 1}")
    place = slots.checkout("env/demo/ai-2")
    (place / "notes.md").write_text("mine\n")
    slots.push(place, branch="env/demo/ai-2")
    assert prune(slots) == []


def test_what_is_proposed_begins_where_the_environment_is(repositories: Repositories) -> None:
    first = repositories.commit()
    assert repositories.commit(proposed=True).changed is False
    repositories.edit("replicas: 1", "replicas: 2")
    done = repositories.commit(proposed=True)
    assert (done.branch, done.changed) == ("env/demo/production-next", True)
    assert repositories.git("rev-parse", f"{done.commit}^", at=repositories.bare) == first.commit
    assert repositories.tip() == first.commit
    assert repositories.verify(done.commit or "")
