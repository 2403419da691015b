"""The commands on an environment repository behind ssh, with a deploy key of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envwright.cli.main import run
from tests.support.ssh_server import SshServer, make_key, sshd
from tests.support.two_repositories import Repositories


def test_a_deploy_key_and_a_file_of_known_hosts_are_all_it_takes(
    repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sshd()
    server = SshServer(tmp_path / "ssh")
    monkeypatch.chdir(repositories.file.parent)
    monkeypatch.setenv("ENVWRIGHT_REPO", server.url(repositories.bare))
    monkeypatch.setenv("ENVWRIGHT_GIT_SSH_KEY", str(server.key))
    monkeypatch.setenv("ENVWRIGHT_GIT_KNOWN_HOSTS", str(server.known_hosts))
    with server.running():
        assert run(["commit", "--env", "production", "-o", "json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert made["commit"] == repositories.tip()
        assert run(["verify", made["commit"]]) == 0
        assert run(["status"]) == 0
        monkeypatch.setenv("ENVWRIGHT_GIT_SSH_KEY", str(make_key(tmp_path / "other")))
        assert run(["verify", made["commit"]]) == 1
        said = capsys.readouterr().err
        assert "error[EW722]" in said
        assert "see whether the server knows the key that ENVWRIGHT_GIT_SSH_KEY names" in said
        monkeypatch.setenv("ENVWRIGHT_GIT_SSH_KEY", str(tmp_path / "nothing"))
        assert run(["commit", "--env", "production"]) == 1
        assert "nothing cannot be read: no such file or directory" in capsys.readouterr().err
