"""One remote repository, read and written through a bare repository in the user's cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from envwright.adapters.git.child import Git, Output
from envwright.adapters.git.fast_import import stream_of
from envwright.adapters.git.names import check_branch
from envwright.adapters.git.remote import Remote, scheme_of
from envwright.adapters.git.signing import Signature, Signer, Signers, settings_to_sign, signature_of
from envwright.adapters.git.values import Base, CommitInfo, File, Identity, NewCommit, Pushed, Rejected, Update
from envwright.model.diagnostic import Refused, refuse

KINDS = {"100644": "file", "100755": "executable", "120000": "link", "160000": "submodule"}
# what makes a fetch leave contents out; no other command knows of it, for it would fetch what is missing one by one
PROMISOR = ("-c", "remote.origin.promisor=true", "-c", "remote.origin.partialclonefilter=blob:none")
# contents are asked for by id: what else is in the cache plays no part
NO_HAVES = ("-c", "fetch.negotiationAlgorithm=noop")
# a cache whose tips were fetched alone gets the history below them: git takes this depth for infinite
ALL_OF_IT = "--depth=2147483647"
LOG = "%x1e".join(("%H", "%P", "%T", "%an", "%ae", "%cn", "%ce", "%cd", "%B", "%(trailers:only,unfold)"))


def cache_folder() -> Path:
    """Return where the caches of remotes are kept."""
    root = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(root) / "envwright" / "git"


class Repository:
    """A remote repository; use as a context manager."""

    def __init__(self, remote: Remote, cache: Path | None = None) -> None:
        self.remote = remote
        scheme = scheme_of(remote.url)
        self.folder = (cache or cache_folder()) / hashlib.sha256(remote.url.encode()).hexdigest()[:32]
        environment = {"GIT_ALLOW_PROTOCOL": scheme, "GIT_DIR": str(self.folder)}
        self.git = Git(self.folder, environment, {"remote.origin.url": remote.url})

    def __enter__(self) -> Repository:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._local("init", "--quiet", "--bare", "--template=")
        return self

    def __exit__(self, *_: object) -> None:
        return None

    # -- reading

    def fetch(self, branches: Iterable[str]) -> Mapping[str, str]:
        """Fetch the tips of branches, all in one go, without history and without contents; absent ones are left out."""
        wanted = [check_branch(branch) for branch in branches]
        there = {branch: tip for branch, tip in self.branches("").items() if branch in set(wanted)}
        if there:
            lines = "".join(f"+refs/heads/{branch}:{_tracking(branch)}\n" for branch in there)
            self._fetch(lines, "--depth=1")
        return {branch: self._local("rev-parse", "--verify", _tracking(branch)).strip() for branch in there}

    def branches(self, prefix: str) -> Mapping[str, str]:
        """Return the branches whose names begin with `prefix`, with their tips."""
        done = self.git.run("ls-remote", "--refs", "origin", f"refs/heads/{prefix}*")
        if done.status:
            raise self._unreachable(done)
        pairs = (line.split("\t", 1) for line in done.out.decode("utf-8", "replace").splitlines())
        return {name.removeprefix("refs/heads/"): tip for tip, name in pairs if name.startswith(f"refs/heads/{prefix}")}

    def base(self, branch: str, tip: str | None, directory: str) -> Base:
        """Return what stands in `directory` at the tip of a branch, as `fetch` told it."""
        return Base(branch=branch, commit=tip, directory=directory, tree=tip and self.tree_of(tip, directory))

    def tree_of(self, commit: str, directory: str) -> str | None:
        """Return the id of the tree of a directory (empty: the root), or None where there is no such directory."""
        done = self.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{directory}")
        return done.out.decode().strip() or None

    def files_in(self, commit: str, directory: str) -> Mapping[str, File]:
        """Return every file below a directory, by path relative to it; empty where there is no such directory."""
        if self.tree_of(commit, directory) is None:
            return {}
        found = {}
        for line in self._local("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{directory}").split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, _, blob = facts.split(" ")
            found[path] = File(KINDS.get(mode, "file"), blob)  # type: ignore[arg-type]  # of a table
        return found

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs by their ids; what is not in the cache is fetched in one go."""
        wanted = sorted(set(blobs))
        if not wanted:
            return {}
        asked = "\n".join(wanted) + "\n"
        check = self._local("cat-file", "--batch-check", stdin=asked)
        missing = [line.split(" ")[0] for line in check.splitlines() if line.endswith(" missing")]
        if missing:
            self._fetch("\n".join(missing) + "\n", settings=NO_HAVES)
        data = self._run("cat-file", "--batch", stdin=asked.encode()).out
        found, at = {}, 0
        for blob in wanted:
            end = data.index(b"\n", at)
            size = int(data[at:end].split(b" ")[2])
            found[blob] = data[end + 1 : end + 1 + size]
            at = end + 1 + size + 1
        return found

    def log(self, branch: str, directory: str = "", limit: int = 20) -> tuple[CommitInfo, ...]:
        """Return the latest commits of a branch that changed a directory, newest first."""
        check_branch(branch)
        self._fetch(f"+refs/heads/{branch}:{_tracking(branch)}\n", ALL_OF_IT)
        paths = ["--", directory] if directory else []
        form = ("-z", f"--format={LOG}", "--date=raw", f"--max-count={limit}")
        text = self._local("log", *form, _tracking(branch), *paths)
        return tuple(_info(entry) for entry in text.split("\0") if entry)

    def find(self, commit: str) -> CommitInfo:
        """Return a commit by its whole id, fetched with its parents' trees if need be. Raises Refused: EW722."""
        if self.git.run("rev-parse", "--verify", "--quiet", f"{commit}^@^{{tree}}").status:
            self._fetch(f"{commit}\n", "--depth=2")
        return self.commit_info(commit)

    def commit_info(self, commit: str) -> CommitInfo:
        """Return one commit that was fetched or made here."""
        return _info(self._local("log", "-z", f"--format={LOG}", "--date=raw", "--max-count=1", commit).strip("\0"))

    def signature_of(self, commit: str, signers: Signers) -> Signature:
        """Return what the signature of a commit is worth."""
        return signature_of(self.git, commit, signers)

    # -- writing

    def commit(self, new: NewCommit) -> str:
        """Make a commit, in the cache alone, and return its id. Raises Refused: EW723, EW725."""
        there = self.files_in(new.parent, new.directory) if new.parent else {}
        removed = frozenset(there) - frozenset(new.draft.files)
        done = self._run("fast-import", "--quiet", "--date-format=raw", stdin=stream_of(new, new.draft.files, removed))
        commit = done.out.decode().strip()
        return self._signed(commit, new, new.draft.signer) if new.draft.signer else commit

    def push(self, updates: Sequence[Update]) -> Mapping[str, Pushed | Rejected]:
        """Move branches, each only if it still is where it is expected; then look at what they hold."""
        leases = [f"--force-with-lease=refs/heads/{new.branch}:{new.expected or ''}" for new in updates]
        specs = [f"{new.commit}:refs/heads/{new.branch}" for new in updates]
        done = self.git.run("push", "--quiet", *leases, "origin", *specs)
        if not done.status:
            return {new.branch: Pushed(new.commit) for new in updates}
        tips = self.branches("")
        there = {new.branch: tips.get(new.branch) for new in updates}
        moved = [branch for branch, tip in there.items() if tip]
        self._fetch("".join(f"+refs/heads/{branch}:{_tracking(branch)}\n" for branch in moved))
        return {new.branch: self._result(new, there[new.branch]) for new in updates}

    def delete_branch(self, branch: str, expected: str) -> Pushed | Rejected:
        """Delete a branch if it still is at `expected`."""
        check_branch(branch)
        lease = f"--force-with-lease=refs/heads/{branch}:{expected}"
        done = self.git.run("push", "--quiet", lease, "origin", f":refs/heads/{branch}")
        if not done.status:
            return Pushed(expected)
        tip = self.branches(branch).get(branch)
        return Rejected(tip) if tip else Pushed(expected)

    # -- below

    def _signed(self, commit: str, new: NewCommit, signer: Signer) -> str:
        """Make the same commit again with a signature, and return its id."""
        options, environment = settings_to_sign(signer)
        draft = new.draft
        for who, identity in (("AUTHOR", draft.author), ("COMMITTER", draft.committer)):
            environment |= {f"GIT_{who}_NAME": identity.name, f"GIT_{who}_EMAIL": identity.email}
            environment[f"GIT_{who}_DATE"] = f"@{draft.date}"
        parent = ("-p", new.parent) if new.parent else ()
        command = (*options, "commit-tree", "-S", *parent, f"{commit}^{{tree}}")
        done = self.git.run(*command, stdin=draft.message.encode(), environment=environment)
        if done.status:
            raise refuse(
                "EW729",
                "the commit could not be signed",
                hint="see whether the key is there and needs no word",
                detail=done.err.strip(),
            )
        return done.out.decode().strip()

    def _result(self, new: Update, tip: str | None) -> Pushed | Rejected:
        if tip and not self.git.run("merge-base", "--is-ancestor", new.commit, tip).status:
            return Pushed(new.commit)
        return Rejected(tip)

    def _fetch(self, lines: str, *options: str, settings: tuple[str, ...] = ()) -> None:
        form = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--stdin")
        done = self.git.run(*PROMISOR, *settings, "fetch", *form, *options, "origin", stdin=lines.encode())
        if done.status:
            raise self._unreachable(done)

    def _unreachable(self, done: Output) -> Refused:
        return refuse("EW722", f"{self.remote.url} cannot be read", detail=done.err.strip())

    def _run(self, *arguments: str, stdin: bytes = b"") -> Output:
        done = self.git.run(*arguments, stdin=stdin)
        if done.status:
            raise refuse("EW726", f"git {arguments[0]} failed", detail=done.err.strip())
        return done

    def _local(self, *arguments: str, stdin: str = "") -> str:
        return self._run(*arguments, stdin=stdin.encode()).out.decode("utf-8", "surrogateescape")


def _tracking(branch: str) -> str:
    """Return the ref of the cache for a branch: flat, so that no branch stands in the way of another."""
    return f"refs/tips/{hashlib.sha256(branch.encode()).hexdigest()[:40]}"


def _info(entry: str) -> CommitInfo:
    commit, parents, tree, name, email, by, by_email, date, message, trailers = entry.split("\x1e")
    pairs = (line.partition(": ") for line in trailers.splitlines() if line)
    return CommitInfo(
        commit=commit,
        parents=tuple(parents.split()),
        tree=tree,
        author=Identity(name=name, email=email),
        committer=Identity(name=by, email=by_email),
        date=date,
        message=message,
        trailers=tuple((key, value) for key, _, value in pairs),
    )
