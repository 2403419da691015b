"""Directories that are read together are the same as each by itself."""

from __future__ import annotations

from pathlib import Path

from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from tests.adapters.git import hostile
from tests.adapters.git.hostile import FILE, FOLDER, LINK, SUBMODULE
from tests.support.effort import cheap
from tests.support.stacks import refused


def clones(server: Path, tmp_path: Path) -> tuple[Repository, Repository]:
    one, other = (Repository(Remote(url=str(server)), tmp_path / name) for name in ("one", "other"))
    return one.__enter__(), other.__enter__()


def test_together_is_as_one_by_one(server: Path, tmp_path: Path) -> None:
    blob = hostile.blob(server, "x")
    leaf = hostile.tree(server, [(FILE, "a\nb", blob), (LINK, "l", blob), ("100755", "run", blob), (FILE, "é", blob)])
    inner = hostile.tree(server, [(FOLDER, "one", leaf), (SUBMODULE, "sub", "1" * 40), (FOLDER, "two", leaf)])
    hostile.branch(server, hostile.tree(server, [(FILE, "file", blob), (FOLDER, "shop", inner), (FOLDER, "x", leaf)]))
    places = ["", "shop", "shop/one", "shop/two", "shop/three", "file", "file/x", "x", "nothing/at/all"]
    one, other = clones(server, tmp_path)
    commit = one.fetch(["main"])["main"]
    other.fetch(["main"])
    one.list_all((commit, directory) for directory in places)
    for directory in places:
        assert one.files_in(commit, directory) == other.files_in(commit, directory)
        assert one.tree_of(commit, directory) == other.tree_of(commit, directory)
    assert one.tree_of(commit, "shop/one") == leaf
    assert len(one.files_in(commit, "")) == 14


def test_trees_that_list_billions_of_files_are_not_listed(server: Path, tmp_path: Path) -> None:
    item, mode = hostile.blob(server, "x"), FILE
    for _ in range(10):
        item = hostile.tree(server, [(mode, f"f{number}", item) for number in range(10)])
        mode = FOLDER
    commit = hostile.branch(server, item)
    one, _ = clones(server, tmp_path)
    one.fetch(["main"])
    with cheap(300):
        (found,) = refused(one.list_all, [(commit, f"f{number}") for number in range(5)])
    assert found.code == "EW730"
