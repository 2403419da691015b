"""Drafts and proposals in one line each, and what a server holds afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path

from envwright.adapters.git.values import Draft, Identity, Proposal

ROBOT = Identity(name="Robot", email="robot@example.org")


def draft(message: str = "shop\n\nSource-Sha: 1\n", **files: str) -> Draft:
    """Make a draft; a name's `__` stands for `/`."""
    return Draft(
        files={name.replace("__", "/"): text.encode() for name, text in files.items()},
        message=message,
        author=ROBOT,
        committer=ROBOT,
        date="1700000000 +0100",
    )


def proposal(directory: str, made: Draft | None, branch: str = "main") -> Proposal:
    return Proposal(branch=branch, directory=directory, draft=lambda _base: made)


def git(server: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(["git", "-C", server, *arguments], input=stdin, check=True, capture_output=True, text=True)
    return done.stdout


def tree(server: Path, branch: str = "main") -> list[str]:
    return git(server, "ls-tree", "-r", "--name-only", branch).splitlines()


def history(server: Path, branch: str = "main") -> list[str]:
    """Return the subjects of a branch, oldest first; fail unless it is a line."""
    lines = git(server, "log", "--reverse", "--format=%P|%s", branch).splitlines()
    assert all(" " not in line.partition("|")[0] for line in lines), "a merge"
    return [line.partition("|")[2] for line in lines]
