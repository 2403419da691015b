"""Where `-next` branches begin: what is proposed on one stands on what the environment's branch has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Pushed, Update
from envwright.envrepo.place import NEXT
from envwright.model.diagnostic import Diagnostic, diagnostic, refuse

# commits that are looked at, of all branches together, and of each at least
IN_ALL = 1_000
OF_EACH = 20


class Starts(NamedTuple):
    """How `-next` branches have to be moved before anything is proposed on them; `dropped` have what is lost then."""

    updates: tuple[Update, ...] = ()
    dropped: tuple[str, ...] = ()

    def push(self, repository: Repository) -> None:
        """Move the branches. Raises Refused (EW727) if somebody else moved one elsewhere meanwhile."""
        for branch, result in (repository.push(self.updates) if self.updates else {}).items():
            if not isinstance(result, Pushed):
                raise refuse("EW727", f"{branch} was moved by others while it was pushed", hint="try again")

    def warnings(self) -> Iterator[Diagnostic]:
        """Yield a warning (EW772) for every branch that loses what was proposed on it and is not merged."""
        for branch in self.dropped:
            live = branch.removesuffix(NEXT)
            fault = f"{live} moved on without what was proposed on {branch}, which begins again there"
            yield diagnostic(
                "warning", "EW772", fault, hint="other environments on the branch have to be proposed again"
            )


def starts_of(repository: Repository, branches: Collection[str]) -> Starts:
    """Return how `-next` branches have to be moved so that each has all that the branch without the ending has.

    That is a hold, pins, a rollback. What was proposed beside them would, once it is merged, bring back what a rollback
    took back, in files that git puts together unseen.
    """
    if not branches:
        return Starts()
    pairs = [(branch, branch.removesuffix(NEXT)) for branch in sorted(branches)]
    depth = max(OF_EACH, IN_ALL // len(pairs))
    found = repository.latest({branch for pair in pairs for branch in pair}, depth)
    behind = [(branch, live) for branch, live in pairs if live in found and found[live][0] not in found.get(branch, ())]
    return Starts(
        tuple(
            Update(branch=branch, commit=found[live][0], expected=found[branch][0] if branch in found else None)
            for branch, live in behind
        ),
        tuple(branch for branch, live in behind if branch in found and found[branch][0] not in found[live]),
    )
