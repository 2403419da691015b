"""A source repository with a small stack, and a bare environment repository, both real and on this disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envwright import envrepo
from envwright.adapters.git.remote import Remote
from envwright.envrepo.requests import Selected
from envwright.model.forge import Forge
from tests.support.stacks import stack, write

SPEC = """
environments: {production: {}, staging: {}, ai: {kind: slot, slots: {max: 9}}}
versions: {api: "1.4"}
images: {api: {type: external, from: "registry.example.org/api:{{ .Versions.api }}"}}
services:
  - name: api
    image: api
    workload: {kind: deployment, replicas: 1, env: {HOST: '{{ envOr "SMTP_HOST" "none" }}'}}
  - name: web
    workload: {kind: deployment, image: "nginx:1.29", ports: [{name: http, port: 80}]}
  - name: jobs
    workload: {kind: deployment, image: "busybox:1.37"}
"""
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada Lovelace",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Lovelace",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}
START = 1_700_000_000


class Repositories:
    """Both repositories below one folder; every commit of the source is an hour after the one before."""

    def __init__(self, folder: Path, spec: str = SPEC) -> None:
        self.folder = folder
        self.source = folder / "source"
        self.bare = folder / "environments.git"
        self.hours = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), at=folder)
        self.git("init", "--quiet", "--initial-branch=main", str(self.source), at=folder)
        self.git("remote", "add", "origin", "https://robot:hunter2@git.example.org/demo.git")
        self.change({"deploy/services.yaml": stack(spec)})

    @property
    def remote(self) -> Remote:
        """The environment repository."""
        return Remote(url=str(self.bare))

    @property
    def file(self) -> Path:
        """The stack's root file."""
        return self.source / "deploy/services.yaml"

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """Run git in the source, or elsewhere, and return what it prints."""
        date = f"@{START + self.hours * 3600} +0100"
        environment = {**os.environ, **IDENTITY, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", *arguments], cwd=at or self.source, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def change(self, files: Mapping[str, str], message: str = "a change") -> str:
        """Commit files to the source and return the commit."""
        write(self.source, files)
        self.hours += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, old: str, new: str, message: str = "a change") -> str:
        """Replace a text of the stack and commit that; return the commit."""
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        return self.change({"deploy/services.yaml": text.replace(old, new)}, message)

    def commit(self, environment: str = "production", slot: int = 0, **options: Any) -> envrepo.Committed:
        """Commit one environment."""
        (done,) = self.commit_all((Selected(environment=environment, slot=slot),), **options)
        return done

    def commit_all(
        self,
        selected: tuple[Selected, ...] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        public: frozenset[str] = frozenset(),
        revision: str = "HEAD",
        branch: str = "",
        path: str | None = None,
        proposed: bool = False,
        forge: Forge | None = None,
        **options: Any,
    ) -> tuple[envrepo.Committed, ...]:
        """Commit environments, all without slots unless some are selected; propose them where there is a forge."""
        source = envrepo.Source(file=str(self.file), revision=revision, variables=variables or {}, public=public)
        target = envrepo.Target(remote=self.remote, branch=branch, path=path, proposed=proposed)
        request = envrepo.CommitRequest(source=source, target=target, selected=selected, **options)
        return envrepo.commit(request, forge)

    def verify(self, commit: str, variables: Mapping[str, str] | None = None, **options: Any) -> envrepo.Verified:
        """Verify a commit against the source."""
        source = envrepo.Source(file=str(self.file), variables=variables or {})
        return envrepo.verify(envrepo.VerifyRequest(commit=commit, remote=self.remote, source=source, **options))

    def show(self, path: str, revision: str = "env/demo/production") -> str:
        """Return a file of the environment repository."""
        return self.git("show", f"{revision}:{path}", at=self.bare)

    def tip(self, branch: str = "env/demo/production") -> str:
        """Return the commit that a branch of the environment repository is at."""
        return self.git("rev-parse", f"refs/heads/{branch}", at=self.bare)

    def checkout(self, branch: str = "env/demo/production") -> Path:
        """Return a new work tree of the environment repository, for a hand that edits it."""
        place = self.folder / f"hand-{len(list(self.folder.iterdir()))}"
        self.git("clone", "--quiet", "--branch", branch, str(self.bare), str(place), at=self.folder)
        return place

    def push(self, place: Path, message: str = "", branch: str = "env/demo/production") -> str:
        """Commit all of a work tree in place of its last commit, under its message or another; return the commit."""
        self.git("add", "--all", at=place)
        said = ("-m", message) if message else ("--no-edit",)
        self.git("commit", "--quiet", "--amend", "--allow-empty", *said, at=place)
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}", at=place)
        return self.git("rev-parse", "HEAD", at=place)
