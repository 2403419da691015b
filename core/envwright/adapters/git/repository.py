"""One remote repository, read and written through a bare repository in the user's cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Self, TypeVar

from envwright.adapters.git.cache import Cache, cache_folder
from envwright.adapters.git.child import Output
from envwright.adapters.git.names import check_branch
from envwright.adapters.git.new_commits import NewCommits
from envwright.adapters.git.objects import above
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.server import Server
from envwright.adapters.git.signing import Signature, Signers, signature_of
from envwright.adapters.git.store import Broken, Store
from envwright.adapters.git.values import Base, Chain, CommitInfo, File, NewCommit, Pushed, Rejected, Update

HISTORY = 200  # commits that are fetched where nothing in the cache tells how many are new
T = TypeVar("T")


class Repository:
    """A remote repository; a context manager, and not to be shared by threads.

    A cache that turns out to be broken is replaced, and the work is done again. Every method raises Refused: EW720 for
    want of git, EW722 where the server cannot be reached, EW726 where the cache cannot be written.
    """

    def __init__(self, remote: Remote, cache: Path | None = None) -> None:
        """Name the remote and the folder of all caches. Raises Refused: EW721 for a URL or credentials not taken."""
        url = remote.url.encode("utf-8", "surrogateescape")  # a path may be no Unicode
        folder = (cache or cache_folder()) / hashlib.sha256(url).hexdigest()[:32]
        self.remote = remote
        self.server = Server(remote, folder)
        self.cache = Cache(folder, self.server.make_store)
        self.store = Store(folder)
        self._told: dict[str, str] = {}  # tips that the caller knows, for a new cache

    def __enter__(self) -> Self:
        self.store = Store(self.cache.open())
        return self

    def __exit__(self, *_: object) -> None:
        self.cache.close()

    # reading

    def fetch(self, branches: Iterable[str]) -> Mapping[str, str]:
        """Return the tips of branches, fetched in one go without history and contents; absent branches are left out.

        Raises Refused: EW724 for a name that cannot be a branch.
        """
        wanted = sorted({check_branch(branch) for branch in branches})
        return self._mended(lambda: self._fetched(wanted))

    def histories(self, branches: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Fetch branches and return their commits, newest first: at least those that came since the last fetch."""
        wanted = sorted({check_branch(branch) for branch in branches})
        return self._mended(lambda: self._histories(wanted))

    def latest(self, branches: Iterable[str], depth: int) -> Mapping[str, tuple[str, ...]]:
        """Fetch branches and return their commits, newest first, from the latest `depth` generations at least."""
        wanted = sorted({check_branch(branch) for branch in branches})
        return self._mended(lambda: self._histories(wanted, f"--depth={depth}"))

    def branches(self, prefix: str = "") -> Mapping[str, str]:
        """Return the branches whose names begin with `prefix`, with their tips, as the server has them now."""
        found = self.server.branches(self.cache.folder)
        return {branch: tip for branch, tip in found.items() if branch.startswith(prefix)}

    def base(self, branch: str, tip: str | None, directory: str) -> Base:
        """Return what stands in `directory` at the tip of a branch, as `fetch` told it (None: there is no branch)."""
        return self.bases([(branch, tip, directory)])[0]

    def bases(self, places: Iterable[tuple[str, str | None, str]]) -> list[Base]:
        """Return what stands at many places, each a branch, its tip and a directory."""
        wanted = list(places)
        self.list_all((tip, directory) for _, tip, directory in wanted if tip)
        return [
            Base(branch=branch, commit=tip, directory=directory, tree=tip and self.tree_of(tip, directory))
            for branch, tip, directory in wanted
        ]

    def tree_of(self, commit: str, directory: str) -> str | None:
        """Return the id of the tree of a directory (empty: the root), or None where there is no such directory."""
        return self._mended(lambda: self.store.listing(commit, directory).tree)

    def files_in(self, commit: str, directory: str) -> Mapping[str, File]:
        """Return every file below a directory, by path relative to it; empty where there is no such directory."""
        return self._mended(lambda: self.store.listing(commit, directory).files)

    def files_among(self, commit: str, paths: Sequence[str]) -> frozenset[str]:
        """Return which of the paths are in a commit and are no directories."""
        return self._mended(lambda: self.store.files_among(commit, paths))

    def list_all(self, places: Iterable[tuple[str, str]]) -> None:
        """Read directories of commits in few goes, for `base`, `tree_of` and `files_in` to ask for one by one."""
        wanted = list(places)
        self._mended(lambda: self.store.list_all(wanted))

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs by their ids; those that are not in the cache are fetched in one go.

        Raises Refused: EW730 for what no render makes: more than 16 MiB in one blob, or 256 MiB in all.
        """
        wanted = sorted(set(blobs))
        return self._mended(lambda: self._read(wanted)) if wanted else {}

    def log(self, branch: str, directory: str = "", limit: int = 20) -> tuple[CommitInfo, ...]:
        """Return the latest commits of a branch that changed a directory, newest first; empty if there is no branch.

        Of a merge that has what one of its parents has there (`.`: everywhere) that parent counts, and the merge does
        not; an empty directory stands for all commits.
        """
        return self._mended(lambda: self._log(check_branch(branch), directory, limit))

    def latest_changes(self, places: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], CommitInfo]:
        """Return for branches with a directory of each the latest commit that changed it; left out is what none did.

        The history is fetched as far as that takes, for all of them together. Merges change nothing.
        """
        wanted = frozenset((check_branch(branch), directory) for branch, directory in places)
        return self._mended(lambda: self._latest_changes(wanted))

    def commit_infos(self, commits: Iterable[str]) -> Mapping[str, CommitInfo]:
        """Return commits that were fetched or made here, by their ids."""
        wanted = list(commits)
        return self._mended(lambda: {info.commit: info for info in self.store.infos(wanted)})

    def find(self, commit: str) -> CommitInfo:
        """Return a commit of the server by its whole id, fetched with its parents if need be.

        Raises Refused: EW722 where the server does not give it out.
        """
        return self._mended(lambda: self._find(commit))

    def signature_of(self, commit: str, signers: Signers) -> Signature:
        """Return what the signature of a commit is worth. Raises Refused: EW729 for keys that cannot be read."""
        return signature_of(self.store.git, commit, signers)

    # writing

    def commit(self, new: NewCommit) -> str:
        """Make a commit, in the cache alone, and return its id.

        Raises Refused: EW723 a path, EW725 author, date or message, EW729 the key, EW731 something is in the way.
        """
        return self.commit_all([Chain(parent=new.parent, steps=((new.directory, new.draft),))])[0][0]

    def commit_all(self, chains: Sequence[Chain]) -> tuple[tuple[str, ...], ...]:
        """Make commits, in the cache alone, and return for each chain the ids of its steps. Raises as `commit` does."""
        return self._mended(lambda: self._commit_all(chains)) if chains else ()

    def push(self, updates: Sequence[Update]) -> Mapping[str, Pushed | Rejected]:
        """Move branches, each only if it still is where it is expected; return what became of each, by branch."""
        done = self.send(updates)
        if not done.status:
            return {new.branch: Pushed(new.commit) for new in updates}
        # no message of git tells for sure what became of it: the branches do
        commits = self.histories(new.branch for new in updates)
        said = self.server.said(done)
        return {new.branch: _result(new, commits.get(new.branch, ()), said) for new in updates}

    def send(self, updates: Sequence[Update]) -> Output:
        """Push without a look at what became of it: a status other than 0 tells nothing, `histories` does."""
        for new in updates:
            check_branch(new.branch)
        done = self.server.push(self.store.folder, updates)
        if not done.status:
            self.store.set_tips({new.branch: new.commit for new in updates})
        return done

    def delete_branch(self, branch: str, expected: str) -> Pushed | Rejected:
        """Delete a branch if it still is at `expected`; Pushed once it is gone."""
        deleted = Update(branch=check_branch(branch), commit="", expected=expected)
        done = self.server.push(self.store.folder, [deleted])
        tip = self.branches(branch).get(branch) if done.status else None
        return Rejected(tip) if tip else Pushed(expected)

    # below

    def _commit_all(self, chains: Sequence[Chain]) -> tuple[tuple[str, ...], ...]:
        made = NewCommits(self.store, chains).make()
        # one that is on the server already may have been fetched without its parent, and is not taken back like that
        if alone := _with_parents(chains, made) & self.store.boundary():
            with self.cache.locked("fetch"):
                for commit in sorted(alone):
                    self.store.join(commit)
        return made

    def _fetched(self, wanted: Sequence[str]) -> Mapping[str, str]:
        with self.cache.locked("fetch"):
            found = self._fetch(wanted, "--depth=1")
        self._told |= found
        return found

    def _histories(self, branches: Sequence[str], *options: str) -> Mapping[str, tuple[str, ...]]:
        # locked, for another process may not make the history short again while it is read
        with self.cache.locked("fetch"):
            if not options and len(self.store.tips(branches)) < len(branches):
                options = (f"--depth={HISTORY}",)
            there = self._fetch(branches, *options)
            return {branch: self.store.history(branch) for branch in there}

    def _fetch(self, wanted: Sequence[str], *options: str) -> Mapping[str, str]:
        """Fetch branches as they are now, and take down which are gone. Raises Refused: EW722."""
        known = self.store.tips(wanted)
        if len(known) < len(wanted) or self._try_to_fetch(wanted, *options).status:
            now = self.branches()
            there = [branch for branch in wanted if branch in now]
            done = self._try_to_fetch(there, *options)
            if done.status:
                raise Broken(self.server.unreachable(done).diagnostics)
            self.store.set_tips({branch: None for branch in known if branch not in now})
        return self.store.tips(wanted)

    def _try_to_fetch(self, branches: Sequence[str], *options: str) -> Output:
        lines = self.store.refspecs(branches)
        return self.server.fetch(self.store.folder, lines, *options) if lines else Output(0, b"", "")

    def _read(self, wanted: Sequence[str]) -> Mapping[str, bytes]:
        missing = self.store.missing(wanted)
        if missing:
            done = self.server.fetch_objects(self.store.folder, missing)
            if done.status or self.store.missing(wanted):
                raise Broken(self.server.unreachable(done).diagnostics)
        return self.store.contents(wanted)

    def _log(self, branch: str, directory: str, limit: int) -> tuple[CommitInfo, ...]:
        depth = limit + 1
        with self.cache.locked("fetch"):
            while True:
                tip = self._fetch([branch], f"--depth={depth}").get(branch)
                if tip is None:
                    return ()
                boundary = self.store.boundary()
                # a commit whose parents are not here seems to have made all that is in it
                found = [c for c in self.store.commits(tip, directory, limit + 1) if c.commit not in boundary]
                if len(found) >= limit or boundary.isdisjoint(self.store.history(branch)):
                    return tuple(found[:limit])
                depth *= 4

    def _latest_changes(self, places: frozenset[tuple[str, str]]) -> Mapping[tuple[str, str], CommitInfo]:
        left: dict[str, set[str]] = {}
        for branch, directory in places:
            left.setdefault(branch, set()).add(directory)
        depth = max(map(len, left.values()), default=0) + 1
        found: dict[tuple[str, str], str] = {}
        with self.cache.locked("fetch"):
            while left:
                tips = self._fetch(sorted(left), f"--depth={depth}")
                boundary = self.store.boundary()
                for branch, directories in list(left.items()):
                    # a commit whose parents are not here seems to have made all that is in it
                    every = self.store.changes(tips[branch]) if branch in tips else ()
                    latest = _latest((change for change in every if change[0] not in boundary), directories)
                    found |= {(branch, directory): commit for directory, commit in latest.items()}
                    directories -= latest.keys()
                    if not directories or all(commit not in boundary for commit, _ in every):
                        del left[branch]
                depth *= 4
        infos = {info.commit: info for info in self.store.infos(found.values())}
        return {place: infos[commit] for place, commit in found.items()}

    def _find(self, commit: str) -> CommitInfo:
        with self.cache.locked("fetch"):
            if not self.store.has_with_parents(commit):
                done = self.server.fetch_objects(self.store.folder, [commit], "--depth=2")
                if done.status:
                    raise self.server.unreachable(done)
        return self.store.commits(commit, "", 1)[0]

    def _mended(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Broken:
            self.renew()
            return work()

    def renew(self) -> None:
        """Take a new cache, and fetch into it what the caller was told of."""
        self.store = Store(self.cache.renew(self.store.folder))
        if self._told:
            with self.cache.locked("fetch"):
                specs = self.store.refspecs_of(self._told)
                done = self.server.fetch_objects(self.store.folder, specs, "--depth=1")
            if done.status:
                raise self.server.unreachable(done)


def _with_parents(chains: Sequence[Chain], made: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the commits of chains that have a parent."""
    pairs = zip(chains, made, strict=True)
    return frozenset(commit for chain, commits in pairs for commit in commits[chain.parent is None :])


def _latest(changes: Iterable[tuple[str, Iterable[str]]], directories: Set[str]) -> Mapping[str, str]:
    """Return the first commit that changed each of the directories, out of those with the paths that they changed."""
    found: dict[str, str] = {}
    for commit, paths in changes:
        for folder in {path.rpartition("/")[0] for path in paths}:
            for directory in (*above(folder), folder):
                if directory in directories:
                    found.setdefault(directory, commit)
    return found


def _result(new: Update, commits: tuple[str, ...], said: str) -> Pushed | Rejected:
    return Pushed(new.commit) if new.commit in commits else Rejected(commits[0] if commits else None, said)
