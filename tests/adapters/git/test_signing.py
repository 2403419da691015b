"""Signed commits, by ssh and by gpg, and what their signatures are worth."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.signing import GpgSigner, Signers, SshSigner
from envwright.adapters.git.values import CommitInfo, NewCommit
from tests.adapters.git.drafts import draft
from tests.support.stacks import refused


def needs(program: str) -> None:
    if shutil.which(program) is None:
        missing = f"{program} is not on PATH: signatures by it are not tested"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    needs("ssh-keygen")
    return make_key(tmp_path / "key")


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


def allowed(path: Path, *keys: Path, who: str = "robot@example.org") -> Path:
    path.write_text("".join(f"{who} {key.with_suffix('.pub').read_text()}" for key in keys))
    return path


@pytest.fixture
def home() -> Iterator[Path]:
    """Make a keyring; below /tmp, for the agent's socket has to have a short path."""
    needs("gpg")
    folder = Path(tempfile.mkdtemp(prefix="envwright-gpg-", dir="/tmp"))
    gpg(folder, "--passphrase", "", "--quick-generate-key", "Robot <robot@example.org>", "ed25519", "sign", "never")
    yield folder
    subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def gpg(home: Path, *arguments: str) -> bytes:
    command = ["gpg", "--batch", "--quiet", "--homedir", str(home), "--pinentry-mode", "loopback", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def signed(repository: Repository, signer: SshSigner | GpgSigner | None, parent: str | None = None) -> str:
    made = draft(plan="1").but(signer=signer)
    return repository.commit(NewCommit(parent=parent, directory="shop", draft=made))


def info(repository: Repository, commit: str) -> CommitInfo:
    return repository.commit_infos([commit])[commit]


def test_a_commit_signed_by_an_allowed_ssh_key_is_good(repository: Repository, key: Path, tmp_path: Path) -> None:
    commit = signed(repository, SshSigner(key=key))
    signers = Signers(ssh=allowed(tmp_path / "allowed", key))
    assert repository.signature_of(commit, signers) == ("good", "robot@example.org")
    # it is the same commit beside the signature, and signed again it is the same commit
    bare = info(repository, signed(repository, None))
    assert info(repository, commit).but(commit="") == bare.but(commit="")
    assert signed(repository, SshSigner(key=key)) == commit
    assert info(repository, signed(repository, SshSigner(key=key), commit)).parents == (commit,)


def test_a_commit_signed_by_another_key_is_not_good(repository: Repository, key: Path, tmp_path: Path) -> None:
    commit = signed(repository, SshSigner(key=key))
    other = Signers(ssh=allowed(tmp_path / "allowed", make_key(tmp_path / "other")))
    assert repository.signature_of(commit, other).verdict != "good"
    assert repository.signature_of(commit, Signers()).verdict != "good"
    assert repository.signature_of(signed(repository, None), other).verdict == "none"


def test_a_commit_that_was_changed_is_bad(repository: Repository, key: Path, tmp_path: Path) -> None:
    git = repository.store.git
    raw = git.run("cat-file", "commit", signed(repository, SshSigner(key=key))).out
    forged = git.run(
        "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.replace(b"Source-Sha: 1", b"Source-Sha: 2")
    )
    signers = Signers(ssh=allowed(tmp_path / "allowed", key))
    assert repository.signature_of(forged.out.decode().strip(), signers).verdict == "bad"


def test_a_commit_signed_by_gpg_is_good_if_the_key_is_in_the_file(
    repository: Repository, home: Path, tmp_path: Path
) -> None:
    commit = signed(repository, GpgSigner(key="robot@example.org", home=home))
    keys = tmp_path / "keys.asc"
    keys.write_bytes(gpg(home, "--armor", "--export", "robot@example.org"))
    assert repository.signature_of(commit, Signers(gpg=keys)) == ("good", "Robot <robot@example.org>")
    assert repository.signature_of(commit, Signers()).verdict == "unknown"
    keys.write_text("no key")
    (found,) = refused(repository.signature_of, commit, Signers(gpg=keys))
    assert found.code == "EW729"


def test_a_file_of_allowed_signers_that_is_not_there_is_told(repository: Repository, tmp_path: Path) -> None:
    (found,) = refused(repository.signature_of, signed(repository, None), Signers(ssh=tmp_path / "gone"))
    assert (found.code, found.summary.rpartition("/")[2]) == ("EW729", "gone cannot be read: no such file or directory")


def test_a_key_that_cannot_sign_is_told(repository: Repository, key: Path, tmp_path: Path) -> None:
    (found,) = refused(signed, repository, SshSigner(key=tmp_path / "gone"))
    assert (found.code, found.summary) == ("EW729", "the commit could not be signed")
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "a passphrase", "-f", key], check=True, capture_output=True)
    (found,) = refused(signed, repository, SshSigner(key=key))
    assert found.code == "EW729"
