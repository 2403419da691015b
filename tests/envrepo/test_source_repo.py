"""The source read from its server: by an auditor who has no clone of it, over HTTP that asks for a password."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from envwright import envrepo
from envwright.adapters.git.address import SOURCE, remote_of
from envwright.adapters.git.remote import Remote
from envwright.cli.main import run
from tests.support.git_server import GitServer, served
from tests.support.stacks import codes, refused
from tests.support.two_repositories import Repositories

SECRET = "canary-of-the-source"


class Server:
    """The source behind HTTP; what is pushed there is what an auditor can read."""

    def __init__(self, repositories: Repositories, http: GitServer) -> None:
        self.repositories = repositories
        self.http = http
        self.url = http.url("source.git")
        self.push("main")

    def push(self, *refspecs: str) -> None:
        self.repositories.git("push", "--quiet", "--force", str(self.http.root / "source.git"), *refspecs)

    @property
    def remote(self) -> Remote:
        return remote_of(self.url, SOURCE)

    def source(self, file: str = "deploy/services.yaml", **options: object) -> envrepo.Source:
        return envrepo.Source(file=file, remote=self.remote, **options)  # type: ignore[arg-type]  # by name

    def verify(self, commit: str = "env/demo/production", **options: object) -> envrepo.Verified:
        remote = self.repositories.remote
        return envrepo.verify(envrepo.VerifyRequest(commit=commit, remote=remote, source=self.source(**options)))  # type: ignore[arg-type]  # by name


@pytest.fixture
def server(repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ENVWRIGHT_SOURCE_USER", "auditor")
    monkeypatch.setenv("ENVWRIGHT_SOURCE_PASSWORD", SECRET)
    root = tmp_path / "served"
    repositories.git("init", "--quiet", "--bare", "--initial-branch=main", str(root / "source.git"), at=tmp_path)
    repositories.git("config", "uploadpack.allowFilter", "true", at=root / "source.git")
    with served(root, "auditor", SECRET) as http:
        yield Server(repositories, http)


def forged(repositories: Repositories, name: str, value: str) -> str:
    """Give the last commit of production another trailer."""
    message = repositories.git("log", "-1", "--format=%B", "env/demo/production", at=repositories.bare)
    lines = [f"{name}: {value}" if line.startswith(f"{name}: ") else line for line in message.splitlines()]
    return repositories.push(repositories.checkout(), "\n".join(lines) + "\n")


def test_a_commit_is_proved_without_a_clone(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = server.repositories.commit()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    verified = server.verify(done.commit or "")
    assert (verified.commit, verified.plan_digest) == (done.commit, done.plan_digest)
    assert {request.user for request in server.http.requests} == {"", "auditor"}


def test_an_older_commit_is_found_in_the_history_of_a_branch(server: Server) -> None:
    first = server.repositories.commit()
    server.repositories.edit("replicas: 1", "replicas: 2")
    second = server.repositories.commit()
    server.push("main")
    assert server.verify(first.commit or "").commit == first.commit
    assert server.verify(second.commit or "").commit == second.commit


def test_a_tag_is_enough(server: Server) -> None:
    repositories = server.repositories
    repositories.git("checkout", "--quiet", "-b", "release")
    repositories.edit("replicas: 1", "replicas: 2")
    done = repositories.commit()
    assert codes(refused(server.verify, done.commit)) == ["EW728"]
    repositories.git("tag", "--annotate", "v2", "-m", "two")
    server.push("v2")
    assert server.verify(done.commit or "")


def test_what_no_branch_has_is_no_source_though_the_server_gives_it_out(server: Server) -> None:
    repositories = server.repositories
    repositories.git("checkout", "--quiet", "-b", "fork")
    repositories.edit("replicas: 1", "replicas: 9")
    done = repositories.commit()
    server.push("HEAD:refs/pull/7/head")  # as a forge keeps what somebody else proposes
    (found,) = refused(server.verify, done.commit)
    assert found.code == "EW781"
    server.push("fork")
    assert server.verify(done.commit or "")


def test_the_url_that_a_commit_names_is_told_and_never_read(server: Server, tmp_path: Path) -> None:
    with served(tmp_path, "auditor", SECRET) as other:
        server.repositories.git("remote", "set-url", "origin", other.url("source.git"))
        server.repositories.commit()
        (warning,) = server.verify().warnings
        assert (warning.code, warning.severity) == ("EW780", "warning")
        assert other.url("source.git") in warning.summary
        assert server.url in warning.summary
        assert other.requests == []


def test_another_spelling_of_the_url_is_the_same_source(server: Server) -> None:
    server.repositories.git("remote", "set-url", "origin", server.url.removesuffix(".git") + "/")
    server.repositories.commit()
    assert server.verify().warnings == ()


def test_a_forged_source_commit_is_found(server: Server) -> None:
    other = server.repositories.git("rev-parse", "HEAD")
    server.repositories.edit("replicas: 1", "replicas: 2")
    server.push("main")
    server.repositories.commit()
    commit = forged(server.repositories, "Source-Sha", other)
    assert set(codes(refused(server.verify, commit))) == {"EW743", "EW744"}
    assert codes(refused(server.verify, forged(server.repositories, "Source-Sha", "1" * 40))) == ["EW728"]


@pytest.mark.parametrize("file", ["../services.yaml", "/etc/passwd", "deploy/../../x.yaml"])
def test_a_forged_path_leads_nowhere(server: Server, file: str) -> None:
    server.repositories.commit()
    commit = forged(server.repositories, "Source-File", file)
    assert codes(refused(server.verify, commit)) in (["EW001"], ["EW022"])


def test_each_password_is_for_its_own_repository(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    done = server.repositories.commit()
    monkeypatch.delenv("ENVWRIGHT_SOURCE_PASSWORD")
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", SECRET)
    monkeypatch.setenv("ENVWRIGHT_GIT_USER", "auditor")
    (found,) = refused(server.verify, done.commit)
    assert (found.code, found.hint) == ("EW722", "pass a password or token in ENVWRIGHT_SOURCE_PASSWORD")
    assert {request.user for request in server.http.requests} == {""}


def test_no_secret_stays_in_the_cache(server: Server, tmp_path: Path) -> None:
    server.repositories.commit()
    server.verify()
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


Call = Callable[..., str]


@pytest.fixture
def call(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command that has to succeed, in a folder without a clone; returns what it prints."""
    (tmp_path / "audit").mkdir()
    monkeypatch.chdir(tmp_path / "audit")
    monkeypatch.setenv("ENVWRIGHT_REPO", str(server.repositories.bare))
    monkeypatch.setenv("ENVWRIGHT_SOURCE_REPO", server.url)

    def made(*arguments: str) -> str:
        code = run(arguments)
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return made


def test_every_command_does_without_a_clone(server: Server, call: Call) -> None:
    server.repositories.edit("busybox:1.37", "busybox:1.38")
    newer = server.repositories.edit('api: "1.4"', 'api: "1.5"')
    file = ("-f", "deploy/services.yaml")
    assert "production: " in call("commit", *file, "--env", "production")
    server.push("main")
    assert "1.4 → registry.example.org/api:1.5" in call("diff", *file, "--env", "production")
    assert json.loads(call("commit", "-f", "deploy", "--env", "staging", "-o", "json"))["changed"]
    assert call("verify", "env/demo/staging").endswith("files\n")
    assert call("promote", *file, "--from", "staging", "--to", "production", "--only", "api")
    production, staging = call("status", *file).splitlines()
    assert "  behind  " in production
    assert staging.endswith(f"from {newer[:12]}  current")
    assert "promoted from staging" in call("log", *file, "--env", "production")
    assert call("rollback", *file, "--env", "production")
    assert call("unhold", *file, "--env", "production")
    assert call("verify", "env/demo/production").endswith("files\n")
    assert "no slot" in call("prune-branches", *file)
    assert {request.user for request in server.http.requests} == {"", "auditor"}


@pytest.mark.parametrize("revision", ["main", "v1", "refs/heads/main", "HEAD", ""])
def test_a_revision_is_a_branch_a_tag_or_a_whole_id(server: Server, revision: str) -> None:
    repositories = server.repositories
    first = repositories.git("rev-parse", "HEAD")
    repositories.git("tag", "--annotate", "v1", "-m", "one")
    server.push("v1")
    target = envrepo.Target(remote=repositories.remote)
    production = (envrepo.Selected(environment="production"),)
    request = envrepo.CommitRequest(
        source=server.source(revision=revision or first), target=target, selected=production
    )
    (done,) = envrepo.commit(request)
    trailers = repositories.git("log", "-1", "--format=%(trailers)", done.commit or "", at=repositories.bare)
    assert f"Source-Sha: {first}\n" in trailers
    assert f"Source-Repo: {server.url}\n" in trailers


@pytest.mark.parametrize("revision", ["nothing", "1" * 40, "-x", "main~1", "*", "refs/pull/7/head"])
def test_a_name_of_nothing_is_refused(server: Server, revision: str) -> None:
    target = envrepo.Target(remote=server.repositories.remote)
    request = envrepo.CommitRequest(source=server.source(revision=revision), target=target)
    assert codes(refused(envrepo.commit, request)) == ["EW728"]
    assert server.source(revision="HEAD")


@pytest.mark.parametrize("file", ["/srv/services.yaml", "../services.yaml", ".git/config"])
def test_a_file_of_the_source_is_below_its_top(server: Server, file: str) -> None:
    target = envrepo.Target(remote=server.repositories.remote)
    request = envrepo.CommitRequest(source=server.source(file), target=target)
    assert codes(refused(envrepo.commit, request)) == ["EW900"]


def test_what_is_older_is_told_from_the_history_of_the_server(server: Server) -> None:
    repositories = server.repositories
    older = repositories.git("rev-parse", "HEAD")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    server.push("HEAD:refs/pull/7/head")
    target = envrepo.Target(remote=repositories.remote)
    production = (envrepo.Selected(environment="production"),)
    request = envrepo.CommitRequest(source=server.source(revision=older), target=target, selected=production)
    (done,) = envrepo.commit(request)
    assert [found.code for found in done.failed] == ["EW738"]
    (done,) = envrepo.commit(request.but(allow_older=True))
    assert done.changed
