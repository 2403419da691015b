"""The source's side: what is checked out, who descends from whom, and the files of any commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.adapters.files import DirectoryReader
from envwright.adapters.git.clone import Clone, without_user
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


def test_what_is_checked_out_in_a_clean_and_in_a_changed_tree(work: Path) -> None:
    commit = committed(work)
    git(work, "remote", "add", "origin", "https://robot:canary@git.example.org/shop.git")
    source = Clone(str(work / "stack"))
    date = git(work, "log", "-1", "--format=%cd", "--date=raw").strip()
    assert source.resolve("HEAD") == (commit, "main")
    assert (source.commit(commit).date, source.url) == (date, "https://git.example.org/shop.git")
    assert (source.file_at(commit), source.is_dirty(commit)) == ("stack/services.yaml", False)
    (work / "new").touch()
    assert source.is_dirty(commit)
    (work / "new").unlink()
    (work / "shared/common.yaml").write_text("changed")
    assert source.is_dirty(commit)


def test_there_may_be_no_repository_or_no_commit(tmp_path: Path) -> None:
    assert [found.code for found in refused(Clone(str(tmp_path)).resolve, "HEAD")] == ["EW728"]
    git(tmp_path, "init", "-q")
    assert [found.code for found in refused(Clone(str(tmp_path)).resolve, "HEAD")] == ["EW728"]


def test_ancestors(work: Path) -> None:
    one, two = committed(work), committed(work)
    source = Clone(str(work))
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
    commit = committed(work)
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {ran}\n")
    evil.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"):
        git(work, "config", key, str(evil))
    (work / ".git/hooks/post-index-change").symlink_to(evil)
    (work / "shared/common.yaml").write_text("changed")
    assert Clone(str(work)).is_dirty(commit)
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
    reader = Clone(str(work)).reader_at(commit, "stack")
    checkout = DirectoryReader(work / "stack")
    for path in PATTERNS if name == "glob" else PATHS:
        there, expected = told(getattr(reader, name), path), told(getattr(checkout, name), path)
        assert there == expected, path


def test_an_absolute_path_is_no_file_of_a_commit(work: Path) -> None:
    reader = Clone(str(work)).reader_at(committed(work), "stack")
    assert not reader.exists("/etc/passwd")
    assert [found.code for found in refused(reader.read, "/etc/passwd")] == ["EW022"]


def test_a_commit_is_read_as_it_was_whatever_is_checked_out(work: Path) -> None:
    commit = committed(work)
    (work / "stack/services.yaml").write_text("later")
    committed(work)
    reader = Clone(str(work)).reader_at(commit, "stack")
    assert reader.read("services.yaml") == "a: é\n"
    assert [found.code for found in refused(Clone(str(work)).reader_at, "1" * 40, "")] == ["EW728"]


def test_a_file_of_a_submodule_is_told_as_one(work: Path) -> None:
    commit = committed(work)
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{commit},stack/vendored")
    git(work, *WHO, "commit", "-q", "-m", "x")
    reader = Clone(str(work)).reader_at(git(work, "rev-parse", "HEAD").strip(), "stack")
    (found,) = refused(reader.read, "vendored/services.yaml")
    assert (found.code, "is in a submodule" in found.summary) == ("EW001", True)
    (found,) = refused(reader.read, "vendored2/services.yaml")
    assert "submodule" not in found.summary


def test_a_shallow_clone_says_how_to_get_the_rest(work: Path, tmp_path: Path) -> None:
    older = committed(work)
    committed(work)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{work}", str(shallow))
    for call in (Clone(str(shallow)).commit, lambda commit: Clone(str(shallow)).reader_at(commit, "")):
        (found,) = refused(call, older)
        assert (found.code, found.summary) == ("EW728", f"this shallow clone of the source has no commit {older}")
        assert found.hint == "git fetch --unshallow, or read the source from its server: --source-repo URL"
    assert Clone(str(shallow)).is_ancestor(older, "HEAD") is None


def test_a_partial_clone_reads_what_it_has(work: Path, tmp_path: Path) -> None:
    (work / "large.bin").write_bytes(b"x" * 5000)
    commit = committed(work)
    git(work, "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:limit=1k", f"file://{work}", str(partial))
    reader = Clone(str(partial)).reader_at(commit, "stack")
    assert reader.read("services.yaml") == "a: é\n"
    (found,) = refused(reader.read_bytes, "../large.bin")
    assert (found.code, found.summary) == ("EW728", "a file of the commit is not in this clone")
