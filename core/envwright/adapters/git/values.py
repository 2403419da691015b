"""What goes into git and comes out of it, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from envwright.adapters.git.signing import Signer
from envwright.model.diagnostic import Diagnostic
from envwright.model.value import Value


class Identity(Value):
    """Who wrote or made a commit; neither field holds `<`, `>`, a line break or a null character."""

    name: str
    email: str


class Draft(Value):
    """What one environment's commit shall hold, wherever it will stand.

    `files` are the whole directory, by path relative to it; `message` ends with its trailers; `date` is
    `<seconds since 1970> <+hhmm>` and is that of author and committer, so that the same draft on the same parent is the
    same commit.
    """

    files: Mapping[str, bytes]
    message: str
    author: Identity
    committer: Identity
    date: str
    signer: Signer | None = None


class NewCommit(Value):
    """A draft at its place: the directory of the parent's tree that it replaces wholly; the rest is kept.

    `parent` is None for the first commit of a branch; `directory` is empty for the whole tree.
    """

    parent: str | None
    directory: str
    draft: Draft


class Chain(Value):
    """Commits on top of one another, each a draft with its directory: no directory is inside another, or twice there.

    `parent` is what the first of them is put on.
    """

    parent: str | None
    steps: tuple[tuple[str, Draft], ...]


class Base(Value):
    """What a draft is made against: a directory at the tip of a branch.

    `commit` is None where there is no such branch, `tree` (the id of the directory's tree) where it has no such
    directory.
    """

    branch: str
    commit: str | None
    directory: str
    tree: str | None


class Proposal(Value):
    """A commit that is wanted: `draft` makes it, or None if nothing changed.

    `draft` is called again only if the directory was changed by somebody else before the commit could be pushed.
    """

    branch: str
    directory: str
    draft: Callable[[Base], Draft | None]


class Landed(NamedTuple):
    """The commit is on the branch, put on `base`."""

    base: Base
    commit: str


class Unchanged(NamedTuple):
    """There was nothing to commit on `base`."""

    base: Base


class Failed(NamedTuple):
    """The commit is not on the branch, and why."""

    base: Base
    why: Diagnostic


Outcome: TypeAlias = Landed | Unchanged | Failed


class Budget(Value):
    """How long `land` goes on: seconds in all, and pushes that were refused while nobody else moved the branch."""

    seconds: float = 300.0
    refusals: int = 8


class Update(Value):
    """One branch that a push moves: from `expected` (None: it must not exist) to `commit` (empty: it is deleted)."""

    branch: str
    commit: str
    expected: str | None


class RefUpdate(Value):
    """The same for any ref, by its whole name."""

    ref: str
    commit: str
    expected: str | None


class Pushed(NamedTuple):
    """The branch holds the commit that was pushed, at its tip or below it."""

    commit: str


class Rejected(NamedTuple):
    """The branch does not hold the commit; `tip` is what it holds now (None: there is no such branch).

    `said` are lines of git and the server, without the password: they are for people alone.
    """

    tip: str | None
    said: str = ""


class File(NamedTuple):
    """One entry of a tree that is no directory; `blob` is its id (of a submodule: a commit)."""

    kind: Literal["file", "executable", "link", "submodule"]
    blob: str


class CommitInfo(Value):
    """One commit as `log` tells it; `date` is the committer's, `<seconds> <+hhmm>`; `trailers` in their order."""

    commit: str
    parents: tuple[str, ...]
    tree: str
    author: Identity
    committer: Identity
    date: str
    message: str
    trailers: tuple[tuple[str, str], ...]
