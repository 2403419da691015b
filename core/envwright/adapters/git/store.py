"""One bare repository of the cache: what it holds, and new commits in it. Nothing here asks a server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from envwright.adapters.git.child import MAX_OUTPUT, Git
from envwright.adapters.git.fast_import import stream_of
from envwright.adapters.git.names import check_place, fault_of
from envwright.adapters.git.objects import (
    LOG_FORM,
    TREE,
    Listing,
    above,
    blob_id,
    blobs_of,
    commits_of,
    entries_of,
    listing_of,
)
from envwright.adapters.git.signing import Signer, settings_to_sign
from envwright.adapters.git.values import CommitInfo, NewCommit
from envwright.model.diagnostic import Refused, diagnostic, refuse

MAX_BLOB = 16 * 1024 * 1024  # bytes: as in `adapters.files`, far above what a render makes
MAX_READ = 1 << 28  # bytes of all that is read at once
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

    def make(self, object_format: str) -> None:
        """Make the empty repository, with `sha1` or `sha256` as its hash."""
        self._run("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}")

    def tips(self, branches: Iterable[str]) -> dict[str, str]:
        """Return the tips of branches as they were fetched or pushed last; those that never were are left out."""
        lines = self._run("for-each-ref", "--format=%(refname) %(objectname)", TIPS).decode().splitlines()
        found = dict(line.split(" ") for line in lines)
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
        self._run("update-ref", "--stdin", stdin="".join(lines).encode())

    def history(self, branch: str) -> tuple[str, ...]:
        """Return the commits of a branch that are here, newest first."""
        return tuple(self._run("rev-list", tracking(branch)).decode().split())

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
        if (commit, directory) not in self._listings:
            paths = ("--", directory) if directory else ()
            listed = self._run("ls-tree", "-r", "-t", "-z", "--full-tree", "--end-of-options", commit, *paths)
            found = listing_of(listed, directory)
            if not directory:
                root = self._run("rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")
                found = found._replace(tree=root.decode().strip())
            self._listings[commit, directory] = found
        return self._listings[commit, directory]

    def files_among(self, commit: str, paths: Sequence[str]) -> frozenset[str]:
        """Return which of the paths are in a commit and are no directories."""
        listed = self._run("ls-tree", "-z", "--full-tree", "--end-of-options", commit, "--", *paths)
        return frozenset(path for mode, _, path in entries_of(listed) if mode != TREE)

    def missing(self, blobs: Sequence[str]) -> tuple[str, ...]:
        """Return which blobs are on the server alone. Raises Refused: EW730 for larger ones than a render makes."""
        printed = self._run("cat-file", "--batch-check", stdin=_lines(blobs)).decode()
        lines = [line.split(" ") for line in printed.splitlines()]
        sizes = [int(line[2]) for line in lines if len(line) == 3]
        if sum(sizes) > MAX_READ or max(sizes, default=0) > MAX_BLOB:
            hint = f"no file of a render has more than {MAX_BLOB} bytes: see who committed it"
            raise refuse("EW730", "the repository holds more than can be read", hint=hint)
        return tuple(line[0] for line in lines if len(line) != 3)

    def contents(self, blobs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs that are here."""
        found = dict(blobs_of(self._run("cat-file", "--batch", stdin=_lines(blobs), limit=2 * MAX_READ)))
        if any(blob_id(data, blob) != blob for blob, data in found.items()):
            raise Broken([diagnostic("error", "EW726", "the cache of the repository holds wrong contents")])
        return found

    def commits(self, commit: str, directory: str, limit: int) -> tuple[CommitInfo, ...]:
        """Return the latest commits up to `commit` that changed a directory (empty: any), newest first."""
        paths = ("--", directory) if directory else ()
        form = (*LOG_FORM, f"--max-count={limit}", "--end-of-options", commit)
        return tuple(commits_of(self._run("log", *form, *paths)))

    def commit(self, new: NewCommit) -> str:
        """Make a commit and return its id. Raises Refused: EW723, EW725, EW729, EW731."""
        made = self.imported(self._stream(new))
        return self._signed(made, new, new.draft.signer) if new.draft.signer else made

    def imported(self, stream: bytes) -> str:
        """Make a commit of a stream for `git fast-import`, and return its id."""
        return self._run("fast-import", "--quiet", "--date-format=raw", stdin=stream).decode().strip()

    def _stream(self, new: NewCommit) -> bytes:
        files = new.draft.files
        if new.parent is None:
            return stream_of(new, files, frozenset())
        found = self.listing(new.parent, new.directory)
        if found.tree is None:
            self._check_place(new.parent, new.directory)
        there = {path: file.blob for path, file in found.files.items() if file.kind == "file"}
        removed = found.files.keys() - (there.keys() & files.keys())
        if found.twice or any(fault_of(path) for path in removed):
            return stream_of(new, files, frozenset(("",)))  # what no git could name goes with all the rest
        changed = {path: data for path, data in files.items() if there.get(path) != blob_id(data, new.parent)}
        return stream_of(new, changed, removed)

    def _check_place(self, commit: str, directory: str) -> None:
        """Refuse a directory that is new where the tree has something else, or the same in another case."""
        for folder in above(directory):
            paths = ("--", f"{folder}/") if folder else ()
            listed = self._run("ls-tree", "-z", "--full-tree", "--end-of-options", commit, *paths)
            check_place(directory, {path: mode == TREE for mode, _, path in entries_of(listed)})

    def _signed(self, commit: str, new: NewCommit, signer: Signer) -> str:
        """Make the same commit again with a signature, and return its id."""
        settings, environment = settings_to_sign(signer)
        for who, identity in (("AUTHOR", new.draft.author), ("COMMITTER", new.draft.committer)):
            environment |= {f"GIT_{who}_NAME": identity.name, f"GIT_{who}_EMAIL": identity.email}
            environment[f"GIT_{who}_DATE"] = f"@{new.draft.date}"
        command = ("commit-tree", "-S", *(("-p", new.parent) if new.parent else ()), f"{commit}^{{tree}}")
        message = new.draft.message.encode()
        done = self.git.run(*command, stdin=message, settings=settings, environment=environment)
        if done.status:
            hint = "see whether the key is there and asks for no passphrase"
            raise refuse("EW729", "the commit could not be signed", hint=hint, detail=done.err)
        return done.out.decode().strip()

    def _run(self, *arguments: str, stdin: bytes = b"", limit: int = MAX_OUTPUT) -> bytes:
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
