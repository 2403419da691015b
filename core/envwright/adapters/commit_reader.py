"""Files of a commit, as `envwright.model.ports.Reader` reads them from a directory."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from envwright.model.diagnostic import Refused, refuse
from envwright.model.mark import Mark
from envwright.model.ports import Entry

LINK = "120000"
EXECUTABLE = "100755"
MOST_LINKS = 40  # as Linux follows


class Blob(NamedTuple):
    """A file of the commit: git's mode and the id of its content."""

    mode: str
    id: str


class GitProcess(NamedTuple):
    """How to start the git that answers for contents: `cat-file --batch`."""

    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str]


class CommitReader:
    """Reads the files of one commit, through one process of git that is started when it is needed.

    Paths are relative to `here`, a directory of the repository; links are followed as long as they stay inside. A
    submodule holds nothing.
    """

    def __init__(self, listing: bytes, here: str, start: GitProcess) -> None:
        self._here = here
        self._blobs = dict(_blobs(listing))
        self._has_links = any(blob.mode == LINK for blob in self._blobs.values())
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.communicate()  # git ends with its input

    def read(self, path: str) -> str:
        """Return the text of a file. Raises Refused: EW001, EW002, EW022."""
        data = self.read_bytes(path)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise refuse("EW002", f"{path} is not UTF-8", Mark(path, line), hint="save the file as UTF-8") from error

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file. Raises Refused: EW001, EW022."""
        blob = self._blobs.get(self._real(path))
        if blob is None or blob.mode == LINK:
            raise refuse("EW001", f"{path}: no such file")
        return self._content(blob)

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file of the commit."""
        return self._whole(path) in self._blobs or self._real(path) in self._blobs

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted, as `DirectoryReader.glob` does. Raises Refused: EW022."""
        parts = self._inside(pattern).split("/")
        fixed = "".join(f"{part}/" for part in parts[: _wild(parts)])
        named = (path for path in self._blobs if path.startswith(fixed) and _matches(path.split("/"), parts))
        found = (path for path in named if not self._is_link(path) or self._leads_to_file(path))
        # as written: in `deploy` the file `a` is `../deploy/a` to a pattern that begins with `..`
        start = "/".join(part for part in posixpath.normpath(pattern).split("/") if part == "..")
        base = self._whole(start)
        return tuple(sorted(posixpath.join(start, posixpath.relpath(path, base)) for path in found))

    def entries(self, path: str) -> tuple[Entry, ...]:
        """Return what a directory holds, sorted by name. Raises Refused: EW001, EW022."""
        directory = self._real(path)
        start = "" if directory == "." else f"{directory}/"
        inside = [each.removeprefix(start) for each in self._blobs if each.startswith(start)]
        if not inside:
            raise refuse("EW001", f"{path}: no such directory")
        directories = {name for name, slash, _ in (each.partition("/") for each in inside) if slash}
        files = (self._entry(start, name) for name in inside if "/" not in name)
        return tuple(sorted((*files, *(Entry(name, "directory") for name in directories))))

    def _entry(self, start: str, name: str) -> Entry:
        blob = self._blobs[f"{start}{name}"]
        if blob.mode == LINK:
            return Entry(name, "link", target=os.fsdecode(self._content(blob)))
        return Entry(name, "file", executable=blob.mode == EXECUTABLE)

    def _content(self, blob: Blob) -> bytes:
        if self._process is None:
            command, cwd, environment = self._start
            self._process = subprocess.Popen(  # noqa: S603  # words of ours
                command, cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101  # both are pipes
        assert answers is not None  # noqa: S101  # as above
        asked.write(f"{blob.id}\n".encode())
        asked.flush()
        head = answers.readline().split()
        if len(head) != 3:
            raise refuse("EW351", f"git lacks the content of a file ({blob.id})", hint="fetch the whole commit")
        return answers.read(int(head[2]) + 1)[:-1]

    def _whole(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._here, path))

    def _inside(self, path: str) -> str:
        whole = self._whole(path)
        if whole == ".." or whole.startswith(("../", "/")):
            raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
        return whole

    def _real(self, path: str) -> str:
        """Return the path in the repository with every link on the way followed. Raises Refused: EW022."""
        whole = self._inside(path)
        for _ in range(MOST_LINKS if self._has_links else 0):
            link = next((each for each in _upwards(whole) if self._is_link(each)), None)
            if link is None:
                break
            target = os.fsdecode(self._content(self._blobs[link]))
            rest = whole.removeprefix(link).lstrip("/")
            whole = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, rest))
            if whole == ".." or whole.startswith(("../", "/")):
                raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
        return whole

    def _leads_to_file(self, link: str) -> bool:
        try:
            return self._real(posixpath.relpath(link, self._here)) in self._blobs
        except Refused:
            return True  # out of the repository: `read` refuses it

    def _is_link(self, path: str) -> bool:
        blob = self._blobs.get(path)
        return blob is not None and blob.mode == LINK


def _blobs(listing: bytes) -> Iterator[tuple[str, Blob]]:
    """Yield the files of `git ls-tree -r -z`, without submodules."""
    for line in listing.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, kind, name = head.decode().split()
        if kind == "blob":
            yield os.fsdecode(path), Blob(mode, name)


def _upwards(path: str) -> Iterator[str]:
    """Yield the directories above a path, the outermost first, then the path itself."""
    parts = path.split("/")
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[:length])


def _wild(parts: Sequence[str]) -> int:
    """Return how many parts stand before the first wildcard, and before the last part."""
    return next((at for at, part in enumerate(parts) if set("*?[") & set(part)), len(parts) - 1)


def _matches(path: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether a path matches a pattern, both in their parts; what begins with a dot needs one in the pattern."""
    if not parts:
        return not path
    if parts[0] == "**":
        rest = parts[1:] or ["*"]
        visible = next((at for at, part in enumerate(path) if part.startswith(".")), len(path))
        return any(_matches(path[at:], rest) for at in range(min(visible, len(path) - 1) + 1))
    if not path or not fnmatch.fnmatchcase(path[0], parts[0]):
        return False
    if path[0].startswith(".") and not parts[0].startswith("."):
        return False
    return _matches(path[1:], parts[1:])
