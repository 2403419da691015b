"""From drafts to commits on their branches, however many others commit at the same time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.store import tracking
from envwright.adapters.git.values import (
    Base,
    Budget,
    Draft,
    Failed,
    Landed,
    NewCommit,
    Outcome,
    Proposal,
    Unchanged,
    Update,
)
from envwright.model.diagnostic import Refused, diagnostic

LONGEST_PAUSE = 20.0  # seconds
RENEW_AFTER = 3  # pushes that fail while nobody moves the branch: the cache may be what is broken


def land(
    repository: Repository,
    proposals: Sequence[Proposal],
    budget: Budget | None = None,
    ahead: Callable[[Sequence[Base]], None] | None = None,
) -> tuple[Outcome, ...]:
    """Commit and push; the outcomes are in the order of the proposals.

    `ahead` is told what the proposals find at first, before any of them makes its draft: it may read for all at once.

    Proposals of one branch become one commit each, on top of one another, and land together. Where others moved the
    branch, the same directories are put on its new tip; a draft is made again only if its directory changed. Raises
    Refused: what the drafts raise, what `Repository.fetch` and `Repository.commit` do. A push that does not land is
    Failed, with EW727.
    """
    places: dict[str, list[int]] = {}
    for index, proposal in enumerate(proposals):
        places.setdefault(proposal.branch, []).append(index)
    tips = repository.fetch(places)
    if ahead is not None:
        ahead([repository.base(wanted.branch, tips.get(wanted.branch), wanted.directory) for wanted in proposals])
    every = [Series(repository, [proposals[index] for index in found]) for found in places.values()]
    for series in every:
        series.put_on(tips.get(series.branch))
    _push(repository, every, budget or Budget())
    outcomes = dict(
        pair
        for series, found in zip(every, places.values(), strict=True)
        for pair in zip(found, series.made, strict=True)
    )
    return tuple(outcomes[index] for index in range(len(proposals)))


class Series:
    """The proposals of one branch, as commits on top of one another."""

    def __init__(self, repository: Repository, proposals: Sequence[Proposal]) -> None:
        self.repository = repository
        self.proposals = proposals
        self.branch = proposals[0].branch
        self.made: list[Outcome] = []  # what becomes of each proposal once the branch is pushed
        self.update: Update | None = None  # the push, if there is anything to push
        self.tip: str | None = None
        self.refusals = 0  # pushes that did not land while nobody else moved the branch
        self._drafts: dict[int, tuple[str | None, Draft | None]] = {}  # by place: the tree it was made against

    def put_on(self, tip: str | None) -> None:
        """Make the commits on a tip of the branch (None: there is no branch yet)."""
        self.tip, self.made = tip, []
        commit = tip
        for place, proposal in enumerate(self.proposals):
            base = self.repository.base(self.branch, commit, proposal.directory)
            draft = self._draft(place, proposal, base)
            if draft is None:
                self.made.append(Unchanged(base))
                continue
            commit = self.repository.commit(NewCommit(parent=commit, directory=proposal.directory, draft=draft))
            self.made.append(Landed(base, commit))
        moves = commit is not None and commit != tip
        self.update = Update(branch=self.branch, commit=commit, expected=tip) if commit and moves else None

    def look(self, commits: tuple[str, ...]) -> bool:
        """Return whether the push landed after all, by the commits of the branch; else put it on what is there."""
        if self.update is None or self.update.commit in commits:
            return True
        tip = commits[0] if commits else None
        self.refusals = self.refusals + 1 if tip == self.tip else 0
        self.put_on(tip)
        return self.update is None

    def fail(self, summary: str, said: str) -> None:
        """Give up."""
        hint = "see whether the branch is protected, or try again"
        why = diagnostic("error", "EW727", f"the push to {self.branch} {summary}", hint=hint, detail=said)
        self.made = [Failed(item.base, why) if isinstance(item, Landed) else item for item in self.made]

    def _draft(self, place: int, proposal: Proposal, base: Base) -> Draft | None:
        if place not in self._drafts or self._drafts[place][0] != base.tree:
            self._drafts[place] = (base.tree, proposal.draft(base))
        return self._drafts[place][1]


def _push(repository: Repository, every: Sequence[Series], budget: Budget) -> None:
    """Push until every series has landed or failed."""
    until = time.monotonic() + budget.seconds
    pending = [series for series in every if series.update]
    said, attempts, first = "", 0, True
    while pending:
        began = time.monotonic()
        with _turn(repository, pending, until):
            try:
                pending = _caught_up(repository, pending) if first else _looked(repository, pending)
                pending = [series for series in pending if not _over(series, budget, until, said)]
                if not pending:
                    return
                done = repository.send([series.update for series in pending if series.update])
                if not done.status:
                    return
                said = repository.server.said(done)
            except Refused as error:
                said = _reason(error)
                for series in pending:
                    series.refusals += 1
                pending = [series for series in pending if not _over(series, budget, until, said)]
        if any(series.refusals == RENEW_AFTER for series in pending):
            with suppress(Refused):  # the next attempt says what is wrong
                repository.renew()
        first = False
        attempts += 1
        # as long as some attempts take: where many race, most of them have to wait for one to win
        longest = min((time.monotonic() - began) * 2**attempts, LONGEST_PAUSE)
        time.sleep(random.uniform(0, longest))  # noqa: S311  # who waits how long is no secret


def _caught_up(repository: Repository, pending: Sequence[Series]) -> list[Series]:
    """Put the series on what other processes pushed out of this cache meanwhile; return those that are left."""
    known = repository.store.tips(series.branch for series in pending)
    for series in pending:
        tip = known.get(series.branch)
        if tip != series.tip:
            series.put_on(tip)
    return [series for series in pending if series.update]


def _looked(repository: Repository, pending: Sequence[Series]) -> list[Series]:
    """Return the series that have not landed, on the tips that their branches have now."""
    commits = repository.histories(series.branch for series in pending)
    return [series for series in pending if not series.look(commits.get(series.branch, ()))]


def _over(series: Series, budget: Budget, until: float, said: str) -> bool:
    if series.refusals >= budget.refusals:
        series.fail("did not land", said)
    elif time.monotonic() > until:
        series.fail(f"lost every race for {budget.seconds:g} seconds", said)
    else:
        return False
    return True


def _reason(error: Refused) -> str:
    """Return what failed, if it can be tried again: the way to the server, or the cache."""
    why = error.diagnostics[0]
    if why.code not in ("EW722", "EW726"):
        raise error
    return f"{why.summary}\n{why.detail}".strip()


@contextmanager
def _turn(repository: Repository, pending: Sequence[Series], until: float) -> Iterator[None]:
    """Wait for others on this machine that push to the same branches: it costs less than to race them."""
    with ExitStack() as held:
        for name in sorted(tracking(series.branch).rpartition("/")[2] for series in pending):
            held.enter_context(repository.cache.locked(f"push-{name}", max(0.0, until - time.monotonic())))
        yield
