"""A render into a folder: what it changes, what it refuses, and what a kill leaves."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.output_folder import NEXT_PLAN, UNFINISHED, Written, write_tree
from envwright.model.diagnostic import Diagnostic
from tests.adapters.kill_points import tree_of
from tests.support.paths import ROOT
from tests.support.stacks import refused


def render(**manifests: str) -> dict[str, bytes]:
    """Make the files of a render; a name's `__` stands for `/`."""
    files = {f"manifests/{name.replace('__', '/')}.yaml": text.encode() for name, text in manifests.items()}
    plan = json.dumps({"files": dict.fromkeys(files, "sha256:")})
    return {**files, "PLAN.md": plan.encode(), "transition.json": b"{}", "plan.json": plan.encode()}


OLDER = render(edge__api__a="1", edge__api__b="1", edge__gone__c="1", stateful__d="1")
NEWER = render(edge__api__a="1", edge__api__b="2", edge__came__e="1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tree(tmp_path / "out", OLDER)
    return tmp_path / "out"


def times(folder: Path) -> dict[str, tuple[int, int]]:
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (stat.st_mtime_ns, stat.st_ino) for path, stat in found}


def faults(folder: Path, files: dict[str, bytes]) -> tuple[Diagnostic, ...]:
    """Return why a render is refused; fail if it changes anything."""
    before = tree_of(folder) if folder.is_dir() else None
    found = refused(write_tree, folder, files)
    assert (tree_of(folder) if folder.is_dir() else None) == before
    return found


def test_a_render_makes_its_folder_and_holds_exactly_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "a/b/out"
    assert write_tree(folder, OLDER) == Written(changed=7, unchanged=0, removed=0)
    assert tree_of(folder) == OLDER


def test_a_second_run_touches_nothing(folder: Path) -> None:
    before, directories = times(folder), {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*/")]}
    assert write_tree(folder, OLDER) == Written(changed=0, unchanged=7, removed=0)
    assert times(folder) == before
    assert {path: path.stat().st_mtime_ns for path in directories} == directories


def test_changed_files_alone_are_written_and_stale_ones_go_with_their_directories(folder: Path) -> None:
    before = times(folder)
    assert write_tree(folder, NEWER) == Written(changed=4, unchanged=2, removed=2)
    assert tree_of(folder) == NEWER
    after = times(folder)
    assert {path for path in after if after[path] == before.get(path)} == {
        "manifests/edge/api/a.yaml",
        "transition.json",
    }
    assert not (folder / "manifests/stateful").exists()


def test_a_file_that_was_edited_or_lost_is_repaired_and_the_plan_stays_untouched(folder: Path) -> None:
    before = times(folder)
    (folder / "manifests/edge/api/a.yaml").write_text("9")
    (folder / "manifests/edge/api/b.yaml").unlink()
    assert write_tree(folder, OLDER) == Written(changed=2, unchanged=5, removed=0)
    assert tree_of(folder) == OLDER
    assert times(folder)["plan.json"] == before["plan.json"]


def test_files_have_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_tree(tmp_path / "out", OLDER)
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert modes == {0o640}


# Files of something else


@pytest.mark.parametrize("path", ["notes.txt", "manifests/edge/api/mine.yaml", "manifests/README.md", ".git"])
def test_a_file_that_no_plan_lists_is_refused_before_anything_is_written(folder: Path, path: str) -> None:
    (folder / path).write_text("mine")
    (found,) = faults(folder, NEWER)
    assert (found.code, found.summary) == ("EW700", f"{folder / path} is not of a render")


@pytest.mark.parametrize("path", ["PLAN.md", "transition.json", "plan.json", "manifests/edge/api/a.yaml"])
def test_a_folder_without_a_plan_of_ours_keeps_its_files_whatever_they_are_called(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text('{"plan": "of something else"}')
    (found,) = faults(tmp_path, OLDER)
    assert (found.code, found.summary) == ("EW700", f"{tmp_path / path} is not of a render")


def test_many_foreign_files_are_not_all_listed(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"{number:02}").write_text("")
    found = faults(tmp_path, OLDER)
    assert [item.code for item in found] == ["EW700"] * 11
    assert found[-1].summary == f"and 15 more files in {tmp_path}"


@pytest.mark.parametrize("plan", ["", "{", "[]", '{"files": []}', '{"files": null}', "[" * 100_000])
def test_a_plan_that_cannot_be_read_lists_nothing(folder: Path, plan: str) -> None:
    (folder / "plan.json").write_text(plan)
    assert {item.code for item in faults(folder, OLDER)} == {"EW700"}


@pytest.mark.parametrize("path", ["manifests/edge/api/a.yaml", "plan.json", "PLAN.md"])
@pytest.mark.parametrize("inside", [True, False])
def test_a_link_in_the_place_of_a_file_is_refused_and_never_followed(folder: Path, path: str, inside: bool) -> None:
    target = folder / "manifests/edge/api/b.yaml" if inside else folder.parent / "target"
    target.write_bytes((folder / path).read_bytes())
    (folder / path).unlink()
    (folder / path).symlink_to(target)
    before = target.read_bytes()
    assert {item.code for item in faults(folder, NEWER)} == {"EW700"}
    assert target.read_bytes() == before


def test_a_link_in_the_place_of_a_directory_is_refused_and_never_followed(folder: Path) -> None:
    (folder / "manifests").rename(folder.parent / "elsewhere")
    (folder / "manifests").symlink_to(folder.parent / "elsewhere")
    before = tree_of(folder.parent / "elsewhere")
    (found,) = faults(folder, NEWER)
    assert found.summary == f"{folder / 'manifests'} is not of a render"
    assert tree_of(folder.parent / "elsewhere") == before


@pytest.mark.parametrize("path", ["plan.json", NEXT_PLAN, "manifests/edge/api/a.yaml", UNFINISHED])
def test_a_pipe_is_refused_and_never_waited_for(folder: Path, path: str) -> None:
    (folder / path).unlink(missing_ok=True)
    os.mkfifo(folder / path)
    assert {item.code for item in refused(write_tree, folder, NEWER)} == {"EW700"}


def test_a_folder_that_is_a_link_is_the_folder_that_it_leads_to(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    write_tree(folder.parent / "link", NEWER)
    assert tree_of(folder) == NEWER


# Folders that cannot be written


@pytest.mark.parametrize("path", ["file", "file/below", "dangling", "loop", "x" * 300, "/proc/none"])
def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "dangling").symlink_to("nowhere/at/all")
    (tmp_path / "loop").symlink_to("loop")
    (found,) = refused(write_tree, tmp_path / path, OLDER)
    assert found.code == "EW701"
    assert (tmp_path / "file").read_text() == "mine"


def test_a_directory_in_the_place_of_a_file_is_reported(folder: Path) -> None:
    (folder / "PLAN.md").unlink()
    (folder / "PLAN.md").mkdir()
    (found,) = refused(write_tree, folder, NEWER)
    assert (found.code, found.summary) == ("EW701", f"{folder}/PLAN.md: is a directory")
    (folder / "PLAN.md").rmdir()
    write_tree(folder, NEWER)
    assert tree_of(folder) == NEWER


def test_a_file_that_the_system_refuses_leaves_no_half_of_it(folder: Path) -> None:
    large = render(edge__api__a="1" * 5_000, edge__api__b="2")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))  # Python ignores the signal and sees the error
    try:
        (found,) = refused(write_tree, folder, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (found.code, "file too large" in found.summary) == ("EW701", True)
    assert not [path for path in folder.rglob("*") if path.name == UNFINISHED]
    assert (folder / "plan.json").read_bytes() == OLDER["plan.json"]
    write_tree(folder, large)
    assert tree_of(folder) == large


@pytest.fixture
def disk() -> Iterator[Path]:
    """Make a disk of 96 KiB, which takes root and a kernel that lets it mount."""
    folder = Path(tempfile.mkdtemp())
    mount = ["mount", "-t", "tmpfs", "-o", "size=96k", "envwright-test", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"NOT TESTED on a full and a read-only disk: {done.stderr.decode().strip()}")
        yield folder
        subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def test_a_full_disk_leaves_the_older_render_and_room_repairs_it(disk: Path) -> None:
    folder = disk / "out"
    write_tree(folder, OLDER)
    (disk / "filler").write_bytes(b"x" * 40_000)
    large = render(edge__api__a="1" * 20_000, edge__api__b="2" * 20_000)
    (found,) = refused(write_tree, folder, large)
    assert (found.code, "no space left on device" in found.summary) == ("EW701", True)
    assert (folder / "plan.json").read_bytes() == OLDER["plan.json"]
    (disk / "filler").unlink()
    write_tree(folder, large)
    assert tree_of(folder) == large


def test_a_read_only_folder_is_reported_unless_there_is_nothing_to_write(disk: Path) -> None:
    write_tree(disk / "out", OLDER)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert write_tree(disk / "out", OLDER).changed == 0
    assert [item.code for item in refused(write_tree, disk / "out", NEWER)] == ["EW701"]
    assert tree_of(disk / "out") == OLDER


def test_long_names_are_written(tmp_path: Path) -> None:
    longest = "n" * 250
    files = render(**{longest: "1"})
    write_tree(tmp_path, files)
    assert tree_of(tmp_path) == files


# Kills


def test_what_a_kill_left_half_written_is_cleared_up(folder: Path) -> None:
    (folder / "manifests/edge/came").mkdir()
    (folder / NEXT_PLAN).write_bytes(NEWER["plan.json"])
    (folder / "manifests/edge/came/e.yaml").write_text("1")
    (folder / "manifests/edge/api" / UNFINISHED).write_text("half of i")
    assert write_tree(folder, OLDER) == Written(changed=0, unchanged=7, removed=1)
    assert tree_of(folder) == OLDER


def test_a_kill_at_every_system_call_is_repaired_by_the_next_render(tmp_path: Path) -> None:
    memory = Path("/dev/shm")  # where syncing takes no time
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        command = [sys.executable, "-m", "tests.adapters.kill_points", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100
