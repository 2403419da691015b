"""A program that lands commits, one after another, until all are there: what is started many times over, and killed.

`python -m tests.adapters.git.committer URL CACHE NAME COUNT [BRANCH]`, the password on its standard input. Each commit
has `NAME NUMBER` as its subject, and its directory holds the number: a committer that starts again goes on where the
branch says that it was.
"""

from __future__ import annotations

import sys
from pathlib import Path

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base, Budget, Draft, Landed, Proposal, Unchanged
from tests.adapters.git.drafts import draft


def main(url: str, cache: str, name: str, count: str, branch: str = "main") -> None:
    secret = sys.stdin.readline().strip()
    given = Password(scope=url.rpartition("/")[0], user="robot", secret=secret) if secret else None
    with Repository(Remote(url=url, credentials=given), Path(cache)) as repository:

        def following(base: Base) -> Draft | None:
            number = number_at(repository, base) + 1
            return draft(f"{name} {number}\n", number=str(number)) if number <= int(count) else None

        wanted = Proposal(branch=branch, directory=f"shop/{name}", draft=following)
        while not isinstance(outcome := land(repository, [wanted], Budget(seconds=3600, refusals=1000))[0], Unchanged):
            assert isinstance(outcome, Landed), outcome


def number_at(repository: Repository, base: Base) -> int:
    """Return how many commits of this committer are on the branch."""
    if base.commit is None or base.tree is None:
        return 0
    blob = repository.files_in(base.commit, base.directory)["number"].blob
    return int(repository.read([blob])[blob])


if __name__ == "__main__":
    main(*sys.argv[1:])
