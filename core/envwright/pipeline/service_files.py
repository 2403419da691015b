"""The files of one service, as plugins may read them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import NamedTuple

from envwright.model.contract.image import Image
from envwright.model.diagnostic import Refused
from envwright.model.ports import Listing, Reader

WILDCARDS = frozenset("*?[\\")
# how a path may begin without naming what is in the directory
UNLISTED = frozenset({"", ".", "..", "**"})


class Beginning(NamedTuple):
    """How a path or a pattern begins.

    `name` is what comes before the first slash, empty if there is no telling from it what is below; `wild` if it has
    wildcards; `end` what it cannot be: a path does not go on from a file, and does not end with a directory.
    """

    name: str
    wild: bool
    end: str


@lru_cache(maxsize=1024)  # stacks ask the same of every service
def beginning(path: str) -> Beginning:
    """Return how a path or a pattern begins."""
    name, slash, _ = path.partition("/")
    if name in UNLISTED or "/.." in path:
        name = ""
    return Beginning(name, not WILDCARDS.isdisjoint(name), "file" if slash else "directory")


class FilesBelow:
    """Files below one directory, which is relative to the root file's; what cannot be read is not there.

    A file is read once, however many plugins ask for it.
    """

    def __init__(self, reader: Reader, directory: str, listing: Listing | None = None) -> None:
        self.directory = directory
        self._reader = reader
        self._listing = listing or reader.entries
        self._texts: dict[str, str] = {}

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """What the directory itself holds, and what each is: most questions end there, with the answer no."""
        try:
            return {entry.name: entry.kind for entry in self._listing(self.directory)}
        except Refused:
            return {}

    def _leads_somewhere(self, path: str) -> bool:
        """Return whether a path or a pattern can begin with something that is there."""
        first, wild, end = beginning(path)
        if not wild:
            return not first or self._kinds.get(first, end) != end
        return any(kind != end and fnmatchcase(name, first) for name, kind in self._kinds.items())

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file that may be read."""
        # where its name is that of a file, nothing has to be asked
        return self._leads_somewhere(path) and (
            self._kinds.get(path) == "file" or self._reader.exists(self._whole(path))
        )

    def read(self, path: str) -> str:
        """Return the text of a file, empty if it is not there or is no text."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if self.exists(path) else ""
        return self._texts[path]

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted."""
        if not self._leads_somewhere(pattern):
            return ()
        try:
            found = self._reader.glob(self._whole(pattern))
        except Refused:
            return ()
        return tuple(posixpath.relpath(path, self.directory) for path in found)

    def _read(self, path: str) -> str:
        try:
            return self._reader.read(self._whole(path))
        except Refused:
            return ""

    def _whole(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.directory, path))


def service_directory(inputs: Sequence[str], image: Image | None, reader: Reader) -> str | None:
    """Return where a service's code is, relative to the root file's directory, None if nothing says it.

    That is the directory of its first `inputs`, else the context of its built image.
    """
    if inputs:
        return directory_of(inputs[0], reader)
    return posixpath.normpath(image.context) if image is not None and image.type == "build" else None


def directory_of(pattern: str, reader: Reader) -> str:
    """Return the directory in which all lies that a glob matches; one without wildcards may be a directory itself."""
    path = posixpath.normpath(pattern)
    parts = path.split("/")
    wild = next((index for index, part in enumerate(parts) if WILDCARDS.intersection(part)), None)
    if wild is None:
        return posixpath.dirname(path) or "." if reader.exists(path) else path
    return "/".join(parts[:wild]) or "."
