"""A bare repository on this machine, by itself or behind HTTP, and clients with caches of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.repository import Repository
from tests.support.git_server import GitServer, served

SECRET = "canary-of-the-password"


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """Return an empty bare repository that takes what a forge takes."""
    bare = tmp_path / "server/envs.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    for key, value in {"uploadpack.allowFilter": "true", "http.receivepack": "true"}.items():
        subprocess.run(["git", "-C", bare, "config", key, value], check=True)
    return bare


@pytest.fixture
def repository(server: Path, tmp_path: Path) -> Iterator[Repository]:
    with Repository(Remote(url=str(server)), tmp_path / "cache") as opened:
        yield opened


@pytest.fixture
def http(server: Path) -> Iterator[GitServer]:
    """Serve the repository over HTTP, to the user `robot` alone."""
    with served(server.parent, "robot", SECRET) as running:
        yield running


@pytest.fixture
def remote(http: GitServer) -> Remote:
    return Remote(url=http.url("envs.git"), credentials=Password(scope=http.url(""), user="robot", secret=SECRET))
