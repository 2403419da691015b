"""What a Job of Buildah runs, as programs of this machine, and what is built once: a registry, a base image."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cluster.programs import Progress, UnavailableError, environment, locked, usable_go

DEBIAN = "bookworm"
# lists and caches that a base image has no use for, and devices, which a runtime makes
LEFT_OUT = ("./dev/*", "./proc/*", "./sys/*", "./var/cache/apt/*", "./var/lib/apt/lists/*", "./usr/share/doc/*")
REGISTRY = Path(__file__).parent / "registry"
SOURCES = ("go.mod", "go.sum", "main.go")
NEEDED = {
    "buildah": "buildah",
    "skopeo": "skopeo",
    "git": "git",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "newuidmap": "uidmap",
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
    program = cache_folder() / "registry" / digest / "registry"
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


def debian(progress: Progress) -> Path:
    """Return a tar archive of a small Debian, made by debootstrap if need be, kept in the user's cache."""
    archive = cache_folder() / "debian" / f"{DEBIAN}.tar"
    if archive.is_file():
        return archive
    if shutil.which("debootstrap") is None:
        raise UnavailableError("install debootstrap (a package of Debian)")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with locked(archive.parent / "lock", progress):
        if not archive.is_file():
            progress(f"making a base image of Debian {DEBIAN}, once")
            with TemporaryDirectory(dir=archive.parent) as folder:
                run_or_say("debootstrap", "--variant=minbase", DEBIAN, f"{folder}/root")
                excluded = [f"--exclude={pattern}" for pattern in LEFT_OUT]
                run_or_say("tar", "--numeric-owner", *excluded, "-C", f"{folder}/root", "-cf", f"{folder}/tar", ".")
                Path(folder, "tar").replace(archive)
    return archive


def run_or_say(*command: str) -> None:
    """Run a command; raises UnavailableError with the last of what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-500:]}")


def cache_folder() -> Path:
    """Return where what is built once is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "envwright"
