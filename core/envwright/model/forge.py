"""What a forge is asked for, as a port: pull requests and commit statuses. Each kind of forge has an adapter."""

from __future__ import annotations

from typing import Literal, Protocol

from envwright.model.value import Value


class Wanted(Value):
    """A pull request as it shall be: `head` and `base` are branches, `body` is Markdown; labels are only added."""

    head: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()


class PullRequest(Value):
    """A pull request as it is: `head` is the commit at its tip, `url` its page."""

    number: int
    url: str
    head: str
    merged: bool = False


class CommitStatus(Value):
    """What a commit is said to be, under a name of its own; the description is one line."""

    name: str
    state: Literal["pending", "success", "failure", "error"]
    description: str


class Forge(Protocol):
    """One repository on a forge. Every call raises Refused (EW760) for a forge that does not do what it is asked."""

    def propose(self, wanted: Wanted) -> PullRequest:
        """Open a pull request, or bring the open one of the same two branches up to date."""
        ...

    def withdraw(self, head: str, base: str) -> None:
        """Close the open pull request of two branches, if there is one."""
        ...

    def merge(self, number: int, head: str) -> str:
        """Merge a pull request, of this very commit alone, and return the commit that the base branch has then.

        Raises Refused: EW761 if its head is another one, EW763 if the forge does not let it in.
        """
        ...

    def report(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status, in place of the one of the same name."""
        ...
