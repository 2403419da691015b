"""A source that means harm, such as a folder that was sent as an archive, runs nothing and breaks nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from envwright.adapters.git.clone import Clone
from tests.adapters.git.drafts import git
from tests.support.git_server import served
from tests.support.repositories import repository
from tests.support.stacks import refused

SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n"


@pytest.fixture
def spy(tmp_path: Path) -> Path:
    """Return a program that leaves `ran` beside it."""
    program = tmp_path / "spy"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/ran\ncat\n')
    program.chmod(0o755)
    return program


def ran(spy: Path) -> bool:
    return (spy.parent / "ran").exists()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return repository(tmp_path / "work", {"stack/services.yaml": "a: 1\n", "big.bin": "pointer\n"})


def head_of(work: Path, raw: bytes) -> Clone:
    """Let `main` be a commit of these bytes, whose tree is that of HEAD."""
    raw = raw.replace(b"TREE", git(work, "rev-parse", "HEAD^{tree}").strip().encode())
    command = ["git", "-C", work, "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    made = subprocess.run(command, input=raw, check=True, capture_output=True).stdout.decode()
    (work / ".git/refs/heads/main").write_text(made)
    return Clone(str(work))


@pytest.mark.parametrize("name", ["spy", "s=p=y", "s.p y"])
@pytest.mark.parametrize("kind", ["clean", "process"])
def test_filters_are_not_run_and_their_files_no_changes(work: Path, spy: Path, name: str, kind: str) -> None:
    git(work, "config", f"filter.{name}.{kind}", str(spy))
    git(work, "config", f"filter.{name}.required", "true")
    (work / ".git/info/attributes").write_text("*.bin filter=spy\n")
    (work / ".git/info/exclude").write_text(".gitattributes\n")
    commit = git(work, "rev-parse", "HEAD").strip()
    if name == "spy":  # an attribute's value holds neither a space nor a `=`
        os.utime(work / "big.bin", (1, 1))
        (work / "big.bin").write_text("content\n")
    assert not Clone(str(work / "stack")).is_dirty(commit)
    (work / "stack/services.yaml").write_text("a: 2\n")
    assert Clone(str(work / "stack")).is_dirty(commit)
    assert not ran(spy)


def test_signatures_are_not_checked_by_a_program_of_the_source(work: Path, spy: Path) -> None:
    git(work, "config", "gpg.program", str(spy))
    git(work, "config", "log.showSignature", "true")
    head, _, message = git(work, "cat-file", "commit", "HEAD").partition("\n\n")
    source = head_of(work, f"{head}\n{SIGNATURE}\n{message}".encode())
    assert source.commit("HEAD").commit == source.resolve("HEAD").commit
    assert not ran(spy)


def test_what_a_clone_lacks_is_not_fetched(work: Path, spy: Path) -> None:
    for key, value in {
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{spy} fetch",
    }.items():
        git(work, "config", key, value)
    blob = git(work, "rev-parse", "HEAD:stack/services.yaml").strip()
    (work / ".git/objects" / blob[:2] / blob[2:]).unlink()
    source = Clone(str(work))
    reader = source.reader_at(source.resolve("HEAD").commit, "stack")
    (found,) = refused(reader.read, "services.yaml")
    assert (found.code, found.summary) == ("EW728", "a file of the commit is not in this clone")
    assert not ran(spy)


def test_a_repository_among_the_files_of_the_source_is_none(work: Path, spy: Path) -> None:
    """Its configuration comes with a plain clone of the source."""
    inside = work / "stack"
    git(work, "init", "-q", "--bare", str(work / "bare"))
    for part in (work / "bare").iterdir():
        part.rename(inside / part.name)
    git(inside, "config", "core.bare", "false")
    git(inside, "config", "core.worktree", str(work))
    (found,) = refused(Clone(str(inside)).resolve, "HEAD")
    assert found.code == "EW728"
    assert not ran(spy)


WHO = b"author A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n"
STRANGE = {
    "separators": b"tree TREE\n" + WHO + b"\nsub\x1eject\x1e\n\nbody\x1e\x1f\n",
    "encoding": b"tree TREE\n" + WHO + b"encoding UTF-16\n\n\xff\xfe\n",
    "nobody": b"tree TREE\n\nsubject\n",
    "no-date": b"tree TREE\nauthor A <a@b> never\ncommitter A <a@b> never\n\nsubject\n",
    "null": b"tree TREE\nauthor A\0B <a@b> 1 +0000\ncommitter A\0B <a@b> 1 +0000\n\na\0b\n",
    "latin": b"tree TREE\nauthor \xe9 <\xff@b> 1 +0000\ncommitter \xe9 <a@b> 1 +0000\n\n\xe9\n",
    "empty": b"tree TREE\n" + WHO,
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_commit_may_say_anything(work: Path, name: str) -> None:
    git(work, "config", "i18n.logOutputEncoding", "UTF-16")
    source = head_of(work, STRANGE[name])
    found = source.commit("HEAD")
    assert found.commit == source.resolve("HEAD").commit == git(work, "rev-parse", "HEAD").strip()
    if name == "separators":
        assert (found.subject, found.body) == ("sub\x1eject\x1e", "body\x1e\x1f")


def test_a_branch_is_named_as_it_is(work: Path) -> None:
    git(work, "checkout", "-q", "-b", "a\u2028b")
    assert Clone(str(work)).resolve("HEAD").branch == "a\u2028b"


# The remote of the source


def test_the_remotes_branches_are_read_without_the_clones_configuration(work: Path, spy: Path, tmp_path: Path) -> None:
    bare = tmp_path / "origin.git"
    git(work, "clone", "-q", "--bare", str(work), str(bare))
    git(bare, "branch", "@odd")
    git(work, "remote", "add", "origin", "../origin.git")
    for key in ("remote.origin.uploadpack", "core.sshCommand", "core.gitProxy", "core.askPass", "credential.helper"):
        git(work, "config", key, str(spy))
    git(work, "config", "url.ext::evil.insteadOf", str(bare))
    assert Clone(str(work / "stack")).branches() == {"main", "@odd"}
    assert not ran(spy)


@pytest.mark.parametrize("url", ["ext::SPY x", "fd::7", "evil://host/x", "-x", "--upload-pack=SPY", "git@host:-x"])
def test_a_remote_that_would_run_a_program_is_refused(work: Path, spy: Path, url: str) -> None:
    git(work, "config", "remote.origin.url", url.replace("SPY", str(spy)))
    git(work, "config", "protocol.allow", "always")
    (found,) = refused(Clone(str(work)).branches)
    assert (found.code, found.summary) == ("EW722", "the branches of the source cannot be read")
    assert not ran(spy)


def test_a_remote_without_a_branch_is_not_believed(work: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    git(work, "remote", "add", "origin", str(tmp_path / "empty.git"))
    (found,) = refused(Clone(str(work)).branches)
    assert (found.code, found.summary) == ("EW722", "the remote of the source shows no branch")


def test_a_remote_is_opened_by_the_password_in_its_url_or_by_a_header(work: Path, tmp_path: Path) -> None:
    git(work, "clone", "-q", "--bare", str(work), str(tmp_path / "served/origin.git"))
    with served(tmp_path / "served", "robot", "canary") as server:
        url = server.url("origin.git")
        git(work, "remote", "add", "origin", url.replace("http://", "http://robot:canary@"))
        assert Clone(str(work)).branches() == {"main"}
        git(work, "remote", "set-url", "origin", url.replace("http://", "http://robot:wrong-canary@"))
        (found,) = refused(Clone(str(work)).branches)
        assert "canary" not in repr(found)
        git(work, "remote", "set-url", "origin", url)
        assert [found.code for found in refused(Clone(str(work)).branches)] == ["EW722"]
        git(work, "config", f"http.{server.url('')}.extraheader", f"AUTHORIZATION: {server.expected}")
        assert Clone(str(work)).branches() == {"main"}
