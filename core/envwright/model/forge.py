"""What a forge is asked for, as a port: pull requests and commit statuses. Each kind of forge has an adapter."""

from __future__ import annotations

from typing import Literal, Protocol

from envwright.model.value import Value


class Wanted(Value):
    """A pull request as it shall be: `head` and `base` are branches, `body` is Markdown; labels are only added.

    `name` is the environment's, with which every title of ours begins: one that somebody rewrote stays. So does what
    people wrote beside our part of the body.
    """

    head: str
    base: str
    name: str
    title: str
    body: str
    labels: tuple[str, ...] = ()


class PullRequest(Value):
    """A pull request as it is: `head` is the commit at its tip, `base` the branch that it goes to, `url` its page."""

    number: int
    url: str
    head: str
    base: str
    merged: bool = False


MergeMethod = Literal["rebase", "squash", "merge"]


class Merge(Value):
    """A pull request that shall be merged, if it still is at the commit `head`, and how.

    `message` is that of the commit where the forge makes a new one of the proposed ones; empty leaves it to the forge.
    """

    number: int
    head: str
    method: MergeMethod = "rebase"
    message: str = ""


State = Literal["pending", "success", "failure", "error"]


class CommitStatus(Value):
    """What a commit is said to be, under a name of its own; the description is one line."""

    name: str
    state: State
    description: str


class Forge(Protocol):
    """One repository on a forge. Every call raises Refused (EW760) for a forge that does not do what it is asked."""

    def propose(self, wanted: Wanted) -> PullRequest:
        """Open a pull request, or bring the open one of the same two branches up to date.

        One that was closed by hand is not opened again: a new one takes its place.
        """
        ...

    def open(self, head: str, base: str) -> PullRequest | None:
        """Return the open pull request of two branches, None if there is none."""
        ...

    def withdraw(self, head: str, base: str) -> None:
        """Close the open pull request of two branches, if there is one."""
        ...

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request by its number."""
        ...

    def merge(self, wanted: Merge) -> str:
        """Merge a pull request, of this very commit alone, and return the commit that the base branch has then.

        Raises Refused: EW761 if its head is another one, EW763 if the forge does not let it in.
        """
        ...

    def report(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status, in place of the one of the same name."""
        ...
