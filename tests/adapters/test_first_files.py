"""Files that must not be there yet, and the one of `envwright init`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.atomic import write_beside, write_new
from envwright.adapters.starter import write_starter
from tests.support.stacks import refused


@pytest.fixture
def umask() -> Iterator[int]:
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def test_a_new_file_is_whole_and_has_the_mode_of_the_umask(tmp_path: Path, umask: int) -> None:
    write_new(tmp_path / "a", b"data")
    assert (tmp_path / "a").read_bytes() == b"data"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("make", ["file", "directory", "dangling link"])
def test_what_is_there_stays(tmp_path: Path, make: str) -> None:
    path = tmp_path / "a"
    if make == "file":
        path.write_text("mine")
    elif make == "directory":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        write_new(path, b"data")
    assert [found.name for found in tmp_path.iterdir()] == ["a"]
    assert make != "file" or path.read_text() == "mine"


def test_a_file_is_replaced_in_one_step_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("theirs")
    (tmp_path / "a").symlink_to("target")
    write_beside(tmp_path / "a", b"data")
    assert (tmp_path / "a").read_bytes() == b"data"
    assert (tmp_path / "target").read_text() == "theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "target"]


@pytest.mark.parametrize("name", ["shop", "on", "123", "1e3", "null", "y"])
def test_the_first_stack_is_valid_whatever_the_project_is_called(tmp_path: Path, name: str) -> None:
    file = write_starter(tmp_path / "new/folder", name)
    assert api.validate(api.Request(), api.open_world(file), manifests=True) == ()
    assert api.resolve(api.Request(environment="dev"), api.open_world(file)).environment.namespace == f"{name}-dev"


def test_a_first_stack_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text("mine")
    (found,) = refused(write_starter, tmp_path, "shop")
    assert (found.code, found.summary) == ("EW704", f"{tmp_path}/services.yaml is already there")
    assert (tmp_path / "services.yaml").read_text() == "mine"


@pytest.mark.parametrize("folder", ["file", "file/below", "loop"])
def test_a_folder_that_cannot_be_is_reported(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    (found,) = refused(write_starter, tmp_path / folder, "shop")
    assert found.code == "EW704"
    assert f"{folder}/services.yaml cannot be written" in found.summary
