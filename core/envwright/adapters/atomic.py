"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist: beside it, synced, then linked to its name in one step.

    Raises FileExistsError, and other OSErrors; nothing half-written stays behind.
    """
    _write(path, data, lambda beside: os.link(beside, path))  # unlike a rename a link never replaces


def write_beside(path: Path, data: bytes) -> None:
    """Write a file, or replace one: beside it, synced, then renamed. Raises OSError; nothing half-written stays."""
    _write(path, data, lambda beside: beside.replace(path))


def _write(path: Path, data: bytes, place: Callable[[Path], object]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        place(beside)
    finally:
        beside.unlink(missing_ok=True)
