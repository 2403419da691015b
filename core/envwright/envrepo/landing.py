"""From a change that somebody prepares to a commit on its branch, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from envwright.adapters.git.land import land
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base, Draft, Failed, Identity, Landed, Outcome, Proposal
from envwright.envrepo.content import Content
from envwright.envrepo.guards import refuse_inside
from envwright.envrepo.message import commit_message
from envwright.envrepo.next_branch import Starts
from envwright.envrepo.place import Place
from envwright.envrepo.record import Record
from envwright.envrepo.requests import Committed, Hand
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Diagnostic, Refused
from envwright.model.forge import PullRequest

# one environment reads what it is asked for, and no more
FEWEST_AHEAD = 2
AT_ONCE = 100


class Change(NamedTuple):
    """What a commit shall bring: `title` begins its subject, `author` is its author where the caller says none."""

    title: str
    content: Content
    record: Record
    author: Identity
    date: str


class Prepared(NamedTuple):
    """What is to be done to a directory; `change` is None where nothing is."""

    plan_digest: str
    change: Change | None
    warnings: tuple[Diagnostic, ...] = ()


# Looks at what stands in the directory and says what is to be done; raises Refused.
Prepare = Callable[[Stored], Prepared]


class Attempt:
    """One environment on its way into the repository.

    `prepare` is called again if somebody else changes the directory before the commit is pushed.
    """

    def __init__(self, repository: Repository, place: Place, hand: Hand, prepare: Prepare) -> None:
        self.repository = repository
        self.place = place
        self.hand = hand
        self.prepare = prepare
        self.prepared: Prepared | None = None
        self.failed: tuple[Diagnostic, ...] = ()
        self.known: dict[str, bytes] = {}  # contents of files that were read ahead, by blob

    @property
    def proposal(self) -> Proposal:
        """What `land` is asked for."""
        return Proposal(branch=self.place.branch, directory=self.place.path, draft=self.draft)

    def draft(self, base: Base) -> Draft | None:
        """Return the commit that follows what stands in the directory, None if there is none to make."""
        self.prepared, self.failed = None, ()
        try:
            refuse_inside(self.repository, base)
            self.prepared = self.prepare(self.stored(base))
        except Refused as error:
            self.failed = error.diagnostics
        change = self.prepared.change if self.prepared else None
        return None if change is None else self._draft(change)

    def stored(self, base: Base) -> Stored:
        """Return what stands in the directory."""
        return Stored(self.repository, base.commit if base.tree else None, base.directory, self.known)

    def _draft(self, change: Change) -> Draft:
        return Draft(
            files=change.content.files,
            message=commit_message(change.title, change.content.transition, change.record),
            author=self.hand.author or change.author,
            committer=self.hand.committer,
            date=change.date,
            signer=self.hand.signer,
        )

    def outcome(self, outcome: Outcome) -> Committed:
        """Return what became of the environment once `land` is through."""
        if isinstance(outcome, Failed):
            self.failed = (outcome.why,)
        if isinstance(outcome, Landed):
            return self.result(outcome.commit, changed=True, pushed=True)
        return self.result(outcome.base.commit, changed=False, pushed=False)

    def foreseen(self, base: Base) -> Committed:
        """Return what would become of the environment; nothing is made and nothing pushed."""
        return self.result(base.commit, changed=self.draft(base) is not None, pushed=False)

    def result(
        self, commit: str | None, *, changed: bool, pushed: bool, pull_request: PullRequest | None = None
    ) -> Committed:
        """Return what became of the environment."""
        prepared = self.prepared
        return Committed(
            environment=self.place.instance,
            branch=self.place.branch,
            path=self.place.path,
            commit=commit,
            changed=changed,
            pushed=pushed,
            plan_digest=prepared.plan_digest if prepared and not self.failed else "",
            transition=prepared.change.content.transition if prepared and prepared.change else None,
            warnings=prepared.warnings if prepared else (),
            failed=self.failed,
            pull_request=pull_request,
        )


def carry_out(
    repository: Repository, attempts: Sequence[Attempt], starts: Starts | None = None, *, dry_run: bool
) -> tuple[Committed, ...]:
    """Commit and push, or in a dry run say what that would do; the outcomes are in the order of the attempts.

    `starts` tells of `-next` branches that are moved before.
    """
    if not dry_run:
        if starts is not None:
            starts.push(repository)
        proposals = [attempt.proposal for attempt in attempts]
        outcomes = land(repository, proposals, ahead=lambda bases: read_ahead(repository, attempts, bases))
        return tuple(attempt.outcome(outcome) for attempt, outcome in zip(attempts, outcomes, strict=True))
    tips = {**repository.fetch({attempt.place.branch for attempt in attempts})}
    tips.update({start.branch: start.commit for start in (starts.updates if starts else ())})
    places = [attempt.place for attempt in attempts]
    bases = [repository.base(place.branch, tips.get(place.branch), place.path) for place in places]
    read_ahead(repository, attempts, bases)
    return tuple(attempt.foreseen(base) for attempt, base in zip(attempts, bases, strict=True))


def read_ahead(repository: Repository, attempts: Sequence[Attempt], bases: Sequence[Base]) -> None:
    """Read what many environments hold in few goes: one after the other each would ask the server three times."""
    if len(attempts) < FEWEST_AHEAD:
        return
    repository.commit_infos({base.commit for base in bases if base.commit})  # whoever asks for one finds it read
    known: dict[str, bytes] = {}
    every = [attempt.stored(base) for attempt, base in zip(attempts, bases, strict=True)]
    for start in range(0, len(every), AT_ONCE):
        stored = every[start : start + AT_ONCE]
        blobs = {file.blob for each in stored for file in each.files.values() if file.kind == "file"}
        known.update(repository.read(blobs - known.keys()))
    for attempt in attempts:
        attempt.known = known


def carry_out_one(attempt: Attempt, *, dry_run: bool) -> Committed:
    """Do the same for one environment. Raises Refused with what keeps it from being committed."""
    (done,) = carry_out(attempt.repository, [attempt], dry_run=dry_run)
    if done.failed:
        raise Refused(done.failed)
    return done
