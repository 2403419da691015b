"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist: beside it, synced, then linked to its name in one step.

    Raises FileExistsError, and other OSErrors; nothing half-written stays behind.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        os.link(beside, path)  # unlike a rename it never replaces
    finally:
        Path(beside).unlink()
