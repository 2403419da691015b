"""A bare repository on this machine, and a client of it with a cache of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """Return an empty bare repository that takes what a forge takes."""
    bare = tmp_path / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    subprocess.run(["git", "-C", bare, "config", "uploadpack.allowFilter", "true"], check=True)
    return bare


@pytest.fixture
def repository(server: Path, tmp_path: Path) -> Iterator[Repository]:
    with Repository(Remote(url=str(server)), tmp_path / "cache") as opened:
        yield opened
