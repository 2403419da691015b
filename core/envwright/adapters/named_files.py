"""Changed files that a caller names: a list of paths, as `git diff --name-only` or a file watcher prints them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from envwright.adapters.files import repository_of
from envwright.model.changes import ChangedFile, FileStatus


class NamedFiles(NamedTuple):
    """Files relative to a directory, and where that is in its repository."""

    files: tuple[ChangedFile, ...]
    here: str


def named_files(paths: Iterable[str], directory: Path) -> NamedFiles:
    """Return files relative to `directory`; each path is absolute or relative to the top of the repository.

    A file that is not there was deleted; whether another is new nobody can tell.
    """
    top = repository_of(directory)
    found = []
    for path in dict.fromkeys(paths):
        whole = os.path.normpath(os.path.join(top, path))  # noqa: PTH118  # a text: it may hold what no path can
        status: FileStatus = "modified" if os.path.lexists(whole) else "deleted"
        found.append(ChangedFile(os.path.relpath(whole, directory).replace(os.sep, "/"), status))
    return NamedFiles(tuple(found), os.path.relpath(directory, top).replace(os.sep, "/"))


def split_paths(data: bytes) -> list[str]:
    """Return the paths of a list: separated by NUL if there is one, else by line feeds."""
    separator = b"\0" if b"\0" in data else b"\n"
    return [os.fsdecode(line) for line in data.split(separator) if line.strip()]
