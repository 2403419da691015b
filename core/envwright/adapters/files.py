"""Files of a directory, never outside its repository."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from envwright.model.diagnostic import Refused, refuse
from envwright.model.mark import Mark
from envwright.model.ports import Entry
from envwright.model.suggest import did_you_mean

WILDCARD = re.compile(r"[*?\[]")
# far above the four million characters that the YAML reader takes
MAX_BYTES = 16 * 1024 * 1024


class DirectoryReader:
    """Reads files below a directory: `envwright.model.ports.Reader` on a real disk.

    The repository is the nearest directory above that holds `.git`, or the directory itself. Symbolic links are
    followed as long as they stay inside of it.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory).resolve()
        self.repository = repository_of(self.directory)

    def read(self, path: str) -> str:
        """Return the text of a file. Raises Refused: EW001, EW002, EW010, EW022."""
        data = self._bytes(path, MAX_BYTES)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            where = Mark(path, line, column)
            raise refuse("EW002", f"{path} is not UTF-8", where, hint="save the file as UTF-8") from error

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file. Raises Refused: EW001, EW022."""
        return self._bytes(path, None)

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file inside the repository, or a link to one outside, which `read` refuses."""
        file = self.directory / path
        return file.is_file() or file.is_symlink()

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; links that lead out of the repository are passed over."""
        parts = posixpath.normpath(pattern).split("/")
        found = (path for path in self._matches("", parts) if self._is_inside(self.directory / path))
        return tuple(sorted(set(found)))

    def entries(self, path: str) -> tuple[Entry, ...]:
        """Return what a directory holds, sorted by name. Raises Refused: EW001, EW022."""
        folder = self._inside(path)
        try:
            with os.scandir(folder) as scan:
                found = [entry for item in scan if (entry := _entry(item)) is not None]
        except OSError as error:
            raise self._unreadable(path, error) from error
        return tuple(sorted(found))

    def _bytes(self, path: str, limit: int | None) -> bytes:
        file = self._inside(path)
        try:
            # O_NONBLOCK: opening a pipe must not wait for a writer
            with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
                found = os.fstat(stream.fileno())
                if not stat.S_ISREG(found.st_mode):
                    kind = "a directory" if stat.S_ISDIR(found.st_mode) else "no regular file"
                    raise refuse("EW001", f"{path} is {kind}", Mark(path), hint="name a file")
                if limit is not None and found.st_size > limit:
                    size = f"{path} has {found.st_size} bytes, more than {limit}"
                    raise refuse("EW010", size, Mark(path), hint="split the file")
                return stream.read()
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _inside(self, path: str) -> str:
        # texts, for there are thousands of files in a build context: as a Path this took more time than reading them
        file = os.path.join(self.directory, path)  # noqa: PTH118  # see the line above
        if not self._is_inside(file):
            raise refuse("EW022", f"{path} leads out of the repository", Mark(path), hint="copy it into the repository")
        return file

    def _is_inside(self, file: Path | str) -> bool:
        try:
            real = os.path.realpath(file)
        except OSError:  # a loop of links
            return False
        return os.path.join(real, "").startswith(os.path.join(self.repository, ""))  # noqa: PTH118  # as in `_inside`

    def _unreadable(self, path: str, error: OSError) -> Refused:
        hint = ""
        if isinstance(error, FileNotFoundError):
            folder = posixpath.dirname(path)
            near = (self.directory / folder).glob("*")
            hint = did_you_mean(path, sorted(posixpath.join(folder, neighbour.name) for neighbour in near))
        return refuse("EW001", f"{path}: {(error.strerror or str(error)).lower()}", Mark(path), hint=hint)

    def _matches(self, base: str, parts: list[str]) -> Iterator[str]:
        """Yield the files below `base` that match the rest of a pattern."""
        if not parts:
            return
        first, rest = parts[0], parts[1:]
        if first == "**":
            yield from self._matches(base, rest or ["*"])
            for name in self._names(base, directories=True):
                yield from self._matches(posixpath.join(base, name), parts)
        elif not WILDCARD.search(first):
            path = posixpath.join(base, first)
            if rest:
                yield from self._matches(path, rest)
            elif (self.directory / path).is_file():
                yield path
        else:
            for name in self._names(base, directories=bool(rest)):
                if fnmatch.fnmatchcase(name, first) and not (name.startswith(".") and not first.startswith(".")):
                    path = posixpath.join(base, name)
                    yield from self._matches(path, rest) if rest else (path,)

    def _names(self, base: str, *, directories: bool) -> list[str]:
        folder = self.directory / base
        if not self._is_inside(folder):
            return []
        try:
            with os.scandir(folder) as scan:
                # a linked directory is not walked into: it could be one above
                return sorted(
                    item.name
                    for item in scan
                    if (item.is_dir(follow_symlinks=False) if directories else item.is_file()) and item.name != ".git"
                )
        except OSError:
            return []  # a directory that is not there or may not be read has no files that match


def repository_of(directory: Path) -> Path:
    """Return the nearest directory at or above `directory` that holds `.git`, or `directory` itself."""
    return next((folder for folder in (directory, *directory.parents) if (folder / ".git").exists()), directory)


def _entry(item: os.DirEntry[str]) -> Entry | None:
    if item.is_symlink():
        # Path.readlink would tidy the text up
        return Entry(item.name, "link", target=os.readlink(item.path))  # noqa: PTH115  # see the line above
    if item.is_dir():
        return Entry(item.name, "directory")
    if item.is_file():
        return Entry(item.name, "file", executable=bool(item.stat().st_mode & stat.S_IXUSR))
    return None
