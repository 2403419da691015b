"""The tree leaves a watcher the time that it needs between two changes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from envwright_testing import tree as module
from envwright_testing.machine import Mount
from envwright_testing.service import Answer, Change, Edit
from envwright_testing.tree import BETWEEN_EDITS, MAIN, OTHER, Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    files = tmp_path / "files"
    (files / "web").mkdir(parents=True)
    (files / "web/home").write_text("first", encoding="utf-8")
    folder = tmp_path / "mounted"
    made = Tree(files, "web", [Mount(inside="web", folder=folder)], tmp_path / "repositories")
    made.branch([Change(Answer("/", "second"), edits=(Edit("home", "first", "second"),))])
    return made


def test_two_checkouts_and_an_edit_after_them_are_never_at_once(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(module.time, "sleep", lambda seconds: pauses.append(seconds) or time.monotonic())
    tree.checkout(OTHER)
    tree.checkout(MAIN)
    tree.edit(Edit("home", "first", "third"))
    assert len(pauses) == 3
    assert all(0 < pause <= BETWEEN_EDITS for pause in pauses[1:])
