"""A rendered folder as the predecessor of the next render."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.output_folder import NEXT_PLAN
from envwright.adapters.rendered_folder import kept_transition, tree_in
from tests.adapters.kill_points import response_of
from tests.support.stacks import codes, refused


@pytest.fixture
def response(tmp_path: Path) -> api.Response:
    return response_of(tmp_path / "stack", ("api", "1"), ("web", "1"))


@pytest.fixture
def folder(tmp_path: Path, response: api.Response) -> Path:
    api.write(response, tmp_path / "out")
    return tmp_path / "out"


def test_the_tree_is_the_one_that_was_written(folder: Path, response: api.Response) -> None:
    tree = tree_in(folder)
    assert tree is not None
    assert tree == response.rendered._replace(read=tree.read)
    for planned in tree.plan.objects:
        assert tree.read(planned.file) == response.rendered.read(planned.file)


def test_without_a_plan_there_is_no_tree(tmp_path: Path) -> None:
    assert tree_in(tmp_path) is None
    assert tree_in(tmp_path / "missing") is None
    (tmp_path / "file").write_text("")
    assert tree_in(tmp_path / "file") is None
    os.mkfifo(tmp_path / "plan.json")  # which would be waited for
    assert tree_in(tmp_path) is None


def test_a_folder_that_cannot_be_looked_into_is_refused(tmp_path: Path) -> None:
    assert codes(refused(tree_in, tmp_path / ("x" * 300))) == ["EW702"]


def test_manifests_that_are_not_those_of_the_plan_cannot_be_told(folder: Path) -> None:
    tree = tree_in(folder)
    assert tree is not None
    edited, lost, pipe, directory = [planned.file for planned in tree.plan.objects][:4]
    (folder / edited).write_text("kind: ConfigMap\n")
    for path in (lost, pipe, directory):
        (folder / path).unlink()
    os.mkfifo(folder / pipe)
    (folder / directory).mkdir()
    assert [tree.read(path) for path in (edited, lost, pipe, directory)] == [{}, {}, {}, {}]


@pytest.mark.parametrize("plan", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b"<<<<<<< HEAD\n"])
def test_a_plan_that_cannot_be_read_is_refused_and_stays(folder: Path, response: api.Response, plan: bytes) -> None:
    (folder / "plan.json").write_bytes(plan)
    assert codes(refused(api.write, response, folder)) == ["EW702"]
    assert (folder / "plan.json").read_bytes() == plan


def test_the_transition_stays_while_the_plan_does(folder: Path, response: api.Response) -> None:
    before = (folder / "transition.json").read_bytes()
    assert json.loads(before)["predecessor"] is None
    assert kept_transition(folder, response.rendered.digest) == before
    assert kept_transition(folder, "sha256:another") is None
    (folder / "transition.json").unlink()
    assert kept_transition(folder, response.rendered.digest) is None
    api.write(response, folder)
    assert json.loads((folder / "transition.json").read_bytes())["predecessor"] == response.rendered.digest


def test_after_a_kill_the_transition_says_itself_where_it_leads(folder: Path, response: api.Response) -> None:
    (folder / NEXT_PLAN).write_text("{}")
    transition = (folder / "transition.json").read_bytes()
    assert kept_transition(folder, response.rendered.digest) == transition
    (folder / "transition.json").write_bytes(transition.replace(response.rendered.digest.encode(), b"another"))
    assert kept_transition(folder, response.rendered.digest) is None
    for broken in (b"", b"[]", b"{}", b"[" * 100_000):
        (folder / "transition.json").write_bytes(broken)
        assert kept_transition(folder, response.rendered.digest) is None


def test_a_part_is_not_written_over_the_whole_nor_nothing_over_something(tmp_path: Path, folder: Path) -> None:
    world = api.open_world(tmp_path / "stack")
    part = api.render(api.Request(only=("api",)), world)
    assert codes(refused(api.write, part, folder)) == ["EW705"]
    nothing = response_of(tmp_path / "empty")
    assert codes(refused(api.write, nothing, folder)) == ["EW703"]
    assert (folder / "manifests").exists()
    api.write(nothing, folder, allow_empty=True)
    assert not (folder / "manifests").exists()
