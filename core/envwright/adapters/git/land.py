"""From drafts to commits on their branches, however many others commit at the same time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress

from envwright.adapters.git.objects import apart
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.store import tracking
from envwright.adapters.git.values import (
    Base,
    Budget,
    Chain,
    Draft,
    Failed,
    Landed,
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
        ahead(repository.bases((wanted.branch, tips.get(wanted.branch), wanted.directory) for wanted in proposals))
    every = [Series(repository, [proposals[index] for index in found]) for found in places.values()]
    _put_on(repository, every, tips)
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
        self.tip: str | None = None
        self.refusals = 0  # pushes that did not land while nobody else moved the branch
        self._drafts: dict[int, tuple[str | None, Draft | None]] = {}  # by place: the tree it was made against
        self._next: list[tuple[Base, Draft | None]] = []

    @property
    def commit(self) -> str | None:
        """The latest commit that was made, or the tip."""
        last = self.made[-1] if self.made else None
        return last.commit if isinstance(last, Landed) else last.base.commit if last else self.tip

    @property
    def update(self) -> Update | None:
        """The push, if there is anything to push."""
        commit = self.commit
        moves = commit is not None and commit != self.tip
        return Update(branch=self.branch, commit=commit, expected=self.tip) if commit and moves else None

    def start_on(self, tip: str | None) -> None:
        """Begin anew on a tip of the branch (None: there is no branch yet)."""
        self.tip, self.made = tip, []

    def next_chain(self) -> Chain | None:
        """Return the commits to make next, None if there are no more.

        A draft is made against what was there before any of them: they end before a directory that one of them changes.
        """
        start = len(self.made)
        directories = apart(proposal.directory for proposal in self.proposals[start:])
        bases = self.repository.bases((self.branch, self.commit, directory) for directory in directories)
        self._next = [(base, self._draft(place, base)) for place, base in enumerate(bases, start)]
        steps = ((base.directory, draft) for base, draft in self._next if draft is not None)
        return Chain(parent=self.commit, steps=tuple(steps)) if bases else None

    def take(self, commits: Sequence[str]) -> None:
        """Take down the commits that the chain became."""
        made = iter(commits)
        for base, draft in self._next:
            stands = base.but(commit=self.commit)
            self.made.append(Unchanged(stands) if draft is None else Landed(stands, next(made)))

    def has_landed(self, commits: Sequence[str]) -> bool:
        """Return whether the push landed after all, by the commits of the branch; count a refusal where nobody did."""
        if self.update is None or self.update.commit in commits:
            return True
        self.refusals = self.refusals + 1 if _tip(commits) == self.tip else 0
        return False

    def fail(self, summary: str, said: str) -> None:
        """Give up."""
        hint = "see whether the branch is protected, or try again"
        why = diagnostic("error", "EW727", f"the push to {self.branch} {summary}", hint=hint, detail=said)
        self.made = [Failed(item.base, why) if isinstance(item, Landed) else item for item in self.made]

    def _draft(self, place: int, base: Base) -> Draft | None:
        if place not in self._drafts or self._drafts[place][0] != base.tree:
            self._drafts[place] = (base.tree, self.proposals[place].draft(base))
        return self._drafts[place][1]


def _put_on(repository: Repository, every: Sequence[Series], tips: Mapping[str, str | None]) -> None:
    """Make the commits of many branches together, on their tips: git is started for all of them, not for each."""
    for series in every:
        series.start_on(tips.get(series.branch))
    while chains := [(series, chain) for series in every if (chain := series.next_chain())]:
        made = repository.commit_all([chain for _, chain in chains])
        for (series, _), commits in zip(chains, made, strict=True):
            series.take(commits)


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
    moved = [series for series in pending if known.get(series.branch) != series.tip]
    _put_on(repository, moved, known)
    return [series for series in pending if series.update]


def _looked(repository: Repository, pending: Sequence[Series]) -> list[Series]:
    """Return the series that have not landed, on the tips that their branches have now."""
    commits = repository.histories(series.branch for series in pending)
    left = [series for series in pending if not series.has_landed(commits.get(series.branch, ()))]
    _put_on(repository, left, {branch: _tip(found) for branch, found in commits.items()})
    return [series for series in left if series.update]


def _tip(commits: Sequence[str]) -> str | None:
    return commits[0] if commits else None


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
