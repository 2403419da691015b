"""What the pipeline asks of the world, as protocols: adapters answer them, tests answer them from memory."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol


class Entry(NamedTuple):
    """One name in a directory, and what stands there itself: a symbolic link is never followed.

    `executable` is the owner's bit of a file, the one that git keeps; `target` the text of a symbolic link, else empty.
    """

    name: str
    kind: Literal["file", "directory", "link"]
    executable: bool = False
    target: str = ""


class Reader(Protocol):
    """Reads files below one directory, the root file's.

    Every path is relative to that directory with `/` as separator; it may begin with `../` while it stays inside the
    repository. What leaves it, also by a symbolic link, raises Refused (EW022).
    """

    def read(self, path: str) -> str:
        """Return the text of a file. Raises Refused: EW001 missing or unreadable, EW002 not UTF-8, EW010 too large."""
        ...

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file, of any size. Raises Refused: EW001."""
        ...

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file that may be read."""
        ...

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match `pattern` (`*`, `?`, `[...]`, `**`), sorted, each as a path like `path` above."""
        ...

    def entries(self, path: str) -> tuple[Entry, ...]:
        """Return what the directory `path` holds, sorted by name; sockets, pipes and devices are left out.

        Raises Refused: EW001 missing, unreadable or not a directory.
        """
        ...
