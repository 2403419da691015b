"""What changed between revisions of the repository that a stack lives in, read by git without writing anything.

Configuration of the user and the system counts for nothing, programs that the repository's own could name are not run.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from envwright.adapters.git.child import ENVIRONMENT, SETTINGS
from envwright.adapters.git.clone import Clone
from envwright.adapters.git.filters import LIST, without_filters
from envwright.adapters.git.tree_reader import TreeReader
from envwright.model.changes import ChangedFile, FileStatus, Revision
from envwright.model.diagnostic import Refused, diagnostic, refuse
from envwright.model.wrong_call import WrongCall

STATUS: dict[str, FileStatus] = {"A": "added", "D": "deleted"}
# what the repository's own configuration could make git run
TAMED = (*(f"{name}={value}" for name, value in SETTINGS.items()), "core.untrackedCache=false", "diff.external=")
DIFF = ("--name-status", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative")
KEPT = ("HOME", "PATH", "SYSTEMROOT", "TMPDIR")


class Compared(NamedTuple):
    """Two revisions; `after` is None for the working tree."""

    before: Revision
    after: Revision | None


class Repository:
    """The git repository around a directory."""

    def __init__(self, directory: Path) -> None:
        """Find it. Raises Refused: EW351 where there is none, or git is not there or cannot read it."""
        self._directory = directory
        self._trusted: tuple[str, ...] = ()
        self.top = Path(self._top())
        # git and the reader of files agree on names only where both have followed every link
        self.here = os.path.relpath(os.path.realpath(directory), os.path.realpath(self.top)).replace(os.sep, "/")

    def compared(self, written: str) -> Compared:
        """Return what `A..B`, `A...B` (from where B left A) or `A` (the working tree against it) compare.

        Raises WrongCall: EW350 for what is no revision.
        """
        if "..." in written:
            before, _, after = written.partition("...")
            ends = self._revision(before or "HEAD"), self._revision(after or "HEAD")
            return Compared(self._common(written, *ends), ends[1])
        before, dots, after = written.partition("..")
        first = self._revision(before or "HEAD")
        return Compared(first, self._revision(after or "HEAD") if dots else None)

    def changed(self, compared: Compared) -> list[ChangedFile]:
        """Return the files that differ, relative to the directory; of the working tree also those that are not added.

        Raises Refused: EW351.
        """
        before, after = compared
        ends = [before.commit] if after is None else [before.commit, after.commit]
        command = ["diff", *DIFF, "--ignore-submodules=dirty", "--end-of-options", *ends, "--"]
        words = self._output(*command, variables=without_filters(self._run(*LIST).stdout)).split(b"\0")[:-1]
        found = {
            path: STATUS.get(status.decode(), "modified") for status, path in zip(words[::2], words[1::2], strict=True)
        }
        if after is None:
            new = self._output("ls-files", "-z", "--others", "--exclude-standard", "--full-name", cwd=self.top)
            found.update((path, "added") for path in new.split(b"\0")[:-1])
        return [ChangedFile(self.from_top(os.fsdecode(path)), status) for path, status in found.items()]

    def from_top(self, path: str) -> str:
        """Return a path of the repository relative to the directory; an absolute one is taken as such."""
        if os.path.isabs(path):  # noqa: PTH117  # a text: it may hold what no path can
            return posixpath.relpath(path, os.path.realpath(self._directory))
        return posixpath.relpath(posixpath.normpath(path), self.here)

    def reader(self, revision: Revision) -> TreeReader:
        """Return a reader of the files of a commit. Raises Refused: EW728 for a commit that this clone lacks."""
        # `__init__` found it to be one that the user trusts
        return Clone(str(self._directory)).reader_at(revision.commit, "" if self.here == "." else self.here)

    def _revision(self, name: str) -> Revision:
        if name.startswith("-") or not name.isprintable():
            raise _unknown(name, "name a branch, a tag or a commit")
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        commit = done.stdout.decode().strip().removeprefix("--end-of-options").strip()
        if done.returncode or not commit:
            raise _unknown(name, "name a branch, a tag or a commit; a shallow clone may lack it")
        return Revision(name, commit)

    def _common(self, written: str, first: Revision, second: Revision) -> Revision:
        done = self._run("merge-base", first.commit, second.commit)
        if done.returncode:
            raise _unknown(written, "the two have no commit in common; a shallow clone may lack it")
        return Revision(first.name, done.stdout.decode().strip())

    def _top(self) -> str:
        done = self._run("rev-parse", "--show-toplevel")
        if b"dubious ownership" in done.stderr:
            self._trusted = self._safe_directories()
            done = self._run("rev-parse", "--show-toplevel")
        if done.returncode:
            raise _failed(done.stderr)
        return os.fsdecode(done.stdout.removesuffix(b"\n"))

    def _safe_directories(self) -> tuple[str, ...]:
        """Return whose repositories the user and the system trust, all that counts of their configuration."""
        command = ["git", "config", "-z", "--get-all", "safe.directory"]
        known = {name: os.environ[name] for name in (*KEPT, "XDG_CONFIG_HOME") if name in os.environ}
        done = subprocess.run(  # noqa: S603  # fixed words
            command, cwd="/", env=known, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        return tuple(os.fsdecode(each) for each in done.stdout.split(b"\0")[:-1])

    def _output(self, *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> bytes:
        done = self._run(*arguments, cwd=cwd, variables=variables)
        if done.returncode:
            raise _failed(done.stderr)
        return done.stdout

    def _run(
        self, *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603  # words of ours, and revisions that git has named
                self._command(*arguments),
                cwd=cwd or self._directory,
                env={**self._environment(), **(variables or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            summary = f"git cannot be run: {(error.strerror or str(error)).lower()}"
            raise refuse("EW351", summary, hint="install git, or name the changed files: --files -") from error

    def _command(self, *arguments: str) -> list[str]:
        trusted = (f"safe.directory={directory}" for directory in self._trusted)
        return ["git", *(word for each in (*TAMED, *trusted) for word in ("-c", each)), *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**kept, **ENVIRONMENT, "LC_ALL": "C"}


def _unknown(name: str, hint: str) -> WrongCall:
    return WrongCall([diagnostic("error", "EW350", f'unknown revision "{name}"', hint=hint)])


def _failed(said: bytes) -> Refused:
    first = next(iter(said.decode(errors="replace").strip().splitlines()), "it says nothing")
    hint = "run it in a git repository, or name the changed files: --files -"
    return refuse("EW351", f"git cannot read the repository: {first.removeprefix('fatal: ')}", hint=hint)
