"""The repository that the stack is in: what commit it is at, and its files at any commit."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from envwright.adapters.git.child import Git
from envwright.adapters.git.filters import LIST, without_filters
from envwright.adapters.git.tree_reader import TreeReader
from envwright.model.diagnostic import refuse


class Head(NamedTuple):
    """The commit that a work tree is at.

    `date` is its committer's, `<seconds> <+hhmm>`; `url` that of the remote `origin` without user and password, or
    empty; `directory` where in the repository the asked path is (empty: its root); `dirty` whether a tracked file was
    changed or a new one is not ignored, those behind a filter (such as that of LFS) left out.
    """

    commit: str
    date: str
    url: str
    directory: str
    dirty: bool


class SourceRepository:
    """The repository around a directory. Raises Refused: EW728 where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.git = Git(self.path, settings={"safe.directory": "*"})

    def head(self) -> Head:
        """Return what is checked out. Raises Refused: EW728 outside of a repository, or before its first commit."""
        prefix = self._text("rev-parse", "--show-prefix").strip("\n").rstrip("/")
        commit, date = self._text("log", "-1", "--format=%H%n%cd", "--date=raw", "HEAD").removesuffix("\n").split("\n")
        return Head(commit, date, without_user(self.origin()), prefix, self._is_dirty(prefix))

    def origin(self) -> str:
        """Return the URL of the remote `origin` as it stands in the configuration, empty where there is none."""
        done = self.git.run("config", "--local", "--get", "remote.origin.url")
        return done.out.decode("utf-8", "replace").strip()

    def top(self) -> Path:
        """Return the folder of the work tree."""
        return Path(self._text("rev-parse", "--show-toplevel").removesuffix("\n"))

    def _is_dirty(self, prefix: str) -> bool:
        """Return whether the work tree has changes, as far as can be told without the programs of filters."""
        changed = self._text("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all", unfiltered=True)
        paths = [line[3:] for line in changed.split("\0")[:-1]]
        asked = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        top = "../" * (prefix.count("/") + 1) if prefix else "."
        found = self.git.run("-C", top, "check-attr", "-z", "--stdin", "filter", stdin=asked).out.split(b"\0")[2::3]
        return len(found) != len(paths) or any(value in (b"unspecified", b"unset") for value in found)

    def is_ancestor(self, ancestor: str, commit: str) -> bool | None:
        """Return whether a commit is in the history of another (or is it); None if this clone cannot tell.

        It cannot where it does not know one of them, and a shallow one never says that something is not in a history.
        """
        status = self.git.run("merge-base", "--is-ancestor", "--end-of-options", ancestor, commit).status
        return None if status == 1 and self.shallow else {0: True, 1: False}.get(status)

    @cached_property
    def shallow(self) -> bool:
        """Whether this clone has not the whole history."""
        return self._text("rev-parse", "--is-shallow-repository").strip() == "true"

    def has_file(self, commit: str, path: str) -> bool:
        """Return whether a commit has a file, by its path in the repository."""
        return not self.git.run("cat-file", "-e", "--end-of-options", f"{commit}:{path}").status

    def known_of(self, commits: Iterable[str]) -> frozenset[str]:
        """Return which of the commits, by their whole ids, this clone has."""
        asked = sorted(commits)
        done = self.git.run("cat-file", "--batch-check=%(objecttype)", stdin=_lines(asked))
        lines = done.out.decode("utf-8", "replace").split("\n")
        return frozenset(commit for commit, kind in zip(asked, lines, strict=False) if kind == "commit")

    def not_before(self, commits: Iterable[str], commit: str) -> frozenset[str]:
        """Return which of the commits, all of which this clone has, are neither in the history of another nor it."""
        asked = frozenset(commits)
        done = self.git.run("rev-list", "--stdin", stdin=_lines([*sorted(asked), f"^{commit}"]))
        return asked & frozenset(done.out.decode().split())

    def reader_at(self, commit: str, directory: str) -> TreeReader:
        """Return what reads the files of a commit, relative to a directory of it. Raises Refused: EW728."""
        return TreeReader(self.git, commit, directory)

    def _text(self, *arguments: str, unfiltered: bool = False) -> str:
        variables = without_filters(self.git.run(*LIST).out) if unfiltered else {}
        done = self.git.run(*arguments, environment=variables)
        if done.status:
            raise refuse("EW728", f"{self.path} is not in a git repository with a commit", detail=done.err.strip())
        return done.out.decode("utf-8", "surrogateescape")


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def without_user(url: str) -> str:
    """Return a URL without what stands before its host; ssh keeps the user's name, which is no secret."""
    parts = urlsplit(url)
    if "@" not in parts.netloc or not parts.scheme:
        return url
    user, _, host = parts.netloc.rpartition("@")
    keep = f"{user.partition(':')[0]}@{host}" if parts.scheme == "ssh" else host
    return urlunsplit(parts._replace(netloc=keep))
