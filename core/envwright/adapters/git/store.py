"""One bare repository of the cache, and what it holds. Nothing here asks a server."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from envwright.adapters.git.child import MAX_OUTPUT, Git
from envwright.adapters.git.objects import (
    CHANGES_FORM,
    LOG_FORM,
    TREE,
    Entry,
    Listing,
    changes_of,
    commits_of,
    entries_of,
    listing_of,
    object_id,
    objects_of,
    overlap,
    tree_of,
)
from envwright.adapters.git.trees import listings_in
from envwright.adapters.git.values import CommitInfo
from envwright.model.diagnostic import Refused, diagnostic, refuse

MAX_BLOB = 16 * 1024 * 1024  # bytes: as in `adapters.files`, far above what a render makes
MAX_READ = 1 << 28  # bytes of all that is read at once
FEWEST_TOGETHER = 4  # directories that are read level by level: for one, git needs a process, and each level one
TIPS = "refs/tips/"
# one file for all objects of a commit; a cache that a crash of the machine breaks is replaced, so nothing is synced
SETTINGS = {"fastimport.unpackLimit": "1", "transfer.unpackLimit": "1", "core.fsync": "none", "core.compression": "1"}


class Broken(Refused):
    """EW726: the repository does not work, and has to be replaced by a new one."""


class Store:
    """A bare repository in `folder`. Every method raises Broken where git fails on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git = Git(folder, {"GIT_DIR": str(folder)}, SETTINGS)
        self._listings: dict[tuple[str, str], Listing] = {}
        self._known: dict[str, list[Entry]] = {}  # trees by their ids
        self._roots: dict[str, str] = {}  # the tree of each commit that one was asked for
        self._infos: dict[str, CommitInfo] = {}
        self._made: dict[
            str, tuple[str | None, str]
        ] = {}  # commits made here: the parent, and the directory that changed

    def make(self, object_format: str) -> None:
        """Make the empty repository, with `sha1` or `sha256` as its hash."""
        self.run("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}")

    def tips(self, branches: Iterable[str]) -> dict[str, str]:
        """Return the tips of branches as they were fetched or pushed last; those that never were are left out."""
        lines = self.run("for-each-ref", "--format=%(refname) %(objectname) %(tree)", TIPS).decode().splitlines()
        found = {}
        for ref, commit, tree in (line.split(" ") for line in lines):
            found[ref] = commit
            if tree:
                self._roots[commit] = tree
        return {branch: found[ref] for branch in branches if (ref := tracking(branch)) in found}

    def refspecs(self, branches: Iterable[str]) -> list[str]:
        """Return what a fetch of branches is told: from where on the server to where here."""
        return [f"+refs/heads/{branch}:{tracking(branch)}" for branch in branches]

    def refspecs_of(self, tips: Mapping[str, str]) -> list[str]:
        """Return what a fetch of commits is told that were the tips of branches."""
        return [f"+{tip}:{tracking(branch)}" for branch, tip in tips.items()]

    def set_tips(self, tips: Mapping[str, str | None]) -> None:
        """Take down what the server holds now; None for no such branch."""
        lines = (f"update {tracking(b)} {tip}\n" if tip else f"delete {tracking(b)}\n" for b, tip in tips.items())
        self.run("update-ref", "--stdin", stdin="".join(lines).encode())

    def history(self, branch: str) -> tuple[str, ...]:
        """Return the commits of a branch that are here, newest first."""
        return tuple(self.run("rev-list", tracking(branch)).decode().split())

    def has(self, commit: str) -> bool:
        """Return whether a commit is here."""
        return not self.git.run("cat-file", "-e", "--end-of-options", f"{commit}^{{commit}}").status

    def has_with_parents(self, commit: str) -> bool:
        """Return whether a commit is here, and its parents too."""
        return self.has(commit) and commit not in self.boundary()

    def boundary(self) -> frozenset[str]:
        """Return the commits whose parents are on the server alone."""
        file = self.folder / "shallow"
        return frozenset(file.read_text("ascii").split()) if file.exists() else frozenset()

    def join(self, commit: str) -> None:
        """Take a commit whose parents are here out of the boundary."""
        file, new = self.folder / "shallow", self.folder / "shallow.new"
        new.write_text("".join(f"{each}\n" for each in sorted(self.boundary() - {commit})), "ascii")
        new.replace(file)

    def listing(self, commit: str, directory: str) -> Listing:
        """Return a directory (empty: the root) of a commit."""
        since = self._unchanged_since(commit, directory)
        if since is None:
            return Listing(None, {})
        self.list_all([(since, directory)])
        return self._listings[since, directory]

    def list_all(self, places: Iterable[tuple[str, str]]) -> None:
        """Read directories (empty: the root) of commits in few goes, for whoever asks for them one by one."""
        since = {(self._unchanged_since(*place), place[1]) for place in places}
        wanted = sorted({(commit, directory) for commit, directory in since if commit} - self._listings.keys())
        if len(wanted) < FEWEST_TOGETHER:
            self._listings.update({place: self._listed(*place) for place in wanted})
            return
        self._know_roots({commit for commit, _ in wanted} - self._roots.keys())
        found = listings_in(
            self._trees, self._known, {(self._roots[commit], directory) for commit, directory in wanted}
        )
        for commit, directory in wanted:
            self._listings[commit, directory] = found[self._roots[commit], directory]

    def _listed(self, commit: str, directory: str) -> Listing:
        paths = ("--", directory) if directory else ()
        listed = self.run("ls-tree", "-r", "-t", "-z", "--full-tree", "--end-of-options", commit, *paths)
        found = listing_of(listed, directory)
        if not directory:
            self._know_roots({commit} - self._roots.keys())
            found = found._replace(tree=self._roots[commit])
        return found

    def _trees(self, ids: Sequence[str]) -> Mapping[str, list[Entry]]:
        return {name: tree_of(data, len(name) // 2) for name, data in self._objects("tree", ids).items()}

    def _know_roots(self, commits: Collection[str]) -> None:
        if not commits:
            return
        asked = _lines(f"{commit}^{{tree}}" for commit in commits)
        found = self.run("cat-file", "--batch-check", stdin=asked).decode().splitlines()
        for commit, line in zip(commits, found, strict=True):
            tree, _, kind = line.rpartition(" ")[0].partition(" ")
            if kind != "tree":
                raise Broken([diagnostic("error", "EW726", f"the cache of the repository lacks {commit}")])
            self._roots[commit] = tree

    def _unchanged_since(self, commit: str, directory: str) -> str | None:
        """Return the earliest commit that is known to have the same in a directory, None for one before the first."""
        at: str | None = commit
        while at in self._made and not overlap(self._made[at][1], directory):
            at = self._made[at][0]
        return at

    def files_among(self, commit: str, paths: Sequence[str]) -> frozenset[str]:
        """Return which of the paths are in a commit and are no directories."""
        listed = self.run("ls-tree", "-z", "--full-tree", "--end-of-options", commit, "--", *paths)
        return frozenset(path for mode, _, path in entries_of(listed) if mode != TREE)

    def missing(self, blobs: Sequence[str]) -> tuple[str, ...]:
        """Return which blobs are on the server alone. Raises Refused: EW730 for larger ones than a render makes."""
        printed = self.run("cat-file", "--batch-check", stdin=_lines(blobs)).decode()
        lines = [line.split(" ") for line in printed.splitlines()]
        sizes = [int(line[2]) for line in lines if len(line) == 3]
        if sum(sizes) > MAX_READ or max(sizes, default=0) > MAX_BLOB:
            hint = f"no file of a render has more than {MAX_BLOB} bytes: see who committed it"
            raise refuse("EW730", "the repository holds more than can be read", hint=hint)
        return tuple(line[0] for line in lines if len(line) != 3)

    def contents(self, blobs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs that are here."""
        return self._objects("blob", blobs)

    def _objects(self, kind: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        printed = self.run("cat-file", "--batch", stdin=_lines(ids), limit=2 * MAX_READ)
        found = {name: data for name, what, data in objects_of(printed) if what == kind}
        if len(found) < len(set(ids)) or any(object_id(kind, data, name) != name for name, data in found.items()):
            raise Broken([diagnostic("error", "EW726", "the cache of the repository holds wrong contents")])
        return found

    def commits(self, commit: str, directory: str, limit: int) -> tuple[CommitInfo, ...]:
        """Return the latest commits up to `commit` that changed a directory (empty: any), newest first."""
        paths = ("--", directory) if directory else ()
        form = (*LOG_FORM, f"--max-count={limit}", "--end-of-options", commit)
        return tuple(commits_of(self.run("log", *form, *paths)))

    def infos(self, commits: Iterable[str]) -> tuple[CommitInfo, ...]:
        """Return commits that are here, read once; those whose parents were not here then are without them."""
        wanted = sorted(set(commits))
        if asked := _lines(commit for commit in wanted if commit not in self._infos):
            found = commits_of(self.run("log", "--no-walk=unsorted", "--stdin", *LOG_FORM, stdin=asked))
            self._infos.update({info.commit: info for info in found})
        return tuple(self._infos[commit] for commit in wanted)

    def changes(self, commit: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the commits up to one that are here, newest first, each with the paths that it changed."""
        return tuple(changes_of(self.run("log", "-z", "--name-only", CHANGES_FORM, "--end-of-options", commit)))

    def imported(self, stream: bytes) -> tuple[str, ...]:
        """Make the commits of a stream for `git fast-import`, and return their ids."""
        return tuple(self.run("fast-import", "--quiet", "--date-format=raw", stdin=stream).decode().split())

    def told(self, made: Mapping[str, tuple[str | None, str]]) -> None:
        """Take down commits that were made here: the parent, and the directory that each changed."""
        self._made.update(made)

    def entries(self, commit: str, folder: str) -> Iterator[Entry]:
        """Yield what stands in a folder (empty: the root) of a commit, by whole paths."""
        paths = ("--", f"{folder}/") if folder else ()
        return entries_of(self.run("ls-tree", "-z", "--full-tree", "--end-of-options", commit, *paths))

    def run(self, *arguments: str, stdin: bytes = b"", limit: int = MAX_OUTPUT) -> bytes:
        """Run git in the repository and return what it prints. Raises Broken."""
        done = self.git.run(*arguments, stdin=stdin, limit=limit)
        if done.status:
            hint = "see whether the cache can be written and has room"
            raise Broken([diagnostic("error", "EW726", f"git {arguments[0]} failed", hint=hint, detail=done.err)])
        return done.out


def tracking(branch: str) -> str:
    """Return the ref of the cache for a branch: flat, so that no branch stands in the way of another."""
    return f"{TIPS}{hashlib.sha256(branch.encode()).hexdigest()[:40]}"


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()
