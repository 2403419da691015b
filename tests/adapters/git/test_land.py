"""Commits that land: what they hold, what they leave alone, and who wins a race."""

from __future__ import annotations

from pathlib import Path

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base, Budget, Draft, Failed, Landed, Proposal, Unchanged
from tests.adapters.git.drafts import draft, git, history, proposal, tree
from tests.support.stacks import refused


def test_a_first_commit_makes_its_branch(repository: Repository, server: Path) -> None:
    (landed,) = land(repository, [proposal("shop/production", draft(plan="1", manifests__a="2"))])
    assert isinstance(landed, Landed)
    assert landed.base == Base(branch="main", commit=None, directory="shop/production", tree=None)
    assert tree(server) == ["shop/production/manifests/a", "shop/production/plan"]
    assert git(server, "rev-parse", "main").strip() == landed.commit
    assert git(server, "log", "--format=%an <%ae> %ad %cd%n%B", "--date=raw").strip() == (
        "Robot <robot@example.org> 1700000000 +0100 1700000000 +0100\nshop\n\nSource-Sha: 1"
    )


def test_a_directory_is_replaced_wholly_and_the_rest_is_kept(repository: Repository, server: Path) -> None:
    land(
        repository, [proposal("shop/production", draft(plan="1", gone__a="2")), proposal("shop/ai-7", draft(plan="3"))]
    )
    land(repository, [proposal("shop/production", draft(plan="4", gone="5"))])
    assert tree(server) == ["shop/ai-7/plan", "shop/production/gone", "shop/production/plan"]
    assert git(server, "rev-list", "--count", "main").strip() == "3"


def test_proposals_of_one_directory_and_of_those_in_it_follow_one_another(repository: Repository, server: Path) -> None:
    seen: list[Base] = []

    def again(base: Base) -> Draft:
        seen.append(base)
        return draft("third", plan="3", production__plan="4")

    first, second = land(repository, [proposal("shop/production", draft("first", plan="1")), proposal("b", None)])
    assert isinstance(first, Landed)
    assert second.base.commit == first.commit
    outcomes = land(
        repository,
        [
            proposal("shop/production", draft("second", plan="2")),
            Proposal(branch="main", directory="shop", draft=again),
            proposal("b", draft("fourth", plan="5")),
            proposal("shop/production", draft("fifth", plan="6")),
        ],
    )
    assert history(server) == ["first", "second", "third", "fourth", "fifth"]
    assert [outcome.base.commit for outcome in outcomes] == git(server, "rev-list", "--reverse", "main~1").split()
    assert [base.tree for base in seen] == [git(server, "rev-parse", "main~3:shop").strip()]
    assert git(server, "show", "main:shop/production/plan", "main~1:shop/production/plan") == "64"


def test_commits_of_many_branches_are_as_those_of_one(repository: Repository, server: Path) -> None:
    wanted = [(f"b{number}", f"shop/e{number % 3}") for number in range(6)]
    for text in ("1", "2"):
        made = [proposal(directory, draft(text, plan=text), branch) for branch, directory in wanted]
        assert all(isinstance(outcome, Landed) for outcome in land(repository, made))
    for branch, directory in wanted:
        assert history(server, branch) == ["1", "2"]
        assert tree(server, branch) == [f"{directory}/plan"]


def test_a_directory_that_differs_in_case_from_one_of_the_same_push_is_refused(
    repository: Repository, server: Path
) -> None:
    made = [proposal("shop/a", draft(plan="1")), proposal("Shop/b", draft(plan="1"))]
    (found,) = refused(land, repository, made)
    assert (found.code, found.summary) == ("EW731", "'shop' is there, which differs from 'Shop' in case alone")
    assert git(server, "for-each-ref") == ""


def test_the_same_input_is_the_same_commit(repository: Repository, server: Path, tmp_path: Path) -> None:
    commits = {land(repository, [proposal("shop", draft(plan="1"), branch)])[0] for branch in ("one", "two")}
    assert len({item.commit for item in commits if isinstance(item, Landed)}) == 1


def test_nothing_to_commit_is_no_commit(repository: Repository, server: Path) -> None:
    assert isinstance(land(repository, [proposal("shop", None)])[0], Unchanged)
    assert git(server, "for-each-ref") == ""


def racing(server: Path, cache: Path, directory: str, theirs: str) -> tuple[Proposal, list[Base]]:
    """Make a proposal for `shop` while whose first draft is made somebody else commits into another directory."""
    asked: list[Base] = []

    def made(base: Base) -> Draft:
        asked.append(base)
        if len(asked) == 1:
            with Repository(Remote(url=str(server)), cache) as other:
                land(other, [proposal(directory, draft("theirs", plan=theirs))])
        return draft("ours", plan="ours")

    return Proposal(branch="main", directory="shop", draft=made), asked


def test_a_commit_of_another_directory_in_between_is_kept_and_nothing_is_rendered_again(
    repository: Repository, server: Path, tmp_path: Path
) -> None:
    land(repository, [proposal("shop", draft("first", plan="1"))])
    wanted, asked = racing(server, tmp_path / "other", "other", "2")
    (landed,) = land(repository, [wanted])
    assert isinstance(landed, Landed)
    assert len(asked) == 1
    assert history(server) == ["first", "theirs", "ours"]
    assert tree(server) == ["other/plan", "shop/plan"]
    assert landed.base.commit == git(server, "rev-parse", "main~1").strip()


def test_a_commit_of_the_same_directory_in_between_is_rendered_on(
    repository: Repository, server: Path, tmp_path: Path
) -> None:
    land(repository, [proposal("shop", draft("first", plan="1"))])
    wanted, asked = racing(server, tmp_path / "other", "shop", "2")
    assert isinstance(land(repository, [wanted])[0], Landed)
    assert [base.commit for base in asked] == git(server, "rev-parse", "main~2", "main~1").split()
    assert history(server) == ["first", "theirs", "ours"]


def test_a_server_that_takes_nothing_is_not_asked_for_ever(repository: Repository, server: Path) -> None:
    land(repository, [proposal("shop", draft("first", plan="1"))])
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    wanted = [proposal("shop", draft(plan="2")), proposal("other", None), proposal("shop", draft(plan="2"), "aside")]
    failed, unchanged, aside = land(repository, wanted, Budget(refusals=2))
    assert isinstance(unchanged, Unchanged)
    for outcome, branch in ((failed, "main"), (aside, "aside")):
        assert isinstance(outcome, Failed)
        assert (outcome.why.code, outcome.why.summary) == ("EW727", f"the push to {branch} did not land")
        assert "remote: protected" in outcome.why.detail
    assert history(server) == ["first"]


def test_one_branch_that_is_protected_does_not_hold_up_another(repository: Repository, server: Path) -> None:
    hook = server / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ntest "$1" != refs/heads/closed\n')
    hook.chmod(0o755)
    wanted = [proposal("shop", draft(plan="1"), branch) for branch in ("open", "closed")]
    free, closed = land(repository, wanted, Budget(refusals=2))
    assert isinstance(free, Landed)
    assert isinstance(closed, Failed)
    assert set(repository.branches()) == {"open"}
