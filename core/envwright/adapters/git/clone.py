"""The source as a clone on this machine: what is checked out, and every commit that was fetched."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping, Set
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from envwright.adapters.git.child import Git
from envwright.adapters.git.filters import LIST, without_filters
from envwright.adapters.git.origin import HEADERS, branches_of
from envwright.adapters.git.source import ROOT_FILE, Named, SourceCommit, descends, read_commit, relations
from envwright.adapters.git.tree_reader import TreeReader, list_tree, read_blobs
from envwright.model.diagnostic import Refused, refuse


class Clone:
    """The repository around a stack's root file, or around its directory: a `SourceRepository`.

    Raises Refused: EW728 where there is none, or no commit.
    """

    def __init__(self, file: str) -> None:
        # pathlib's `is_dir` raises for a name that no file can have
        path = Path(file, ROOT_FILE) if os.path.isdir(file) else Path(file)  # noqa: PTH112  # as said above
        self.name = path.name
        self.path = path.parent.absolute()
        if not os.path.isdir(self.path):  # noqa: PTH112  # as above; git would run where the caller stands
            raise refuse(
                "EW728", f"{path.parent} is no directory", hint="name the stack's root file in a clone of its source"
            )
        self.git = Git(self.path, settings={"safe.directory": "*"})

    @property
    def url(self) -> str:
        """The URL of the remote `origin`, the folder where there is none."""
        return without_user(self._origin) or str(self.path).removesuffix(self._directory).rstrip("/")

    def resolve(self, revision: str) -> Named:
        """Return what a revision names: `HEAD` is what is checked out."""
        done = self.git.run("rev-parse", "--symbolic-full-name", "--end-of-options", revision)
        lines = [line for line in done.out.decode("utf-8", "replace").split("\n") if line.startswith("refs/heads/")]
        branch = lines[0].removeprefix("refs/heads/") if not done.status and lines else ""
        return Named(self.commit(revision).commit, branch)

    def file_at(self, _commit: str) -> str:
        """Return where the stack's root file is, whatever the commit."""
        return posixpath.join(self._directory, self.name)

    def is_dirty(self, commit: str) -> bool:
        """Return whether the work tree is at this commit and has something that it lacks."""
        return commit == self.commit("HEAD").commit and self._has_changes()

    def commit(self, commit: str) -> SourceCommit:
        """Return a commit by its id, or by any name that git takes."""
        found = read_commit(self.git, commit)
        if found is None:
            self._text("rev-parse", "--verify", "--quiet", "HEAD")  # says that there is no repository
            raise self._without(commit)
        return found

    def reader_at(self, commit: str, directory: str) -> TreeReader:
        """Return what reads the files of a commit, relative to a directory of it."""
        return TreeReader(self, commit, directory)

    def listed(self, commit: str) -> bytes:
        """Return every entry of a commit's tree."""
        found = list_tree(self.git, commit)
        if found is None:
            raise self._without(commit)
        return found

    def contents(self, blob: str, along: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of a blob, and of those of `along` that a partial clone has."""
        found = read_blobs(self.git, (blob, *along))
        if blob not in found:
            hint = "see what `git fsck` says and clone it whole, or read the source from its server: --source-repo URL"
            raise refuse("EW728", "a file of the commit is not in this clone", hint=hint)
        return found

    def is_ancestor(self, ancestor: str, commit: str) -> bool | None:
        """Return whether a commit is in the history of another (or is it); None if this clone cannot tell.

        It cannot where it does not know one of them, and a shallow one never says that something is not in a history.
        """
        found = descends(self.git, ancestor, commit)
        return None if found is False and self._shallow else found

    def relations(self, commits: Set[str], head: str) -> Mapping[str, str]:
        """Return how commits stand to another; of a shallow clone only those that are behind it."""
        return relations(self.git, commits, head, whole=not self._shallow)

    def is_published(self, _commit: str) -> bool:
        """Return True: who filled this clone chose what to fetch."""
        return True

    def branches(self) -> frozenset[str] | None:
        """Return the branches of the remote `origin`, None for a repository without it. Raises Refused: EW722."""
        if not self._origin:
            return None
        top = Path(self._text("rev-parse", "--show-toplevel").removesuffix("\n"))
        return branches_of(self._origin, top, self.git.run(*HEADERS).out)

    @cached_property
    def _shallow(self) -> bool:
        """Whether this clone has not the whole history."""
        return self._text("rev-parse", "--is-shallow-repository").strip() == "true"

    @cached_property
    def _origin(self) -> str:
        """The URL of the remote `origin` as it stands in the configuration, empty where there is none."""
        done = self.git.run("config", "--local", "--get", "remote.origin.url")
        return done.out.decode("utf-8", "replace").strip()

    @cached_property
    def _directory(self) -> str:
        """Where in the repository the root file is; empty: at its top."""
        return self._text("rev-parse", "--show-prefix").strip("\n").rstrip("/")

    def _has_changes(self) -> bool:
        """Return whether the work tree has changes, as far as can be told without the programs of filters."""
        changed = self._text("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all", unfiltered=True)
        paths = [line[3:] for line in changed.split("\0")[:-1]]
        asked = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        top = "../" * (self._directory.count("/") + 1) if self._directory else "."
        found = self.git.run("-C", top, "check-attr", "-z", "--stdin", "filter", stdin=asked).out.split(b"\0")[2::3]
        return len(found) != len(paths) or any(value in (b"unspecified", b"unset") for value in found)

    def _without(self, commit: str) -> Refused:
        here = "git fetch --unshallow" if self._shallow else "git fetch"
        kind = "this shallow clone" if self._shallow else "this clone"
        hint = f"{here}, or read the source from its server: --source-repo URL"
        return refuse("EW728", f"{kind} of the source has no commit {commit}", hint=hint)

    def _text(self, *arguments: str, unfiltered: bool = False) -> str:
        variables = without_filters(self.git.run(*LIST).out) if unfiltered else {}
        done = self.git.run(*arguments, environment=variables)
        if done.status:
            raise refuse("EW728", f"{self.path} is not in a git repository with a commit", detail=done.err.strip())
        return done.out.decode("utf-8", "surrogateescape")


def without_user(url: str) -> str:
    """Return a URL without what stands before its host; ssh keeps the user's name, which is no secret."""
    parts = urlsplit(url)
    if "@" not in parts.netloc or not parts.scheme:
        return url
    user, _, host = parts.netloc.rpartition("@")
    keep = f"{user.partition(':')[0]}@{host}" if parts.scheme == "ssh" else host
    return urlunsplit(parts._replace(netloc=keep))
