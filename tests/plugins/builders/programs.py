"""What the Jobs run, as programs of this machine, and what is built once: a registry, BuildKit, a base image.

What is built is kept in the user's cache, in a folder named by the digest of its sources.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cluster.programs import Progress, UnavailableError, environment, locked, usable_go

HERE = Path(__file__).parent
DEBIAN = "bookworm"
# lists and caches that a base image has no use for, and devices, which a runtime makes
LEFT_OUT = ("./dev/*", "./proc/*", "./sys/*", "./var/cache/apt/*", "./var/lib/apt/lists/*", "./usr/share/doc/*")
BUILDKIT = {
    "buildctl": "github.com/moby/buildkit/cmd/buildctl",
    "buildkitd": "github.com/moby/buildkit/cmd/buildkitd",
    "rootlesskit": "github.com/rootless-containers/rootlesskit/v2/cmd/rootlesskit",
}
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
    """Return the program of the registry, built if need be."""
    return built(HERE / "registry", {"registry": "."}, progress) / "registry"


def buildkit(progress: Progress) -> Path:
    """Return the folder of BuildKit's programs, built if need be: minutes for the first time."""
    if shutil.which("runc") is None:
        raise UnavailableError("install runc (a package of Debian)")
    folder = built(HERE / "buildkit", BUILDKIT, progress)
    folder.chmod(0o755)  # they do not run as who built them
    return folder


def built(module: Path, packages: Mapping[str, str], progress: Progress) -> Path:
    """Return a folder with programs of a Go module by their names, each built beside its place and moved there."""
    sources = sorted(path for path in module.iterdir() if path.suffix in (".go", ".mod", ".sum"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = cache_folder() / module.name / digest
    if all((folder / name).is_file() for name in packages):
        return folder
    go = usable_go()
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock", progress):
        for name, package in packages.items():
            if not (folder / name).is_file():
                progress(f"building {name}, once")
                partial = folder / f".{name}"
                command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", str(partial), package]
                run_or_say(*command, cwd=module, env=environment())
                partial.replace(folder / name)
    return folder


def debian(progress: Progress) -> Path:
    """Return a tar archive of a small Debian, made by debootstrap if need be."""
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


def run_or_say(*command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    """Run a command; raises UnavailableError with the last of what it says."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"{' '.join(command[:2])} failed: {(done.stdout + done.stderr).strip()[-500:]}")


def cache_folder() -> Path:
    """Return where what is built once is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "envwright"


def main() -> int:
    """Build all of it ahead of the tests: what `make builders` does."""
    makers: tuple[Callable[[Progress], Path], ...] = (registry, buildkit, debian)
    try:
        check()
        for make in makers:
            print(make(lambda line: print(line, flush=True)), flush=True)
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
