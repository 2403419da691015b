"""From drafts to commits on their branches, however many others commit at the same time."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import (
    Budget,
    Draft,
    Failed,
    Landed,
    NewCommit,
    Outcome,
    Proposal,
    Pushed,
    Unchanged,
    Update,
)
from envwright.model.diagnostic import diagnostic


def land(repository: Repository, proposals: Sequence[Proposal], budget: Budget | None = None) -> tuple[Outcome, ...]:
    """Commit and push; the outcomes are in the order of the proposals.

    Proposals of one branch become one commit each, on top of one another, and land together.
    """
    allowed = budget or Budget()
    until = time.monotonic() + allowed.seconds
    known: dict[int, tuple[str | None, Draft | None]] = {}
    outcomes: dict[int, Outcome] = {}
    refused = 0
    delay = 0.05
    while True:
        open_ = [index for index in range(len(proposals)) if index not in outcomes]
        tips = dict(repository.fetch({proposals[index].branch for index in open_}))
        expected = dict(tips)
        made: dict[int, Outcome] = {}
        for index in open_:
            wanted = proposals[index]
            base = repository.base(wanted.branch, tips.get(wanted.branch), wanted.directory)
            if index not in known or known[index][0] != base.tree:
                known[index] = (base.tree, wanted.draft(base))
            draft = known[index][1]
            if draft is None:
                outcomes[index] = Unchanged(base)
                continue
            commit = repository.commit(NewCommit(parent=base.commit, directory=wanted.directory, draft=draft))
            tips[wanted.branch] = commit
            made[index] = Landed(base, commit)
        moved = [
            Update(branch=branch, commit=tip, expected=expected.get(branch))
            for branch, tip in tips.items()
            if tip != expected.get(branch)
        ]
        if not moved:
            break
        results = repository.push(moved)
        outcomes |= {i: made[i] for i in made if isinstance(results[made[i].base.branch], Pushed)}
        lost = [new for new in moved if not isinstance(results[new.branch], Pushed)]
        if not lost:
            break
        refused += any(results[new.branch].tip == new.expected for new in lost)  # type: ignore[union-attr]  # rejected
        if time.monotonic() > until or refused >= allowed.refusals:
            why = diagnostic("error", "EW727", "the push did not land")
            for index, outcome in made.items():
                outcomes.setdefault(index, Failed(outcome.base, why))
            break
        time.sleep(random.uniform(0, delay))  # noqa: S311  # who waits how long is no secret
        delay = min(delay * 2, 2.0)
    return tuple(outcomes[index] for index in range(len(proposals)))
