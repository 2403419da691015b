"""The repository that a stack is in, wherever it is read from: its commits, and their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import NamedTuple, Protocol

from envwright.adapters.git.child import Git
from envwright.adapters.git.tree_reader import TreeReader

ROOT_FILE = "services.yaml"  # of a stack, where a directory is named
FORM = "%x00".join(("%H", "%cd", "%an", "%ae", "%cI", "%s", "%b"))


class SourceCommit(NamedTuple):
    """A commit: `date` is its committer's as git writes it, `<seconds> <+hhmm>`, `moment` the same as in RFC 3339.

    `body` is the message less its subject.
    """

    commit: str
    date: str
    author: str
    email: str
    moment: str
    subject: str
    body: str


class Named(NamedTuple):
    """The id of the commit that a revision names, and the branch, empty where the revision is none."""

    commit: str
    branch: str


class SourceRepository(Protocol):
    """A clone on this machine, or a remote. Every method raises Refused: EW720 for want of git, EW728 as said.

    A remote also raises EW722 where its server cannot be reached, EW726 where the cache cannot be written.
    """

    @property
    def url(self) -> str:
        """The URL of the repository without a user's name and password; of a clone without a remote its folder."""
        ...

    def resolve(self, revision: str) -> Named:
        """Return what a revision names. Raises Refused: EW728 for a name of nothing."""
        ...

    def file_at(self, commit: str) -> str:
        """Return where the stack's root file is at a commit, from the top of the repository."""
        ...

    def is_dirty(self, commit: str) -> bool:
        """Return whether a work tree at this commit has a changed file, or a new one that is not ignored.

        Those behind a filter, such as that of LFS, are left out.
        """
        ...

    def commit(self, commit: str) -> SourceCommit:
        """Return a commit by its whole id. Raises Refused: EW728 where there is none."""
        ...

    def reader_at(self, commit: str, directory: str) -> TreeReader:
        """Return what reads the files of a commit, relative to a directory of it. Raises Refused: EW728."""
        ...

    def is_ancestor(self, ancestor: str, commit: str) -> bool | None:
        """Return whether a commit is in the history of another (or is it); None where one of them is not known."""
        ...

    def relations(self, commits: Set[str], head: str) -> Mapping[str, str]:
        """Return how commits, by their whole ids, stand to another: `current`, `behind`, `ahead` or `diverged`.

        Those that are not known, or of which it cannot be told, are left out.
        """
        ...

    def is_published(self, commit: str) -> bool:
        """Return whether a branch or a tag has a commit; a clone takes what was fetched into it for that."""
        ...

    def branches(self) -> frozenset[str] | None:
        """Return the branches of the remote, None for a clone without one. Raises Refused: EW722."""
        ...


def seconds_of(moment: str) -> float:
    """Return the seconds since 1970 of a moment in RFC 3339, 0 for what is none."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return 0.0


def read_commit(git: Git, revision: str) -> SourceCommit | None:
    """Return the commit that a revision names in the repository of `git`, None where it names none."""
    arguments = ("log", "-1", f"--format={FORM}", "--date=raw", "--end-of-options", f"{revision}^{{commit}}", "--")
    done = git.run(*arguments)
    if done.status:
        return None
    text = done.out.decode("utf-8", "replace").removesuffix("\n")
    commit, date, author, email, moment, subject, body = text.split("\0")
    return SourceCommit(commit, date, author, email, moment, subject, body.strip("\n"))


def descends(git: Git, ancestor: str, commit: str) -> bool | None:
    """Return whether a commit is in the history of another (or is it); None if the repository does not know them."""
    status = git.run("merge-base", "--is-ancestor", "--end-of-options", ancestor, commit).status
    return {0: True, 1: False}.get(status)


def relations(git: Git, commits: Set[str], head: str, *, whole: bool) -> Mapping[str, str]:
    """Return what `SourceRepository.relations` does; `whole` is whether the repository has the whole history.

    Git is asked a few times for all of them, and once for each that is not behind.
    """
    known = _known_of(git, commits)
    behind = _behind(git, known, head)
    found = dict.fromkeys(behind, "behind") | {head: "current"}
    if whole:  # there is no telling otherwise what a history lacks
        found |= {commit: "ahead" if descends(git, head, commit) else "diverged" for commit in known - behind}
    return found


def _known_of(git: Git, commits: Iterable[str]) -> frozenset[str]:
    """Return which of the commits are here."""
    asked = sorted(commits)
    done = git.run("cat-file", "--batch-check=%(objecttype)", stdin=_lines(asked))
    lines = done.out.decode("utf-8", "replace").split("\n")
    return frozenset(commit for commit, kind in zip(asked, lines, strict=False) if kind == "commit")


def _behind(git: Git, commits: Set[str], head: str) -> frozenset[str]:
    """Return which of the commits, all of which are here, are in the history of another, or are it."""
    done = git.run("rev-list", "--stdin", stdin=_lines([*sorted(commits), f"^{head}"]))
    return frozenset(commits) - frozenset(done.out.decode().split())


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()
