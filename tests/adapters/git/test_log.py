"""Who deployed what: the history of one directory, fetched no further than it is asked for."""

from __future__ import annotations

from pathlib import Path

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Landed, Pushed, Rejected, Update
from tests.adapters.git.drafts import draft, git, proposal


def fill(repository: Repository) -> None:
    for number in range(8):
        name = "a" if number % 4 == 0 else "b"
        land(repository, [proposal(f"shop/{name}", draft(f"{name} {number}\n\nKey: v {number}\n", plan=str(number)))])


def test_the_log_of_a_directory(repository: Repository, server: Path, tmp_path: Path) -> None:
    fill(repository)
    with Repository(Remote(url=str(server)), tmp_path / "other") as fresh:
        fresh.fetch(["main"])
        assert [info.message.split("\n")[0] for info in fresh.log("main", "shop/a", 1)] == ["a 4"]
        assert [info.message.split("\n")[0] for info in fresh.log("main", "shop/a")] == ["a 4", "a 0"]
        assert len(fresh.log("main")) == 8
        assert [info.trailers for info in fresh.log("main", limit=2)] == [(("Key", "v 7"),), (("Key", "v 6"),)]
        assert fresh.log("nothing") == ()
        assert fresh.fetch(["main"]) == {"main": git(server, "rev-parse", "main").strip()}


def test_a_commit_by_its_id_has_its_parents(repository: Repository, server: Path, tmp_path: Path) -> None:
    fill(repository)
    old, parent = git(server, "rev-parse", "main~3", "main~4").split()
    with Repository(Remote(url=str(server)), tmp_path / "other") as fresh:
        fresh.fetch(["main"])
        assert fresh.find(old).parents == (parent,)
        assert set(fresh.files_in(parent, "shop")) == {"a/plan", "b/plan"}


def rejected(repository: Repository, update: Update) -> str | None:
    """Push what must be rejected, and return what is there."""
    (result,) = repository.push([update]).values()
    assert isinstance(result, Rejected)
    return result.tip


def test_a_push_on_a_branch_that_moved_is_rejected_with_what_is_there(
    repository: Repository, server: Path, tmp_path: Path
) -> None:
    (one,) = land(repository, [proposal("shop", draft("one", plan="1"))])
    assert isinstance(one, Landed)
    with Repository(Remote(url=str(server)), tmp_path / "other") as other:
        (two,) = land(other, [proposal("shop", draft("two", plan="2"))])
        (made,) = land(other, [proposal("shop", draft("three", plan="3"), "aside")])
    assert isinstance(two, Landed)
    assert isinstance(made, Landed)
    repository.fetch(["aside"])
    late = Update(branch="main", commit=made.commit, expected=one.commit)
    assert rejected(repository, late) == two.commit
    # a push that was made already is no other
    again = Update(branch="main", commit=two.commit, expected=one.commit)
    assert repository.push([again]) == {"main": Pushed(two.commit)}
    there = Update(branch="aside", commit=two.commit, expected=None)
    assert rejected(repository, there) == made.commit


def test_a_branch_is_deleted_where_it_was_seen(repository: Repository) -> None:
    (one,) = land(repository, [proposal("shop", draft("one", plan="1"), "env/a")])
    (two,) = land(repository, [proposal("shop", draft("two", plan="2"), "env/a")])
    land(repository, [proposal("shop", draft("two", plan="2"), "env/b")])
    assert isinstance(one, Landed)
    assert isinstance(two, Landed)
    assert repository.delete_branch("env/a", one.commit) == Rejected(two.commit)
    assert repository.delete_branch("env/a", two.commit) == Pushed(two.commit)
    assert repository.delete_branch("env/a", two.commit) == Pushed(two.commit)
    assert set(repository.branches("env/")) == {"env/b"}
    assert repository.fetch(["env/a"]) == {}
    # and made again, also as a folder of branches
    assert isinstance(land(repository, [proposal("shop", draft("x", plan="1"), "env/a/b")])[0], Landed)
