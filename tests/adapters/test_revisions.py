"""What git tells of a repository, whatever its names and its configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from envwright.adapters.files import DirectoryReader
from envwright.adapters.revisions import Repository
from envwright.model.changes import ChangedFile
from envwright.model.diagnostic import Refused
from envwright.model.wrong_call import WrongCall
from tests.support.paths import ROOT
from tests.support.repositories import commit, git, repository


def changed(folder: Path, compared: str) -> dict[str, str]:
    found = Repository(folder)
    return {file.path: file.status for file in found.changed(found.compared(compared))}


def test_two_commits(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n", "b": "1\n", "c": "1\n"})
    commit(tmp_path, {"a": "2\n", "d": "1\n"}, remove=("b",))
    assert changed(tmp_path, "HEAD~1..HEAD") == {"a": "modified", "b": "deleted", "d": "added"}
    assert changed(tmp_path, "HEAD~1..") == changed(tmp_path, "HEAD~1..HEAD")
    assert changed(tmp_path, "..HEAD~1") == {"a": "modified", "b": "added", "d": "deleted"}


def test_a_rename_is_a_deletion_and_an_addition(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n" * 50})
    git(tmp_path, "config", "diff.renames", "copies")
    commit(tmp_path, {"b": "1\n" * 50}, remove=("a",))
    assert changed(tmp_path, "HEAD~1..HEAD") == {"a": "deleted", "b": "added"}


def test_three_dots_begin_where_the_branches_parted(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n"})
    git(tmp_path, "checkout", "--quiet", "-b", "work")
    commit(tmp_path, {"b": "1\n"})
    git(tmp_path, "checkout", "--quiet", "main")
    commit(tmp_path, {"c": "1\n"})
    assert changed(tmp_path, "main...work") == {"b": "added"}
    assert changed(tmp_path, "main..work") == {"b": "added", "c": "deleted"}


def test_the_working_tree_with_what_is_new_but_not_ignored(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n", "sub/b": "1\n", ".gitignore": "*.log\n"})
    (tmp_path / "a").write_text("2\n")
    (tmp_path / "sub/b").unlink()
    for name in ("new", "sub/new", "x.log"):
        (tmp_path / name).write_text("1\n")
    git(tmp_path, "add", "sub/new")
    wanted = {"a": "modified", "new": "added", "sub/b": "deleted", "sub/new": "added"}
    assert changed(tmp_path, "HEAD") == wanted
    assert changed(tmp_path / "sub", "HEAD") == {
        os.path.relpath(path, "sub"): status for path, status in wanted.items()
    }


def test_names_as_they_are(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n"})
    names = ["with space", "tab\tand\nline", '"quoted"', "имя", "-dash"]
    commit(tmp_path, {**dict.fromkeys(names, "1\n"), "a": "1\n"})
    (tmp_path / os.fsdecode(b"\xff")).write_text("1\n")
    commit(tmp_path, {})
    assert set(changed(tmp_path, "HEAD~2..HEAD")) == {*names, os.fsdecode(b"\xff")}


@pytest.mark.parametrize("name", ["nothing", "--output=x", "-x", "HEAD:a", "a..b", "HEAD...nothing", "HEAD\n", "\0"])
def test_what_is_no_revision_is_a_wrong_call(tmp_path: Path, name: str) -> None:
    repository(tmp_path, {"a": "1\n"})
    with pytest.raises(WrongCall) as refused:
        changed(tmp_path, name)
    assert refused.value.diagnostics[0].code == "EW350"
    assert not (tmp_path / "x").exists()


def test_branches_without_a_common_commit(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n"})
    git(tmp_path, "checkout", "--quiet", "--orphan", "other")
    commit(tmp_path, {"b": "1\n"})
    with pytest.raises(WrongCall):
        changed(tmp_path, "main...other")


def test_a_folder_that_is_in_no_repository(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Repository(tmp_path)
    assert refused.value.diagnostics[0].code == "EW351"


def test_no_program_that_the_repository_names_is_run(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository", {"a": "1\n", ".gitattributes": "* diff=spy\n"})
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\necho ran > {tmp_path}/ran\n")
    spy.chmod(0o755)
    (folder / ".git/hooks/post-index-change").symlink_to(spy)
    (folder / ".git/info/attributes").write_text("* filter=spy\n")
    keys = (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.spy.command",
        "diff.spy.textconv",
        "filter.spy.clean",
    )
    for key in keys:
        git(folder, "config", key, str(spy))
    git(folder, "config", "filter.spy.clean", str(spy))
    git(folder, "config", "diff.relative", "true")
    git(folder, "config", "diff.noprefix", "true")
    (folder / "a").write_text("2\n")
    before = (folder / ".git/index").read_bytes()
    assert changed(folder, "HEAD") == {"a": "modified"}
    assert not (tmp_path / "ran").exists()
    assert (folder / ".git/index").read_bytes() == before


def test_variables_of_the_process_do_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "here", {"a": "1\n"})
    repository(tmp_path / "there", {"b": "1\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "there/.git"))
    (tmp_path / "here/new").write_text("1\n")
    assert changed(tmp_path / "here", "HEAD") == {"new": "added"}


def test_a_commit_reads_as_its_checkout_does(tmp_path: Path) -> None:
    names = [path for path in sorted((ROOT / "golden/shop").rglob("*")) if path.is_file()]
    files = {f"stack/{path.relative_to(ROOT / 'golden/shop').as_posix()}": path.read_text() for path in names}
    repository(tmp_path, {**files, "outer/x.yaml": "1\n", ".hidden/y.yaml": "1\n", "run.sh": "x\n"})
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "stack/link.yaml").symlink_to("../outer/x.yaml")
    (tmp_path / "stack/folder").symlink_to("../outer")
    (tmp_path / "stack/out").symlink_to("/etc/passwd")
    commit(tmp_path, {})
    disk = DirectoryReader(tmp_path / "stack")
    found = Repository(tmp_path / "stack")
    reader = found.reader(found.compared("HEAD").before)
    for pattern in (
        "**",
        "**/*.yaml",
        "services/*/service.yaml",
        "*",
        "../**/*.yaml",
        "../*/*.yaml",
        "none/*",
        "a.b",
    ):
        assert reader.glob(pattern) == disk.glob(pattern), pattern
    for path in disk.glob("**/*"):
        assert reader.exists(path) == disk.exists(path)
        if path != "out":
            assert reader.read_bytes(path) == disk.read_bytes(path)
    for path in ("link.yaml", "folder/x.yaml", "../run.sh"):
        assert reader.read(path) == disk.read(path)
    assert [entry for entry in disk.entries("..") if entry.name != ".git"] == list(reader.entries(".."))
    for directory in (".", "services", "services/catalog"):
        assert reader.entries(directory) == disk.entries(directory), directory
    for path in ("none", "out", "../../x", "services", "none/x"):
        for each in (reader, disk):
            with pytest.raises(Refused):
                each.read(path)
    for path in ("none", "services.yaml/x"):
        with pytest.raises(Refused):
            reader.entries(path)
        assert not reader.exists(path)


def test_the_files_are_values(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n"})
    commit(tmp_path, {"a": "2\n"})
    found = Repository(tmp_path)
    assert found.changed(found.compared("HEAD~1..HEAD")) == [ChangedFile("a", "modified")]
