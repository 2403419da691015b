"""The source's side: what is checked out, who descends from whom, and the files of any commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.adapters.files import DirectoryReader
from envwright.adapters.git.source import SourceRepository, without_user
from envwright.model.diagnostic import Refused
from tests.adapters.git.drafts import git
from tests.support.stacks import refused, write

WHO = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgSign=false")


def committed(work: Path, message: str = "x") -> str:
    git(work, "add", "-A")
    git(work, *WHO, "commit", "-q", "--allow-empty", "-m", message)
    return git(work, "rev-parse", "HEAD").strip()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(
        folder,
        {
            "stack/services.yaml": "a: é\n",
            "stack/templates/api.yaml.tpl": "b",
            "stack/templates/deep/web.yaml.tpl": "c",
            "stack/.hidden/x.yaml": "d",
            "shared/common.yaml": "e",
            "stack/run.sh": "#!/bin/sh\n",
        },
    )
    (tmp_path / "outside").write_text("canary")
    (folder / "stack/run.sh").chmod(0o755)
    (folder / "stack/latin.yaml").write_bytes(b"a: \xe9\n")
    for name, target in {
        "inside": "../shared/common.yaml",
        "folder": "templates",
        "out": "../../outside",
        "absolute": "/etc/passwd",
        "loop": "loop",
        "dangling": "nothing",
        "chain": "inside",
    }.items():
        (folder / "stack" / name).symlink_to(target)
    return folder


def test_the_head_of_a_clean_and_of_a_changed_tree(work: Path) -> None:
    commit = committed(work)
    git(work, "remote", "add", "origin", "https://robot:canary@git.example.org/shop.git")
    source = SourceRepository(work / "stack")
    head = source.head()
    date = git(work, "log", "-1", "--format=%cd", "--date=raw").strip()
    assert head == (commit, date, "https://git.example.org/shop.git", "stack", False)
    (work / "new").touch()
    assert source.head().dirty
    (work / "new").unlink()
    (work / "shared/common.yaml").write_text("changed")
    assert source.head().dirty


def test_there_may_be_no_repository_or_no_commit(tmp_path: Path) -> None:
    assert [found.code for found in refused(SourceRepository(tmp_path).head)] == ["EW728"]
    git(tmp_path, "init", "-q")
    assert [found.code for found in refused(SourceRepository(tmp_path).head)] == ["EW728"]


def test_ancestors(work: Path) -> None:
    one, two = committed(work), committed(work)
    source = SourceRepository(work)
    assert source.is_ancestor(one, two) is True
    assert source.is_ancestor(two, two) is True
    assert source.is_ancestor(two, one) is False
    assert source.is_ancestor("1" * 40, two) is None
    assert source.is_ancestor("--all", two) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://robot:canary@h/x.git", "https://h/x.git"),
        ("https://canary@h:8443/x.git", "https://h:8443/x.git"),
        ("ssh://git:canary@h/x.git", "ssh://git@h/x.git"),
        ("git@h:x.git", "git@h:x.git"),
        ("/srv/x.git", "/srv/x.git"),
        ("", ""),
    ],
)
def test_a_url_is_told_without_its_password(url: str, shown: str) -> None:
    assert without_user(url) == shown


def test_hooks_and_monitors_of_the_source_do_not_run(work: Path, tmp_path: Path) -> None:
    committed(work)
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {ran}\n")
    evil.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"):
        git(work, "config", key, str(evil))
    (work / ".git/hooks/post-index-change").symlink_to(evil)
    (work / "shared/common.yaml").write_text("changed")
    assert SourceRepository(work).head().dirty
    assert not ran.exists()


PATHS = [
    *(
        "services.yaml",
        "templates/api.yaml.tpl",
        "../shared/common.yaml",
        "latin.yaml",
        "run.sh",
        "nothing",
        "templates",
    ),
    *("inside", "folder/api.yaml.tpl", "out", "absolute", "loop", "dangling", "chain", "../../x", "."),
    *("servces.yaml", "services.yaml/x", "templates/../services.yaml", "folder/../services.yaml", "a\0b"),
]
PATTERNS = [
    *("*", "*.yaml", "templates/*", "templates/**", "**/*.tpl", "**", ".*/*", "../shared/*", "../../*", "nothing/*"),
    *("folder/*", "services.yaml", "templates/**/web*", "[st]*", "../*/*.yaml"),
]


def told(call: object, *arguments: object) -> object:
    """Return what a call returns, or the codes with which it is refused."""
    try:
        return call(*arguments)  # type: ignore[operator]  # any call of a reader
    except Refused as error:
        return [found.code for found in error.diagnostics]


@pytest.mark.parametrize("name", ["read", "read_bytes", "exists", "entries", "glob"])
def test_files_of_a_commit_are_read_as_those_of_a_checkout(work: Path, name: str) -> None:
    commit = committed(work)
    reader = SourceRepository(work).reader_at(commit, "stack")
    checkout = DirectoryReader(work / "stack")
    for path in PATTERNS if name == "glob" else PATHS:
        there, expected = told(getattr(reader, name), path), told(getattr(checkout, name), path)
        assert there == expected, path


def test_an_absolute_path_is_no_file_of_a_commit(work: Path) -> None:
    reader = SourceRepository(work).reader_at(committed(work), "stack")
    assert not reader.exists("/etc/passwd")
    assert [found.code for found in refused(reader.read, "/etc/passwd")] == ["EW022"]


def test_a_commit_is_read_as_it_was_whatever_is_checked_out(work: Path) -> None:
    commit = committed(work)
    (work / "stack/services.yaml").write_text("later")
    committed(work)
    reader = SourceRepository(work).reader_at(commit, "stack")
    assert reader.read("services.yaml") == "a: é\n"
    assert [found.code for found in refused(SourceRepository(work).reader_at, "1" * 40, "")] == ["EW728"]


def test_a_file_of_a_submodule_is_told_as_one(work: Path) -> None:
    commit = committed(work)
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{commit},stack/vendored")
    git(work, *WHO, "commit", "-q", "-m", "x")
    reader = SourceRepository(work).reader_at(git(work, "rev-parse", "HEAD").strip(), "stack")
    (found,) = refused(reader.read, "vendored/services.yaml")
    assert (found.code, "is in a submodule" in found.summary) == ("EW001", True)
    (found,) = refused(reader.read, "vendored2/services.yaml")
    assert "submodule" not in found.summary
