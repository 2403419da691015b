"""A GitHub in memory: the npm package `emulate`, with a repository whose branches tests make.

It covers pull requests, labels, refs, git objects and the ways to merge. It does not cover commit statuses (404),
limits, redirects, rights (it takes any token), protected branches and drafts; a pull request does not follow when its
branch moves, outlives its branch, and a merge that is not possible is 422 where GitHub says 405. Those stand in
`test_shapes.py`, over GitHub's own description of its API, and what comes of a merge in `tests/envrepo`, with git.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from envwright.adapters.forge.address import ForgeAddress

HERE = Path(__file__).parent
TOKEN = "the-token"


class Emulator:
    """A running emulator; `address` is the repository's."""

    def __init__(self, url: str) -> None:
        self.address = ForgeAddress(url, "ada", "environments")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.client = httpx.Client(base_url=f"{url}/repos/ada/environments/", headers=headers)

    def ask(self, method: str, path: str, **content: Any) -> Any:
        """Make a request that must succeed."""
        answer = self.client.request(method, path, json=content or None)
        assert answer.is_success, answer.text
        return answer.json()

    def commit(self, text: str, parent: str = "") -> str:
        """Make a commit with one file, and return its id."""
        blob = self.ask("POST", "git/blobs", content=text, encoding="utf-8")["sha"]
        entry = {"path": "plan.json", "mode": "100644", "type": "blob", "sha": blob}
        tree = self.ask("POST", "git/trees", tree=[entry])["sha"]
        parents = [parent] if parent else []
        return str(self.ask("POST", "git/commits", message=text, tree=tree, parents=parents)["sha"])

    def branch(self, name: str, commit: str) -> None:
        """Make a branch."""
        self.ask("POST", "git/refs", ref=f"refs/heads/{name}", sha=commit)

    def tip(self, name: str) -> str:
        """Return the commit at the tip of a branch."""
        return str(self.ask("GET", f"git/ref/heads/{name}")["object"]["sha"])


@contextmanager
def running() -> Iterator[Emulator]:
    """Run an emulator; it ends with the block."""
    command = ["node", HERE / "emulator.mjs"]
    with subprocess.Popen(
        command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            found = Emulator(process.stdout.readline().strip())
            with found.client:
                yield found
        finally:
            process.stdin.close()
