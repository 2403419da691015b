"""Commits that land: what they hold, what they leave alone, and who wins a race."""

from __future__ import annotations

import subprocess
from pathlib import Path

from envwright.adapters.git.land import land
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base, Draft, Identity, Landed, Proposal, Unchanged

ROBOT = Identity(name="Robot", email="robot@example.org")


def draft(**files: str) -> Draft:
    """Make a draft; a name's `__` stands for `/`."""
    return Draft(
        files={name.replace("__", "/"): text.encode() for name, text in files.items()},
        message="shop\n\nSource-Sha: 1\n",
        author=ROBOT,
        committer=ROBOT,
        date="1700000000 +0100",
    )


def proposal(directory: str, made: Draft | None, branch: str = "main") -> Proposal:
    return Proposal(branch=branch, directory=directory, draft=lambda _base: made)


def git(server: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", server, *arguments], check=True, capture_output=True, text=True).stdout


def tree(server: Path, branch: str = "main") -> list[str]:
    return git(server, "ls-tree", "-r", "--name-only", branch).splitlines()


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


def test_the_same_input_is_the_same_commit(repository: Repository, server: Path, tmp_path: Path) -> None:
    commits = {land(repository, [proposal("shop", draft(plan="1"), branch)])[0] for branch in ("one", "two")}
    assert len({item.commit for item in commits if isinstance(item, Landed)}) == 1


def test_nothing_to_commit_is_no_commit(repository: Repository, server: Path) -> None:
    assert isinstance(land(repository, [proposal("shop", None)])[0], Unchanged)
    assert git(server, "for-each-ref") == ""
