"""The programs of a small Kubernetes: those that KUBEBUILDER_ASSETS names, or built once from the pins of `go.mod`.

What is built is kept in the user's cache, in a folder named by the digest of `go.mod`: a new pin is a new folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE / "go.mod"
PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
}

Progress = Callable[[str], None]


class UnavailableError(Exception):
    """Why there are no programs here."""


def find(progress: Progress) -> Path:
    """Return the folder of the programs, built if need be; minutes for the first time, `progress` is told of them.

    Raises UnavailableError.
    """
    given = os.environ.get("KUBEBUILDER_ASSETS")
    if not given:
        return built(cache_folder(), progress)
    if missing := missing_in(Path(given)):
        raise UnavailableError(f"KUBEBUILDER_ASSETS={given} has no {', '.join(missing)}")
    return Path(given)


def cache_folder() -> Path:
    """Return where the programs of these pins are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "envwright" / "cluster" / hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]


def missing_in(folder: Path) -> list[str]:
    """Return the names of the programs that a folder lacks."""
    return [name for name in PACKAGES if not (folder / name).is_file()]


def built(folder: Path, progress: Progress) -> Path:
    """Return the folder with what it lacks built; of several processes one builds and the others wait."""
    if not missing_in(folder):
        return folder
    go = usable_go()
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock", progress):
        for name in missing_in(folder):
            progress(f"building {name}; left to build: {', '.join(missing_in(folder))}")
            started = time.monotonic()
            build(go, name, folder)
            progress(f"built {name} in {time.monotonic() - started:.0f} s, kept in {folder}")
    return folder


def usable_go() -> str:
    """Return the path of a Go that is as new as the pins ask for; raises UnavailableError."""
    wanted = pinned(r"^go ([\d.]+)$")
    go = shutil.which("go")
    if go is None:
        raise UnavailableError(f"neither KUBEBUILDER_ASSETS is set nor Go {wanted} installed")
    version = subprocess.run([go, "env", "GOVERSION"], env=environment(), capture_output=True, text=True, check=False)
    found = re.match(r"go([\d.]+)", version.stdout)
    if found is None or numbers(found[1]) < numbers(wanted):
        raise UnavailableError(f"{go} is {version.stdout.strip() or 'of an unknown version'}, needed is {wanted}")
    return go


def build(go: str, name: str, folder: Path) -> None:
    """Build one program beside its place and move it there; raises UnavailableError with what Go says."""
    version = kubernetes_version()
    major, minor, _ = version.split(".")
    stamps = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor}
    flags = " ".join(["-s -w", *(f"-X k8s.io/component-base/version.{key}={stamps[key]}" for key in stamps)])
    partial = folder / f".{name}"
    command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", str(partial), PACKAGES[name]]
    done = subprocess.run(command, cwd=HERE, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"Go does not build {name}: {done.stderr.strip()[-500:]}")
    partial.replace(folder / name)


def environment() -> dict[str, str]:
    """Return this process's environment for Go: the pins and this Go decide, nothing else that lies around."""
    return {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def kubernetes_version() -> str:
    """Return the version of Kubernetes that is built, such as 1.36.3."""
    return pinned(r"^\tk8s.io/kubernetes v([\d.]+)")


def pinned(pattern: str) -> str:
    """Return what `go.mod` pins, by a pattern with one group."""
    found = re.search(pattern, PINS.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{PINS} has no {pattern}"
    return found[1]


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare: 1.26 is newer than 1.9."""
    return tuple(int(part) for part in version.strip(".").split("."))


@contextmanager
def locked(file: Path, progress: Progress) -> Iterator[None]:
    """Hold an exclusive lock between processes; the kernel lets go of it when its holder ends, however it ends."""
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"another process builds in {file.parent}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build the programs ahead of the tests: what `make cluster` does."""
    try:
        folder = find(lambda line: print(line, flush=True))
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"the programs of a small Kubernetes are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
