"""Over ssh, with a real sshd: its keys, those of its hosts, and connections that end in between."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Remote, SshFiles
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Landed
from envwright.model.diagnostic import Diagnostic
from tests.adapters.git.drafts import draft, git, history, proposal
from tests.support.ssh_server import SshServer, make_key, sshd
from tests.support.stacks import refused

# ends the process that serves the connection, once
CUT = '#!/bin/sh\n[ -e {done} ] || {{ touch {done}; kill -9 "$SESSION"; sleep 1; }}\n'


@pytest.fixture
def ssh(tmp_path: Path) -> SshServer:
    sshd()
    return SshServer(tmp_path / "ssh")


@pytest.fixture
def running(ssh: SshServer) -> Iterator[SshServer]:
    with ssh.running():
        yield ssh


def opened(ssh: SshServer, server: Path, key: Path | None, known_hosts: Path | None = None) -> Repository:
    files = SshFiles(key=key, known_hosts=known_hosts or ssh.known_hosts)
    return Repository(Remote(url=ssh.url(server), credentials=files), ssh.folder / "cache")


def refusal(ssh: SshServer, server: Path, key: Path | None = None, known_hosts: Path | None = None) -> Diagnostic:
    (found,) = refused(opened(ssh, server, key or ssh.key, known_hosts).__enter__)
    assert (found.code, found.summary) == ("EW722", f"{ssh.url(server)} cannot be read")
    return found


@pytest.mark.parametrize("settings", [(), ("AcceptEnv NOTHING",)], ids=["forge", "plain"])
def test_a_key_opens_what_is_fetched_and_pushed(ssh: SshServer, server: Path, settings: tuple[str, ...]) -> None:
    """A plain server is told of no version of git's protocol, so that it speaks the first."""
    with ssh.running(*settings), opened(ssh, server, ssh.key) as repository:
        for number in ("1", "2"):
            assert isinstance(land(repository, [proposal("shop", draft(number, plan=number))])[0], Landed)
        commit = repository.fetch(["main"])["main"]
        file = repository.files_in(commit, "shop")["plan"]
        assert repository.read([file.blob]) == {file.blob: b"2"}
        assert set(repository.branches()) == {"main"}
    assert history(server) == ["1", "2"]


def test_a_host_that_is_not_known_is_refused(running: SshServer, server: Path, tmp_path: Path) -> None:
    nobody = tmp_path / "nobody"
    nobody.touch()
    found = refusal(running, server, known_hosts=nobody)
    assert "No ED25519 host key is known for" in found.detail
    assert found.hint.startswith("put the host's key, as its owner publishes it, into the file")
    assert nobody.read_text() == ""


def test_a_host_that_shows_another_key_is_refused(ssh: SshServer, server: Path) -> None:
    ssh.take_host_key("another")
    with ssh.running():
        found = refusal(ssh, server)
    assert found.hint.startswith("the host shows another key than the known one")


def test_a_key_that_the_server_does_not_know_is_refused(running: SshServer, server: Path, tmp_path: Path) -> None:
    found = refusal(running, server, key=make_key(tmp_path / "other"))
    assert "Permission denied (publickey)" in found.detail
    assert found.hint.startswith("see whether the server knows the key")


def test_a_key_that_asks_for_a_passphrase_asks_nobody(running: SshServer, server: Path, tmp_path: Path) -> None:
    key = make_key(tmp_path / "locked", "a passphrase")
    with (running.folder / "authorized_keys").open("a") as allowed:
        allowed.write(key.with_suffix(".pub").read_text())
    assert refusal(running, server, key=key).hint.endswith("and it has no passphrase")


def test_a_key_that_others_can_read_is_refused(running: SshServer, server: Path) -> None:
    running.key.chmod(0o644)
    assert refusal(running, server).hint == "make the file of the key readable for its owner alone: chmod 600"


def test_an_agent_is_asked_only_where_no_key_is_given(
    running: SshServer, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    assert agent.stdout is not None
    agent.stdout.readline()  # it listens
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", running.key], check=True)
        refusal(running, server, key=make_key(tmp_path / "other"))
        with opened(running, server, None) as repository:
            assert repository.branches() == {}
    finally:
        agent.terminate()
        agent.wait()
        agent.stdout.close()


@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_a_push_whose_connection_is_cut_lands_once(running: SshServer, server: Path, tmp_path: Path, hook: str) -> None:
    done = tmp_path / "done"
    (server / "hooks").mkdir(exist_ok=True)
    script = server / "hooks" / hook
    script.write_text(CUT.format(done=done))
    script.chmod(0o755)
    with opened(running, server, running.key) as repository:
        (landed,) = land(repository, [proposal("shop", draft("one", plan="1"))])
    assert isinstance(landed, Landed)
    assert done.exists()
    assert history(server) == ["one"]
    assert git(server, "rev-parse", "main").strip() == landed.commit


def test_a_server_that_is_gone_is_told(ssh: SshServer, server: Path) -> None:
    assert refusal(ssh, server).hint.startswith("see whether the server can be reached from here")


def test_without_ssh_the_client_is_asked_for(
    ssh: SshServer, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "env", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(programs))
    assert refusal(ssh, server).hint == "install the client of OpenSSH, or use an https:// URL"
