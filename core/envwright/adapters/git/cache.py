"""The bare repository in the user's cache that stands for one remote, and the locks of those who share it.

What is in it is on the server too, so it is never mended: a broken one is replaced by an empty one. Each is a
`generation`, a directory of its own, and goes when the last process that uses it has ended.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from envwright.adapters.atomic import write_beside
from envwright.model.diagnostic import Refused, refuse

MAX_PACKS = 200  # every fetch makes one; beyond that git gets slow, and a new generation is cheaper than to pack again
POLL = 0.02  # seconds


def cache_folder() -> Path:
    """Return where the caches of all remotes are: `$XDG_CACHE_HOME/envwright/git`, or in `~/.cache`."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root.startswith("/") else Path("~/.cache").expanduser()) / "envwright" / "git"


class Cache:
    """The generations of one remote below `folder`; `make` fills a new directory with an empty repository.

    Locks are the kernel's (flock), so that a killed process leaves none behind.
    """

    def __init__(self, folder: Path, make: Callable[[Path], None]) -> None:
        self.folder = folder
        self.make = make
        self._held: int | None = None

    def open(self) -> Path:
        """Return the current generation, and hold it. Raises Refused: EW726 the folder cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.locked("generations"):
                current = self._current()
                if current is None or len(list(current.glob("objects/pack/*.pack"))) > MAX_PACKS:
                    current = self._new()
                self._hold(current)
                self._sweep(current)
                return current
        except OSError as error:
            raise self._unwritable(error) from error

    def renew(self, broken: Path) -> Path:
        """Return another generation than `broken`, and hold it: what another process made meanwhile, or a new one."""
        try:
            with self.locked("generations"):
                current = self._current()
                if current is None or current == broken:
                    current = self._new()
                self._hold(current)
                return current
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Let the generation go."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    @contextmanager
    def locked(self, name: str, seconds: float | None = None) -> Iterator[bool]:
        """Hold the lock `name` that all processes share; after `seconds` go on without it, which is what is given."""
        handle = os.open(self.folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield _taken(handle, seconds)
        finally:
            os.close(handle)

    def _current(self) -> Path | None:
        try:
            name = (self.folder / "current").read_text("ascii")
        except (OSError, ValueError):
            return None
        generation = self.folder / name
        usable = name.startswith("generation-") and "/" not in name and (generation / "HEAD").is_file()
        return generation if usable else None

    def _new(self) -> Path:
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=self.folder))
        try:
            self.make(unfinished)
            generation = self.folder / f"generation-{unfinished.name.removeprefix('unfinished-')}"
            unfinished.rename(generation)
        except Refused:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        write_beside(self.folder / "current", generation.name.encode())
        return generation

    def _hold(self, generation: Path) -> None:
        handle = os.open(generation / "in-use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        self.close()
        self._held = handle

    def _sweep(self, current: Path) -> None:
        """Remove generations that nobody holds, and what a killed process left unfinished."""
        for folder in self.folder.iterdir():
            if folder == current or not folder.name.startswith(("generation-", "unfinished-")):
                continue
            if folder.name.startswith("unfinished-") or _is_idle(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _unwritable(self, error: OSError) -> Refused:
        why = (error.strerror or str(error)).lower()
        return refuse("EW726", f"{error.filename or self.folder}: {why}", hint="set XDG_CACHE_HOME")


def _taken(handle: int, seconds: float | None) -> bool:
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        if until is None:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return True
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(random.uniform(POLL / 2, POLL))  # noqa: S311  # who waits how long is no secret


def _is_idle(generation: Path) -> bool:
    try:
        handle = os.open(generation / "in-use.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True  # it was never used
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
