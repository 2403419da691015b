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
BLOCK = 4096


class DirectoryReader:
    """Reads files below a directory: `envwright.model.ports.Reader` on a real disk.

    The repository is the nearest directory above that holds `.git`, or the directory itself. Symbolic links are
    followed as long as they stay inside of it. A diagnostic about a file as a whole has no place: whoever named the
    file knows where that was.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(os.path.realpath(directory))  # Path.resolve raises RuntimeError for a loop of links
        self.repository = repository_of(self.directory)
        # texts, for there are thousands of files in a build context: as a Path this took more time than reading them
        self._root = str(self.directory)
        self._inside_of = os.path.join(self.repository, "")  # noqa: PTH118  # see the line above
        self._folders = {self._root: self._root}  # the directories of files that were read, and where they really are

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
        # texts, not a Path: Path.is_file raises OSError for a name that is too long
        file = os.path.join(self._root, path)  # noqa: PTH118  # see the line above
        return os.path.isfile(file) or os.path.islink(file)  # noqa: PTH113, PTH114  # see above

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; what begins with a dot is matched by what begins with a dot alone.

        A link that leads out of the repository is among them, for `read` to refuse; directories that are links are not
        looked into. Raises Refused: EW022 for a pattern that leads out of the repository.
        """
        found = self._matches("", posixpath.normpath(pattern).split("/"))
        return tuple(sorted({posixpath.normpath(path) for path in found}))

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
            handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe must not wait for a writer
        except OSError as error:
            raise self._unreadable(path, error) from error
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                kind = "a directory" if stat.S_ISDIR(found.st_mode) else "no regular file"
                raise refuse("EW001", f"{path} is {kind}", hint="name a file")
            if limit is not None and found.st_size > limit:
                raise refuse("EW010", f"{path} has {found.st_size} bytes, more than {limit}", hint="split the file")
            return _content(handle, found.st_size)
        except OSError as error:
            raise self._unreadable(path, error) from error
        finally:
            os.close(handle)

    def _inside(self, path: str) -> str:
        file = os.path.join(self._root, path)  # noqa: PTH118  # a text, as in `__init__`
        try:
            real = self._real_path(file)
        except ValueError:  # a null character, or half of a surrogate pair
            raise refuse("EW001", f"{path!r} cannot be a path", hint="correct the path") from None
        if not f"{real}/".startswith(self._inside_of):
            raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
        return file

    def _real_path(self, file: str, levels: int = 2) -> str:
        """Return what `os.path.realpath` does, which looks at every directory above: thousands of files lie in few.

        So do their directories: of `levels` of them each is looked at once.
        """
        folder, name = os.path.split(file)
        if not levels or name in ("", ".", "..") or _is_link(file):
            return os.path.realpath(file)
        if folder not in self._folders:
            self._folders[folder] = self._real_path(folder, levels - 1)
        return os.path.join(self._folders[folder], name)  # noqa: PTH118  # a text, as in `_inside`

    def _unreadable(self, path: str, error: OSError) -> Refused:
        hint = ""
        if isinstance(error, FileNotFoundError):
            folder = posixpath.dirname(path)
            neighbours = self._names(folder, directories=False)
            hint = did_you_mean(path, [posixpath.join(folder, name) for name in neighbours])
        return refuse("EW001", f"{path}: {(error.strerror or str(error)).lower()}", hint=hint)

    def _matches(self, base: str, parts: list[str]) -> Iterator[str]:
        """Yield the files below `base`, a directory of the repository, that match the rest of a pattern."""
        wild = next((index for index, part in enumerate(parts) if WILDCARD.search(part)), len(parts))
        written = "/".join(parts[:wild])
        directory = written if wild < len(parts) else posixpath.dirname(written)
        if directory:  # what wildcards find leads nowhere else, what is written may
            self._inside(posixpath.join(base, directory))
        base = posixpath.join(base, written) if written else base
        if wild == len(parts):
            if os.path.isfile(f"{self._root}/{base}"):  # noqa: PTH113  # as in `exists`
                yield base
            return
        first, rest = parts[wild], parts[wild + 1 :]
        if first == "**":
            while rest[:1] == ["**"]:
                rest = rest[1:]
            for folder in self._directories(base):
                yield from self._matches(folder, rest or ["*"])
            return
        for name in self._names(base, directories=bool(rest)):
            if fnmatch.fnmatchcase(name, first) and not (name.startswith(".") and not first.startswith(".")):
                path = posixpath.join(base, name)
                yield from self._matches(path, rest) if rest else (path,)

    def _directories(self, base: str) -> Iterator[str]:
        """Yield `base` and every directory below it that does not begin with a dot."""
        pending = [base] if os.path.isdir(f"{self._root}/{base}") else []  # noqa: PTH112  # as in `exists`
        while pending:
            folder = pending.pop()
            yield folder
            names = self._names(folder, directories=True)
            pending += [posixpath.join(folder, name) for name in names if not name.startswith(".")]

    def _names(self, base: str, *, directories: bool) -> list[str]:
        try:
            with os.scandir(f"{self._root}/{base}") as scan:
                return sorted(item.name for item in scan if item.name != ".git" and _is_wanted(item, directories))
        except OSError:
            return []  # a directory that is not there or may not be read has no files that match


def repository_of(directory: Path) -> Path:
    """Return the nearest directory at or above `directory` that holds `.git`, or `directory` itself."""
    folders = (directory, *directory.parents)
    # os.path.exists, for Path.exists raises OSError below a directory that may not be searched
    return next((folder for folder in folders if os.path.exists(folder / ".git")), directory)  # noqa: PTH110  # see the line above


def _content(handle: int, size: int) -> bytes:
    """Return what an open file holds, of which most come in one part; some systems say 0 of one that is not empty."""
    parts = []
    while part := os.read(handle, max(size, BLOCK) + 1):
        parts.append(part)
    return b"".join(parts)


def _is_link(file: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(file).st_mode)
    except OSError:
        return False  # whoever opens it hears why


def _is_wanted(item: os.DirEntry[str], directories: bool) -> bool:
    try:
        # a linked directory is not walked into: it could be one above
        return item.is_dir(follow_symlinks=False) if directories else item.is_file()
    except OSError:
        return False  # a loop of links


def _entry(item: os.DirEntry[str]) -> Entry | None:
    if item.is_symlink():
        # Path.readlink would tidy the text up
        return Entry(item.name, "link", target=os.readlink(item.path))  # noqa: PTH115  # see the line above
    if item.is_dir():
        return Entry(item.name, "directory")
    if item.is_file():
        return Entry(item.name, "file", executable=bool(item.stat().st_mode & stat.S_IXUSR))
    return None
