"""Pull requests: what a commit would bring, proposed on a branch beside the environment's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base, Draft, NewCommit, Pushed, Rejected, Update
from envwright.envrepo.diff import file_changes, shown
from envwright.envrepo.difference import files_markdown
from envwright.envrepo.landing import Attempt, read_ahead
from envwright.envrepo.place import NEXT
from envwright.envrepo.requests import Committed, FileChange
from envwright.envrepo.review import changes_part
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Refused, refuse
from envwright.model.forge import CommitStatus, Forge, PullRequest, State, Wanted
from envwright.model.output import PLAN, REVIEW, default_branch
from envwright.plan.views.changes import summary

ATTEMPTS = 5
# GitHub takes 65,536 characters of a body, and people write in it too
LONGEST_BODY = 50_000


class Proposed(NamedTuple):
    """One environment that is proposed; `is_older` tells whether the source is older than what stands somewhere."""

    attempt: Attempt
    is_older: Callable[[Stored], bool]


def propose(
    repository: Repository, proposed: Sequence[Proposed], forge: Forge, labels: tuple[str, ...]
) -> tuple[Committed, ...]:
    """Open a pull request for every environment that changes, or bring the open one up to date.

    What is proposed stands on the tip of the environment's branch, whatever was proposed before: the same source makes
    the same commit, and pushes nothing. Where nothing changes any more the pull request is closed and its branch
    deleted; where the source cannot be rendered, the commit that is proposed says so by its status.
    """
    every = [_Proposal(repository, each, forge, labels) for each in proposed]
    # in one go for all: of an environment that stays as it is, neither the server nor the forge is asked more
    tips = repository.fetch({branch for each in every for branch in (each.branch, each.head)})
    read_ahead(repository, [each.attempt for each in every], [each.base(tips) for each in every])
    return tuple(each.outcome(tips) for each in every)


class _Proposal:
    """One environment's pull request."""

    def __init__(self, repository: Repository, proposed: Proposed, forge: Forge, labels: tuple[str, ...]) -> None:
        self.repository = repository
        self.attempt = proposed.attempt
        self.is_older = proposed.is_older
        self.forge = forge
        self.labels = labels
        self.refusal = ""  # what the server said of a push that it refused though nobody moved the branch
        self.branch = self.attempt.place.branch
        # also where environments share a branch each has a pull request of its own
        self.head = default_branch(self.attempt.place.project, self.attempt.place.instance) + NEXT

    def base(self, tips: Mapping[str, str]) -> Base:
        """Return what stands in the environment's directory, by the tips of branches."""
        return self.repository.base(self.branch, tips.get(self.branch), self.attempt.place.path)

    def outcome(self, tips: Mapping[str, str]) -> Committed:
        """Return what became of the environment; what kept it from being proposed is in it."""
        try:
            return self._proposed(tips)
        except Refused as error:
            self.attempt.failed = (*self.attempt.failed, *error.diagnostics)
            return self.attempt.result(None, changed=False, pushed=False)

    def _proposed(self, tips: Mapping[str, str]) -> Committed:
        attempt, place = self.attempt, self.attempt.place
        for _ in range(ATTEMPTS):
            base = self.base(tips)
            draft = attempt.draft(base)
            newer = self._newer(tips.get(self.head))
            if draft is None:
                self._settle(tips.get(self.head), newer)
                return attempt.result(base.commit, changed=False, pushed=False)
            if newer is not None:
                raise _older(newer)
            start = base.commit or self._begun(draft)
            commit = self.repository.commit(NewCommit(parent=start, directory=place.path, draft=draft))
            if start and self._pushed(self.head, commit, tips.get(self.head)):
                found = self.forge.propose(self._wanted(draft, Stored(self.repository, base.commit, place.path)))
                self._report(commit, "success", f"rendered: {self._said()}")
                # the last one may have been merged while this one was made: then it does not stand on the tip
                if self.repository.fetch({self.branch}).get(self.branch) == start:
                    return attempt.result(commit, changed=True, pushed=True, pull_request=found)
            tips = self.repository.fetch({self.branch, self.head})
        if self.refusal:
            fault = f"the push to {self.head} or {self.branch} did not land"
            hint = "see whether the branch is protected, and whether the account may push"
            raise refuse("EW727", fault, hint=hint, detail=self.refusal)
        fault = f"{self.head} or {self.branch} was moved by others {ATTEMPTS} times while it was pushed"
        raise refuse("EW727", fault, hint="see who else proposes this environment, and try again")

    def _settle(self, proposed: str | None, newer: PullRequest | None) -> None:
        """Do what is left to do where there is nothing to propose: a newer source's pull request is not touched."""
        if proposed is None or newer is not None:
            return  # without its branch no pull request is open
        if failed := self.attempt.failed:
            if (found := self.forge.open(self.head, self.branch)) is not None:
                self._report(found.head, "failure", f"{failed[0].code}: {failed[0].summary}")
            return
        self.forge.withdraw(self.head, self.branch)
        # what is merged, or not wanted any more, is not shown as proposed either
        self.repository.delete_branch(self.head, proposed)

    def _newer(self, proposed: str | None) -> PullRequest | None:
        """Return the open pull request if it is of a newer source: a slower pipeline does not take its place."""
        if proposed is None or not self.is_older(Stored(self.repository, proposed, self.attempt.place.path)):
            return None
        return self.forge.open(self.head, self.branch)

    def _begun(self, draft: Draft) -> str | None:
        """Return the first commit of the environment's branch, without a file: a pull request needs a branch to go to.

        None if somebody else began the branch.
        """
        first = draft.but(files={}, message=f"Begin {self.branch}\n")
        commit = self.repository.commit(NewCommit(parent=None, directory=self.attempt.place.path, draft=first))
        return commit if self._pushed(self.branch, commit, None) else None

    def _pushed(self, branch: str, commit: str, expected: str | None) -> bool:
        if commit == expected:
            return True
        result = self.repository.push([Update(branch=branch, commit=commit, expected=expected)])[branch]
        self.refusal = result.said if isinstance(result, Rejected) and result.tip == expected else ""
        return isinstance(result, Pushed)

    def _wanted(self, draft: Draft, stored: Stored) -> Wanted:
        changed = shown(stored.changed(draft.files), json.loads(draft.files[PLAN])["directories"])
        new = {path: draft.files[path] for path in changed & draft.files.keys()}
        return Wanted(
            head=self.head,
            base=self.branch,
            name=self.attempt.place.title,
            title=draft.message.partition("\n")[0],
            body=body_of(changes_part(draft.files[REVIEW]), file_changes(stored.read(*changed), new)),
            labels=self.labels,
        )

    def _said(self) -> str:
        prepared = self.attempt.prepared
        return summary(prepared.change.content.transition) if prepared and prepared.change else ""

    def _report(self, commit: str, state: State, description: str) -> None:
        place = self.attempt.place
        name = f"envwright/{place.project}/{place.instance}"
        self.forge.report(commit, CommitStatus(name=name, state=state, description=description))


def _older(newer: PullRequest) -> Refused:
    fault = f"the source is older than the one of {newer.url}, which is proposed"
    return refuse("EW738", fault, hint="commit from a newer source, or pass --allow-older")


def body_of(changes: str, files: Sequence[FileChange]) -> str:
    """Return the body of a pull request: the operations and what is disruptive, then the difference of the files.

    `changes` is that part of PLAN.md. What a stack says stands in it as code: it mentions nobody and links nowhere.
    Where a forge would cut, the difference is left out first, then the last of the operations: what is disruptive,
    replaced or deleted stands before them.
    """
    lines = changes.splitlines(keepends=True)
    operations = list(_that_fit(iter(lines), LONGEST_BODY))
    left = sum(line.startswith("- ") for line in lines[len(operations) :])
    more = [f"And **{left} more**, which do not fit here: see `PLAN.md` in the branch.\n"] if left else []
    body = "\n".join(["## What changes\n", "".join(operations), *more, "## Files\n\n"])
    shown = list(_that_fit(files_markdown(files), LONGEST_BODY - len(body)))
    left = len(files) - len(shown)
    more = [f"And {left} more, in the branch.\n"] if left > 0 else []
    return body + "\n".join([*shown, *more, "The whole plan is `PLAN.md` in the branch.\n"])


def _that_fit(parts: Iterator[str], room: int) -> Iterator[str]:
    for part in parts:
        room -= len(part) + 1
        if room < 0:
            return
        yield part
