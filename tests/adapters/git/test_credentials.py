"""Credentials reach the server they are for, and nothing else: no URL, argument, variable, file or message."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Password, Remote, SshFiles, scheme_of
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Budget, Failed, Landed
from envwright.model.diagnostic import Refused
from tests.adapters.git.conftest import SECRET
from tests.adapters.git.drafts import draft, proposal
from tests.support.git_server import GitServer, served
from tests.support.stacks import refused

BRIEF = Budget(refusals=1)


def refusal(url: str, credentials: Password | SshFiles | None = None) -> str:
    (found,) = refused(scheme_of, Remote(url=url, credentials=credentials))
    assert found.code == "EW721"
    return found.summary


def test_a_server_that_asks_for_a_password_gets_it(remote: Remote, http: GitServer, tmp_path: Path) -> None:
    with Repository(remote, tmp_path / "cache") as repository:
        assert isinstance(land(repository, [proposal("shop", draft(plan="1"))])[0], Landed)
    assert {request.user for request in http.requests} == {"", "robot"}


def below(process: int) -> Iterator[Path]:
    """Yield the processes that one has started, and those that they did; of them all /proc may have thousands."""
    children: list[str] = []
    with suppress(OSError):  # it may end at any moment
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            children += thread.read_text().split()
    for child in children:
        yield Path(f"/proc/{child}")
        yield from below(int(child))


@pytest.mark.skipif(
    not Path("/proc/thread-self/children").exists(), reason="looks at processes in /proc, which Linux has"
)
def test_the_secret_is_in_no_process_and_no_file(remote: Remote, http: GitServer, tmp_path: Path) -> None:
    seen, done = set[str](), threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            for process in below(os.getpid()):
                for name in ("cmdline", "environ"):
                    try:
                        text = (process / name).read_bytes()
                    except OSError:
                        continue
                    if b"git-remote-http" in text or b"ENVWRIGHT_ASKED" in text:
                        seen.add(name)
                    if SECRET.encode() in text:
                        seen.add(f"the secret in {name}: {text!r}")

    watcher = threading.Thread(target=watch)
    watcher.start()
    with Repository(remote, tmp_path / "cache") as repository:
        for number in range(3):
            land(repository, [proposal("shop", draft(plan=str(number)))])
    done.set()
    watcher.join()
    assert seen == {"cmdline", "environ"}  # git was caught at work, its arguments and variables both
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_no_message_has_the_secret_even_if_the_server_repeats_it(remote: Remote, server: Path, tmp_path: Path) -> None:
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho 'no \033[31m{SECRET} here' >&2\nexit 1\n")
    hook.chmod(0o755)
    with Repository(remote, tmp_path / "cache") as repository:
        (failed,) = land(repository, [proposal("shop", draft(plan="1"))], BRIEF)
    assert isinstance(failed, Failed)
    assert SECRET not in repr(failed)
    assert "remote: no [31m*** here" in failed.why.detail


def test_a_wrong_password_is_refused_without_a_question(http: GitServer, tmp_path: Path) -> None:
    given = Password(scope=http.url(""), user="robot", secret="canary-wrong")
    with pytest.raises(Refused) as raised, Repository(Remote(url=http.url("envs.git"), credentials=given), tmp_path):
        pass
    (found,) = raised.value.diagnostics
    assert (found.code, found.summary) == ("EW722", f"{http.url('envs.git')} cannot be read")
    assert found.hint.startswith("see whether ENVWRIGHT_GIT_USER and ENVWRIGHT_GIT_PASSWORD are")
    assert "canary" not in repr(found)


def test_a_server_is_never_given_what_is_for_another(remote: Remote, http: GitServer, tmp_path: Path) -> None:
    with served(tmp_path, "robot", SECRET) as other:
        http.redirect = other.url("").rstrip("/")
        with pytest.raises(Refused), Repository(remote, tmp_path / "cache"):
            pass
        assert http.requests
        assert other.requests == []


@pytest.mark.parametrize(
    ("scope", "url", "inside"),
    [
        ("https://git.example.org", "https://git.example.org/team/envs.git", True),
        ("https://git.example.org/team/", "https://git.example.org/team/envs.git", True),
        ("https://git.example.org/team", "https://git.example.org/team/envs.git", True),
        ("https://git.example.org/team/envs.git", "https://git.example.org/team/envs.git", True),
        ("https://git.example.org/team", "https://git.example.org/teams/envs.git", False),
        ("https://git.example.org/team", "https://git.example.org/team/../other/envs.git", False),
        ("https://git.example.org", "https://git.example.org:8443/team/envs.git", False),
        ("https://git.example.org", "https://git.example.org.evil.test/envs.git", False),
        ("https://git.example.org", "http://git.example.org/envs.git", False),
        ("http://git.example.org", "http://git.example.org/envs.git", False),  # in the clear
        ("http://127.0.0.1:80", "http://127.0.0.1:80/envs.git", True),
        ("https://git.example.org", "ssh://git@git.example.org/envs.git", False),
        ("https://git.example.org", "https://git.example.org/a'b/envs.git", False),
    ],
)
def test_a_password_is_for_one_host_and_what_is_below_a_path(scope: str, url: str, inside: bool) -> None:
    remote = Remote(url=url, credentials=Password(scope=scope, user="robot", secret=SECRET))
    if inside:
        assert scheme_of(remote) == url.partition(":")[0]
    else:
        assert SECRET not in refusal(url, remote.credentials)


@pytest.mark.parametrize("secret", ["", "two\nlines", "x" * 3000, "nul\0"])
def test_a_secret_is_one_line(secret: str) -> None:
    assert "line breaks" in refusal("https://h/x.git", Password(scope="https://h", user="robot", secret=secret))


@pytest.mark.parametrize(
    "url",
    [
        "https://robot:canary@git.example.org/envs.git",
        "https://canary@git.example.org/envs.git",
        "ssh://git:canary@git.example.org/envs.git",
        "https://git.example.org/envs.git?token=canary",
        "https://git.example.org/envs.git#canary",
        "ext::sh -c touch% canary",
        "ext://canary",
        "fd::17/canary",
        "git://git.example.org/canary.git",
        "ftp://git.example.org/canary.git",
        "-oProxyCommand=canary",
        "ssh://-oProxyCommand=canary/envs.git",
        "-oProxyCommand=canary:envs.git",
        "git@git.example.org:-canary",
        "canary/envs.git",
        "file://host/canary.git",
        "https://git.example.org/canary\n.git",
        "https://[canary/envs.git",
        "https:///canary.git",
        "",
    ],
)
def test_a_url_that_is_not_plain_is_refused_and_not_repeated(url: str) -> None:
    assert "canary" not in refusal(url)


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("/srv/envs.git", "file"),
        ("file:///srv/envs.git", "file"),
        ("https://git.example.org/team/envs.git", "https"),
        ("https://[::1]:8443/envs.git", "https"),
        ("ssh://git@git.example.org:22/envs.git", "ssh"),
        ("git@git.example.org:team/envs.git", "ssh"),
        ("git.example.org:team/envs.git", "ssh"),
    ],
)
def test_the_usual_urls_are_taken(url: str, scheme: str) -> None:
    assert scheme_of(Remote(url=url)) == scheme


def test_the_secret_is_not_in_the_text_of_its_value() -> None:
    given = Password(scope="https://h", user="robot", secret=SECRET)
    assert SECRET not in repr(given)
    assert SECRET not in repr(Remote(url="https://h/x", credentials=given))
