"""What a Job of Buildah runs, as programs of this machine, and the registry, built once from its pinned sources."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.cluster.programs import Progress, UnavailableError, environment, locked, usable_go

REGISTRY = Path(__file__).parent / "registry"
SOURCES = ("go.mod", "go.sum", "main.go")
NEEDED = {
    "buildah": "buildah",
    "skopeo": "skopeo",
    "git": "git",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "busybox": "busybox-static",
}


def check() -> None:
    """Raise UnavailableError where a program is missing, or the right to give a process mounts of its own."""
    missing = sorted({package for program, package in NEEDED.items() if shutil.which(program) is None})
    if missing:
        raise UnavailableError(f"install {', '.join(missing)} (packages of Debian)")
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False).returncode:
        raise UnavailableError("only root can give a process mounts of its own")
    busybox = Path(str(shutil.which("busybox")))
    if b"/ld-linux" in busybox.read_bytes():
        raise UnavailableError(f"{busybox} needs libraries: install busybox-static")


def registry(progress: Progress) -> Path:
    """Return the program of the registry, built if need be, kept in the user's cache by the digest of its sources."""
    digest = hashlib.sha256(b"".join((REGISTRY / name).read_bytes() for name in SOURCES)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    program = cache / "envwright" / "registry" / digest / "registry"
    if program.is_file():
        return program
    go = usable_go()
    program.parent.mkdir(parents=True, exist_ok=True)
    with locked(program.parent / "lock", progress):
        if not program.is_file():
            partial = program.with_name(".registry")
            command = [go, "build", "-mod=readonly", "-trimpath", "-o", str(partial), "."]
            done = subprocess.run(command, cwd=REGISTRY, env=environment(), capture_output=True, text=True, check=False)
            if done.returncode:
                raise UnavailableError(f"Go does not build the registry: {done.stderr.strip()[-500:]}")
            partial.replace(program)
    return program
