"""What the pipeline asks of the world, as protocols: adapters answer them, tests answer them from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


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


Listing = Callable[[str], tuple[Entry, ...]]
"""`Reader.entries`, or what asks it for each directory once."""


class ForEach(Protocol):
    """Calls a pure function for each of many items; Python's own `map` is one, and does it one after the other.

    Another one may do so in several processes: what the function changes beside its result may be lost.
    """

    def __call__(self, function: Callable[[T], R], items: Sequence[T], /) -> Iterator[R]:
        """Yield the results in the order of the items. Raises what the function raises, in the place of its result."""
        ...
