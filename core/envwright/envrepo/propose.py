"""Pull requests: what a commit would bring, proposed on a branch beside the environment's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Draft, NewCommit, Pushed, Update
from envwright.envrepo.diff import file_changes, shown
from envwright.envrepo.difference import files_markdown
from envwright.envrepo.landing import Attempt
from envwright.envrepo.place import NEXT
from envwright.envrepo.requests import Committed, FileChange
from envwright.envrepo.review import changes_part
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Refused, refuse
from envwright.model.forge import CommitStatus, Forge, Wanted
from envwright.model.output import PLAN, REVIEW, default_branch
from envwright.plan.views.changes import summary

ATTEMPTS = 5
# GitHub takes 65,536 characters of a body
LONGEST_BODY = 60_000


def propose(
    repository: Repository, attempts: Sequence[Attempt], forge: Forge, labels: tuple[str, ...]
) -> tuple[Committed, ...]:
    """Open a pull request for every environment that changes, or bring the open one up to date.

    What is proposed stands on the tip of the environment's branch, whatever was proposed before: the same source makes
    the same commit, and pushes nothing. Where nothing changes any more the pull request is closed.
    """
    return tuple(_Proposal(repository, attempt, forge, labels).outcome() for attempt in attempts)


class _Proposal:
    """One environment's pull request."""

    def __init__(self, repository: Repository, attempt: Attempt, forge: Forge, labels: tuple[str, ...]) -> None:
        self.repository = repository
        self.attempt = attempt
        self.forge = forge
        self.labels = labels
        self.branch = attempt.place.branch
        # also where environments share a branch each has a pull request of its own
        self.head = default_branch(attempt.place.project, attempt.place.instance) + NEXT

    def outcome(self) -> Committed:
        """Return what became of the environment; what kept it from being proposed is in it."""
        try:
            return self._proposed()
        except Refused as error:
            self.attempt.failed = error.diagnostics
            return self.attempt.result(None, changed=False, pushed=False)

    def _proposed(self) -> Committed:
        attempt, place = self.attempt, self.attempt.place
        for _ in range(ATTEMPTS):
            tips = self.repository.fetch({self.branch, self.head})
            base = self.repository.base(self.branch, tips.get(self.branch), place.path)
            draft = attempt.draft(base)
            if draft is None:
                if not attempt.failed and base.commit:
                    self.forge.withdraw(self.head, self.branch)
                return attempt.result(base.commit, changed=False, pushed=False)
            start = base.commit or self._begun(draft)
            commit = self.repository.commit(NewCommit(parent=start, directory=place.path, draft=draft))
            if start and self._pushed(self.head, commit, tips.get(self.head)):
                found = self.forge.propose(self._wanted(draft, Stored(self.repository, base.commit, place.path)))
                self._report(commit)
                return attempt.result(commit, changed=True, pushed=True, pull_request=found)
        fault = f"{self.head} was moved by others {ATTEMPTS} times while it was pushed"
        raise refuse("EW727", fault, hint="see who else proposes this environment, and try again")

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
        result = self.repository.push([Update(branch=branch, commit=commit, expected=expected)])
        return isinstance(result[branch], Pushed)

    def _wanted(self, draft: Draft, stored: Stored) -> Wanted:
        changed = shown(stored.changed(draft.files), json.loads(draft.files[PLAN])["directories"])
        new = {path: draft.files[path] for path in changed & draft.files.keys()}
        return Wanted(
            head=self.head,
            base=self.branch,
            title=draft.message.partition("\n")[0],
            body=body_of(changes_part(draft.files[REVIEW]), file_changes(stored.read(*changed), new)),
            labels=self.labels,
        )

    def _report(self, commit: str) -> None:
        place, prepared = self.attempt.place, self.attempt.prepared
        said = summary(prepared.change.content.transition) if prepared and prepared.change else ""
        name = f"envwright/{place.project}/{place.instance}"
        self.forge.report(commit, CommitStatus(name=name, state="success", description=f"rendered: {said}"))


def body_of(changes: str, files: Sequence[FileChange]) -> str:
    """Return the body of a pull request: the operations and what is disruptive, then the difference of the files.

    `changes` is that part of PLAN.md. What a stack says stands in it as code: it mentions nobody and links nowhere. The
    operations are never cut, the difference is where a forge would.
    """
    body = f"## What changes\n\n{changes}\n## Files\n\n"
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
