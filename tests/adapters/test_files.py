"""The reader on a real disk: what it finds, and what it never does."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import NamedTuple

import pytest

from envwright.adapters.files import MAX_BYTES, DirectoryReader, repository_of
from envwright.model.diagnostic import Diagnostic
from tests.support.stacks import refused


class Repository(NamedTuple):
    """A repository with a stack's directory in it, beside a directory that is none of its business."""

    stack: Path
    outside: Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repo/stack", tmp_path / "outside")
    (tmp_path / "repo/.git").mkdir(parents=True)
    made.stack.mkdir()
    (made.stack / "own.yaml").write_text("a: 1\n")
    (tmp_path / "repo/shared.yaml").write_text("b: 2\n")
    made.outside.mkdir()
    (made.outside / "secret.yaml").write_text("c: 3\n")
    return made


def fault(reader: DirectoryReader, path: str) -> Diagnostic:
    (found,) = refused(reader.read, path)
    assert refused(reader.read_bytes, path)[0].code == found.code
    return found


# Confinement


def test_paths_may_go_up_as_far_as_the_repository(repository: Repository) -> None:
    reader = DirectoryReader(repository.stack)
    assert reader.read("own.yaml") == "a: 1\n"
    assert reader.read("../shared.yaml") == "b: 2\n"
    assert reader.read("../stack/./own.yaml") == "a: 1\n"
    assert fault(reader, "../../outside/secret.yaml").code == "EW022"
    assert fault(reader, str(repository.outside / "secret.yaml")).code == "EW022"


def test_without_a_repository_the_directory_is_the_border(tmp_path: Path) -> None:
    (tmp_path / "stack").mkdir()
    (tmp_path / "beside.yaml").write_text("")
    reader = DirectoryReader(tmp_path / "stack")
    # the temporary directory of a test may itself stand in a repository
    expected = {"EW022"} if repository_of(tmp_path) == tmp_path else set()
    assert {item.code for item in refused_or_nothing(reader, "../beside.yaml")} == expected


def refused_or_nothing(reader: DirectoryReader, path: str) -> tuple[Diagnostic, ...]:
    try:
        return refused(reader.read, path)
    except AssertionError:
        return ()


def test_a_repository_whose_name_begins_like_ours_is_outside(tmp_path: Path) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository/a.yaml").write_text("")
    assert fault(DirectoryReader(tmp_path / "repo"), "../repository/a.yaml").code == "EW022"


def test_a_file_named_git_marks_a_repository_too(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")  # as in a worktree or a submodule
    (tmp_path / "a/b").mkdir(parents=True)
    assert repository_of(tmp_path / "a/b") == tmp_path


def test_links_are_followed_inside_and_refused_outside(repository: Repository) -> None:
    stack, outside = repository
    (stack / "in.yaml").symlink_to("../shared.yaml")
    (stack / "out.yaml").symlink_to(outside / "secret.yaml")
    (stack / "chain.yaml").symlink_to("out.yaml")
    (stack / "up").symlink_to(outside)
    (stack / "down").symlink_to("..")
    reader = DirectoryReader(stack)
    assert reader.read("in.yaml") == "b: 2\n"
    assert reader.read("down/shared.yaml") == "b: 2\n"
    for path in ("out.yaml", "chain.yaml", "up/secret.yaml", "up/missing.yaml", "up/../outside/secret.yaml"):
        assert fault(reader, path).code == "EW022", path
    assert [item.code for item in refused(reader.entries, "up")] == ["EW022"]
    assert reader.exists("out.yaml")  # for `read` to refuse: it is there


def test_loops_and_dangling_links_are_missing_files(repository: Repository) -> None:
    stack = repository.stack
    (stack / "loop.yaml").symlink_to("loop.yaml")
    (stack / "one").symlink_to("two")
    (stack / "two").symlink_to("one")
    (stack / "gone.yaml").symlink_to("nowhere.yaml")
    reader = DirectoryReader(stack)
    for path in ("loop.yaml", "one/a.yaml", "gone.yaml"):
        assert fault(reader, path).code == "EW001", path
    assert reader.glob("*.yaml") == ("own.yaml",)
    assert reader.glob("**/*.yaml") == ("own.yaml",)


def test_a_root_directory_that_is_a_loop_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert fault(DirectoryReader(tmp_path / "loop"), "services.yaml").code == "EW001"


# What cannot be read


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_pipes_sockets_and_directories_neither_hang_nor_pass(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = repository.stack
    os.mkfifo(stack / "pipe.yaml")
    (stack / "folder.yaml").mkdir()
    listening = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(stack)  # the path of a socket must be short
    listening.bind("socket.yaml")
    reader = DirectoryReader(stack)
    before = open_files()
    said = {name: fault(reader, f"{name}.yaml") for name in ("pipe", "folder", "socket")}
    assert {found.code for found in said.values()} == {"EW001"}
    assert said["pipe"].summary == "pipe.yaml is no regular file"
    assert said["folder"].summary == "folder.yaml is a directory"
    assert open_files() == before
    assert reader.glob("*.yaml") == ("own.yaml",)
    assert [entry.name for entry in reader.entries(".")] == ["folder.yaml", "own.yaml"]
    listening.close()


def test_a_device_is_no_regular_file() -> None:
    assert fault(DirectoryReader("/dev"), "zero").summary == "zero is no regular file"


def test_what_is_not_utf_8_is_reported_at_its_place(repository: Repository) -> None:
    (repository.stack / "latin.yaml").write_bytes("a: ж\nb: ж".encode() + b"\xff\n")
    (found,) = refused(DirectoryReader(repository.stack).read, "latin.yaml")
    assert (found.code, str(found.where)) == ("EW002", "latin.yaml:2:5")
    assert DirectoryReader(repository.stack).read_bytes("latin.yaml").endswith(b"\xff\n")


def test_a_file_of_stacks_has_a_size_limit_and_one_of_a_build_has_none(repository: Repository) -> None:
    with (repository.stack / "big").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    reader = DirectoryReader(repository.stack)
    assert [item.code for item in refused(reader.read, "big")] == ["EW010"]
    assert len(reader.read_bytes("big")) == MAX_BYTES + 1


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "x" * 300, "own.yaml/x", ""])
def test_names_that_no_file_can_have_are_missing_files(repository: Repository, path: str) -> None:
    reader = DirectoryReader(repository.stack)
    assert fault(reader, path).code == "EW001"
    assert not reader.exists(path)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("owm.yaml", 'did you mean "own.yaml"?'),
        ("../share.yaml", 'did you mean "../shared.yaml"?'),
        ("nothing-like-it", ""),
        ("no/such/folder/own.yaml", ""),
    ],
)
def test_a_missing_file_names_its_nearest_neighbour(repository: Repository, path: str, hint: str) -> None:
    found = fault(DirectoryReader(repository.stack), path)
    assert (found.code, found.hint, found.where) == ("EW001", hint, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="NOT TESTED as root, who may read everything")
def test_what_may_not_be_read_is_reported(repository: Repository) -> None:
    (repository.stack / "own.yaml").chmod(0)
    assert fault(DirectoryReader(repository.stack), "own.yaml").summary == "own.yaml: permission denied"


# Globs

TREE = (
    "a.yaml",
    "B.yaml",
    ".hidden.yaml",
    "one/x.yaml",
    "one/x.yml",
    "one/two/x.yaml",
    "one/.git/x.yaml",
    ".venv/x.yaml",
    "[odd]/x.yaml",
    "ж/x.yaml",
)


@pytest.fixture
def tree(repository: Repository) -> DirectoryReader:
    stack = repository.stack
    (stack / "own.yaml").unlink()
    for path in TREE:
        (stack / path).parent.mkdir(parents=True, exist_ok=True)
        (stack / path).write_text("")
    (stack / "linked").symlink_to("one")
    (stack / "up").symlink_to("..")
    return DirectoryReader(stack)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.yaml", ["B.yaml", "a.yaml"]),
        (".*.yaml", [".hidden.yaml"]),
        ("?.yaml", ["B.yaml", "a.yaml"]),
        ("[!a].yaml", ["B.yaml"]),
        ("*/x.yaml", ["[odd]/x.yaml", "one/x.yaml", "ж/x.yaml"]),
        ("**/x.yaml", ["[odd]/x.yaml", "one/two/x.yaml", "one/x.yaml", "ж/x.yaml"]),
        ("**/**/two/**/*.yaml", ["one/two/x.yaml"]),
        ("one/**", ["one/two/x.yaml", "one/x.yaml", "one/x.yml"]),
        ("one/**/x.y?ml", ["one/two/x.yaml", "one/x.yaml"]),
        (".venv/*", [".venv/x.yaml"]),
        (".*/x.yaml", [".venv/x.yaml"]),
        ("linked/*.yaml", ["linked/x.yaml"]),
        ("*/../a.yaml", ["a.yaml"]),
        ("../s*.yaml", ["../shared.yaml"]),
        ("one", []),
        ("nothing/*", []),
        ("a.yaml/*", []),
        ("**/nothing/**/x.yaml", []),
        ("one/x.yaml", ["one/x.yaml"]),
    ],
)
def test_globs(tree: DirectoryReader, pattern: str, found: list[str]) -> None:
    assert list(tree.glob(pattern)) == sorted(found)


@pytest.mark.parametrize("pattern", ["../../*/secret.yaml", "/etc/*", "../../outside/*"])
def test_a_glob_that_leads_out_is_refused(tree: DirectoryReader, pattern: str) -> None:
    assert [item.code for item in refused(tree.glob, pattern)] == ["EW022"]


def test_a_glob_finds_a_link_that_leads_out_and_reading_it_is_refused(repository: Repository) -> None:
    (repository.stack / "out.yaml").symlink_to(repository.outside / "secret.yaml")
    (repository.stack / "outside").symlink_to(repository.outside)
    reader = DirectoryReader(repository.stack)
    assert reader.glob("*.yaml") == ("out.yaml", "own.yaml")
    assert reader.glob("**/*.yaml") == ("out.yaml", "own.yaml")
    assert fault(reader, "out.yaml").code == "EW022"
    assert [item.code for item in refused(reader.glob, "outside/*.yaml")] == ["EW022"]


@pytest.mark.parametrize("pattern", ["a/" * 5_000 + "*", "*/" * 5_000 + "*", "**/" * 5_000 + "*.yaml", "**/a/" * 2_000])
def test_long_patterns_are_no_traceback(tree: DirectoryReader, pattern: str) -> None:
    assert tree.glob(pattern) in ((), ("B.yaml", "[odd]/x.yaml", "a.yaml", "one/two/x.yaml", "one/x.yaml", "ж/x.yaml"))


def test_a_deep_tree_is_walked(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.stack)
    for _ in range(1_100):
        Path("d").mkdir()
        os.chdir("d")
    Path("x.yaml").write_text("")
    (found,) = DirectoryReader(repository.stack).glob("d/**/x.yaml")
    assert found.count("/") == 1_100
    # shutil.rmtree, which clears up after tests, is recursive before Python 3.12
    Path("x.yaml").unlink()
    for _ in range(1_100):
        os.chdir("..")
        Path("d").rmdir()


def test_order_is_by_name_however_the_files_were_made(tmp_path: Path) -> None:
    names = [f"{letter}.yaml" for letter in "qazwsxedc"]
    for name in names:
        (tmp_path / name).write_text("")
    assert DirectoryReader(tmp_path).glob("*") == tuple(sorted(names))
    assert [entry.name for entry in DirectoryReader(tmp_path).entries(".")] == sorted(names)
