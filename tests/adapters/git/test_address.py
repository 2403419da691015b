"""What a user types for the environment repository, and the credentials that go with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.adapters.git.address import remote_of
from envwright.adapters.git.remote import Password, Remote, SshFiles, scheme_of
from tests.support.stacks import refused

NAMES = ("GIT_USER", "GIT_PASSWORD", "GIT_SSH_KEY", "GIT_KNOWN_HOSTS")


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"ENVWRIGHT_{name}", raising=False)


# in the short form a path is relative to the user's home on the server, which no URL of ssh:// can say everywhere
@pytest.mark.parametrize("address", ["git@git.example.org:team/envs.git", "git.example.org:envs.git", "u@h:~/x.git"])
def test_the_short_form_of_ssh_is_kept_as_it_is(address: str) -> None:
    assert remote_of(address) == Remote(url=address, credentials=SshFiles())
    assert scheme_of(remote_of(address)) == "ssh"


def test_what_is_no_address_of_a_server_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for address in ("environments.git", "./host:path", "-x", "-oProxyCommand=x:y"):
        assert Path(remote_of(address).url) == tmp_path / address


def test_files_of_ssh_are_named_by_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, hosts = tmp_path / "key", tmp_path / "hosts"
    monkeypatch.setenv("ENVWRIGHT_GIT_SSH_KEY", str(key))
    for url in ("ssh://git@git.example.org/envs.git", "git@git.example.org:envs.git"):
        assert remote_of(url).credentials == SshFiles(key=key)
    monkeypatch.setenv("ENVWRIGHT_GIT_KNOWN_HOSTS", str(hosts))
    remote = remote_of("ssh://git@git.example.org/envs.git")
    assert remote.credentials == SshFiles(key=key, known_hosts=hosts)
    assert remote_of("https://git.example.org/envs.git").credentials is None
    (found,) = refused(scheme_of, remote)
    assert (found.code, found.summary) == ("EW721", f"{key} cannot be read: no such file or directory")


def test_a_password_is_for_http_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "canary")
    url = "https://git.example.org/envs.git"
    assert remote_of(url).credentials == Password(scope=url, user="x-access-token", secret="canary")
    assert remote_of("ssh://git@git.example.org/envs.git").credentials == SshFiles()
