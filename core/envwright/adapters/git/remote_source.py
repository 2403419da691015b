"""The source on its server, read through bare repositories in the user's cache: no clone, and no work tree."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from envwright.adapters.git.address import SOURCE
from envwright.adapters.git.cache import Cache, cache_folder
from envwright.adapters.git.child import Git, Output
from envwright.adapters.git.names import fault_of, is_branch
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.server import CONTENTS, Server
from envwright.adapters.git.source import ROOT_FILE, Named, SourceCommit, descends, read_commit, relations
from envwright.adapters.git.store import Broken, Store
from envwright.adapters.git.tree_reader import MAX_ALONG, TreeReader, list_tree, read_blobs
from envwright.model.diagnostic import Refused, diagnostic, refuse
from envwright.model.wrong_call import wrong_call

T = TypeVar("T")
ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# filters of git: large files come when they are asked for, and who descends from whom needs commits alone
LARGE, ALL_BUT_COMMITS = f"blob:limit={MAX_ALONG + 1}", "tree:0"
ASKED = "refs/asked/"
ALL_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


class Kept:
    """A bare repository of the cache: what was fetched of a source, and not left out by a filter."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.cache = Cache(folder, server.make_store)

    @cached_property
    def store(self) -> Store:
        """The repository, held until it is closed. Raises Refused: EW726."""
        return Store(self.cache.open())

    @property
    def git(self) -> Git:
        """What runs git in the repository."""
        return self.store.git

    def is_whole(self) -> bool:
        """Return whether every commit that was fetched can be read."""
        return not self.git.run("rev-list", "--quiet", "--all").status

    def fetch(self, lines: Iterable[str], *options: str, leave_out: str) -> Output:
        """Fetch refspecs; other processes wait."""
        folder = self.store.folder
        with self.cache.locked("fetch"):
            return self.server.fetch(folder, lines, *options, leave_out=leave_out)

    def fetch_anew(self, lines: Iterable[str], *options: str, leave_out: str) -> Output:
        """Do the same as if nothing were here."""
        folder = self.store.folder
        with self.cache.locked("fetch"):
            return self.server.fetch_objects(folder, lines, *options, leave_out=leave_out)

    def renew(self) -> None:
        """Take an empty repository in place of a broken one."""
        self.store = Store(self.cache.renew(self.store.folder))

    def close(self) -> None:
        """Let the repository go."""
        self.cache.close()


class RemoteSource:
    """The source on a server, a `SourceRepository`; a context manager, and not to be shared by threads.

    Of a commit all files are fetched at once, without history and without those above 1 MiB, which come one by one;
    history is fetched without files. What breaks in the cache is fetched again.
    """

    def __init__(self, remote: Remote, file: str, cache: Path | None = None) -> None:
        """Name the remote, the stack's root file in it (or its directory), and the folder of all caches.

        Raises Refused: EW721 for a URL or credentials not taken. Raises WrongCall: EW900 for a file that is not below
        the top of the repository.
        """
        self.remote = remote
        self.path = "" if file in (".", "./") else posixpath.normpath(file)
        if self.path and fault_of(self.path):
            hint = "such as -f deploy/services.yaml"
            raise wrong_call("EW900", f"{file} is no path from the top of the source repository", hint=hint)
        folder = (cache or cache_folder()) / f"source-{hashlib.sha256(remote.url.encode()).hexdigest()[:32]}"
        self.server = Server(remote, folder, variables=SOURCE)
        self.files = Kept(self.server, folder)
        self.history = Kept(self.server, folder / "history")
        self._listed: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        self.files.store  # noqa: B018  # makes the folder
        return self

    def __exit__(self, *_: object) -> None:
        self.files.close()
        self.history.close()

    @property
    def url(self) -> str:
        """The URL, which holds no password."""
        return self.remote.url

    def resolve(self, revision: str) -> Named:
        """Return what a branch, a tag, the whole id of a commit or `HEAD` (the default branch) names."""
        if ID.fullmatch(revision):
            return Named(revision, "")
        name = revision.removeprefix("refs/heads/")
        branch, *tags = (f"refs/heads/{name}", f"refs/tags/{name}^{{}}", f"refs/tags/{name}")
        refs = ("HEAD",) if name == "HEAD" else (branch, *tags) if is_branch(name) else ()
        found, default = self.server.named(self.files.cache.folder, *refs)
        there = [ref for ref in refs if ref in found]
        if not there:
            hint = "name a branch, a tag or the whole id of a commit"
            raise refuse("EW728", f"{self.url} has no {revision}", hint=hint)
        return Named(found[there[0]], default if there == ["HEAD"] else name if there[0] == branch else "")

    def file_at(self, commit: str) -> str:
        """Return where the stack's root file is at a commit."""
        is_directory = self.path in TreeReader(self, commit, "").folders
        return posixpath.join(self.path, ROOT_FILE) if is_directory else self.path

    def is_dirty(self, _commit: str) -> bool:
        """Return False: there is no work tree."""
        return False

    def commit(self, commit: str) -> SourceCommit:
        """Return a commit by its whole id."""
        return self._mended(lambda: self._commit(commit))

    def reader_at(self, commit: str, directory: str) -> TreeReader:
        """Return what reads the files of a commit, relative to a directory of it."""
        return TreeReader(self, commit, directory)

    def listed(self, commit: str) -> bytes:
        """Return every entry of a commit's tree."""
        if commit not in self._listed:
            self._listed[commit] = self._mended(lambda: self._tree(commit))
        return self._listed[commit]

    def contents(self, blob: str, along: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of a blob, and of those of `along` that are here."""
        wanted = (blob, *along)
        return self._mended(lambda: self._contents(blob, wanted))

    def is_ancestor(self, ancestor: str, commit: str) -> bool | None:
        """Return whether a commit is in the history of another (or is it); None if the server does not give one out."""
        return descends(self._history_of((ancestor, commit)), ancestor, commit)

    def relations(self, commits: Set[str], head: str) -> Mapping[str, str]:
        """Return how commits stand to another, those left out that the server does not give out."""
        return relations(self._history_of({*commits, head}), commits, head, whole=True)

    def is_published(self, commit: str) -> bool:
        """Return whether a branch or a tag has a commit: servers give out others too, such as those of forks."""
        if commit in self.server.tips(self.files.cache.folder):
            return True
        done = self._whole_history.run("for-each-ref", "--count=1", f"--contains={commit}", "refs/heads", "refs/tags")
        return not done.status and bool(done.out)

    def branches(self) -> frozenset[str]:
        """Return the branches that the server has now."""
        return frozenset(self.server.refs(self.files.cache.folder))

    def _commit(self, commit: str) -> SourceCommit:
        self._fetch(commit)
        found = read_commit(self.files.git, commit)
        if found is None:
            raise self._without(commit)
        return found

    def _tree(self, commit: str) -> bytes:
        self._fetch(commit)
        found = list_tree(self.files.git, commit)
        if found is None:
            raise self._without(commit)
        return found

    def _contents(self, blob: str, wanted: Iterable[str]) -> Mapping[str, bytes]:
        found = read_blobs(self.files.git, wanted)
        if blob in found:
            return found
        done = self.files.fetch_anew([blob], leave_out=CONTENTS)
        found = read_blobs(self.files.git, wanted)
        if blob not in found:
            raise Broken(self.server.unreachable(done).diagnostics)
        return found

    def _fetch(self, commit: str) -> None:
        if not self.files.store.has(commit):
            line = f"+{commit}:{ASKED}{commit}"
            done = self.files.fetch([line], "--depth=1", leave_out=LARGE)
            if done.status:
                # what came as a difference may build on what was left out before
                done = self.files.fetch_anew([line], "--depth=1", leave_out=LARGE)
            if done.status:
                self.server.tips(self.files.cache.folder)  # says so if it is the server that does not answer
                without = self._without(commit, self.server.said(done))
                raise Refused(without.diagnostics) if self.files.is_whole() else without

    def _history_of(self, commits: Iterable[str]) -> Git:
        """Return where the history is of branches, tags, and these commits, as far as the server gives them out."""
        git = self._whole_history
        for commit in commits:
            if ID.fullmatch(commit) and not self.history.store.has(commit):
                self.history.fetch([f"+{commit}:{ASKED}{commit}"], leave_out=ALL_BUT_COMMITS)
        return git

    @cached_property
    def _whole_history(self) -> Git:
        """Where every commit of every branch and tag is, as they are now."""
        done = self._fetch_history()
        if done.status:
            self.history.renew()
            done = self._fetch_history()
        if done.status:
            raise self.server.unreachable(done)
        return self.history.git

    def _fetch_history(self) -> Output:
        done = self.history.fetch(ALL_REFS, "--prune", leave_out=ALL_BUT_COMMITS)
        # a server may let this filter in alone
        return done if not done.status else self.history.fetch(ALL_REFS, "--prune", leave_out=CONTENTS)

    def _without(self, commit: str, said: str = "") -> Broken:
        hint = "see whether it was pushed there"
        return Broken([diagnostic("error", "EW728", f"{self.url} has no commit {commit}", hint=hint, detail=said)])

    def _mended(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Broken:
            self.files.renew()
            return work()
