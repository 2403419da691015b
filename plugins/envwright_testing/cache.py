"""What is installed for fixture services, kept in the user's cache by the digest of what it is made from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from envwright_testing.service import Progress, UnavailableError

DONE = ".complete"
SHOWN = 1000


def kept(kind: str, key: Sequence[bytes], make: Callable[[Path], None], progress: Progress) -> Path:
    """Return the folder that `make` fills, filled once for a key; of several processes one does and the others wait.

    `make` gets the folder's own path, for much of what is installed cannot be moved. Raises UnavailableError as `make`,
    and for a cache that cannot be written.
    """
    folder = cache_folder() / f"{kind}-{digest(key)}"
    if (folder / DONE).exists():
        return folder
    writable(folder.parent)
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not (folder / DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            progress(f"installing {kind} into {folder}")
            make(folder)
            (folder / DONE).touch()
    return folder


def cache_folder() -> Path:
    """Return where all of it is kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "envwright" / "testing"


def writable(folder: Path) -> Path:
    """Return a folder of the cache, made if need be; raises UnavailableError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be made: {error.strerror}") from error
    return folder


def digest(key: Sequence[bytes]) -> str:
    """Return a short name for a key; each part of it counts by itself."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in key)).hexdigest()[:16]


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes; the kernel lets go of it when its holder ends, however it ends."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def program(name: str) -> str:
    """Return the path of a program; raises UnavailableError."""
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"{name} is not on PATH")
    return found


def run(command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Run an installer and return what it prints; raises UnavailableError with what it says went wrong."""
    done = subprocess.run(  # noqa: S603  # installers that the callers name, without a shell
        command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        shown = " ".join(map(str, command[:4]))
        said = (done.stderr or done.stdout).strip()
        # npm says what is wrong first, pip and Go at the end
        raise UnavailableError(
            f"`{shown} ...` fails: {said if len(said) < SHOWN else f'{said[: SHOWN // 2]} ... {said[-SHOWN // 2 :]}'}"
        )
    return done.stdout
