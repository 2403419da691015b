"""Fresh virtual environments that have envwright and what it needs, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.support.paths import ROOT


class Venv:
    """A virtual environment of its own: what the running one has is found in it, and what is installed stays in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, symlinks=True)
        (place,) = folder.glob("lib/python*/site-packages")
        roots = [str(ROOT / root) for root in ("core", "plugins", "hooks")]
        found = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
        (place / "running.pth").write_text("\n".join([*roots, *found]) + "\n", encoding="utf-8")

    def install(self, wheel: Path) -> None:
        """Install a wheel, and nothing that it depends on."""
        options = ["--no-index", "--no-deps", "--disable-pip-version-check", "--quiet"]
        run([sys.executable, "-m", "pip", "--python", self.folder, "install", *options, wheel], ROOT)

    def run(self, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a module of the environment: `run("envwright", "plugins", cwd=...)`."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        command = [self.folder / "bin/python", "-m", *arguments]
        environment["NO_COLOR"] = "1"
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def wheel_of(package: Path, folder: Path) -> Path:
    """Build a package's wheel into a folder with the build backend that is here, and return it."""
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, package], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(command: list[str | Path], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
