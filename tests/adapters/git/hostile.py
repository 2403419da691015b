"""Repositories that mean harm, made of raw objects, for git itself refuses to."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.adapters.git.drafts import git

Entry = tuple[str, str, str]  # mode, name, object
FILE, LINK, FOLDER, SUBMODULE = "100644", "120000", "40000", "160000"


def blob(server: Path, text: str) -> str:
    return git(server, "hash-object", "-w", "--stdin", stdin=text).strip()


def tree(server: Path, entries: Sequence[Entry]) -> str:
    """Make a tree that has its entries as they stand: any names, in any order, twice if need be."""
    data = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(item) for mode, name, item in entries)
    command = ["git", "-C", server, "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode().strip()


def branch(server: Path, root: str, name: str = "main") -> str:
    """Make a branch of one commit, whose tree is `root`."""
    who = ["-c", "user.name=Eve", "-c", "user.email=eve@example.org"]
    commit = git(server, *who, "commit-tree", "-m", "eve", root).strip()
    git(server, "update-ref", f"refs/heads/{name}", commit)
    return commit
