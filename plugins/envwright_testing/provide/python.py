"""Packages of Python, in a virtual environment of their own."""

from __future__ import annotations

import sys
from pathlib import Path

from envwright_testing.cache import kept, run
from envwright_testing.service import Progress, Provide, Provided


def python_packages(lock: str = "requirements.txt", at: str = "/opt/venv") -> Provide:
    """Bring a virtual environment with what a lock file of the service's folder pins, with hashes.

    `at` is where the image has it.
    """

    def provide(folder: Path, progress: Progress) -> Provided:
        pinned = folder / lock
        key = (pinned.read_bytes(), sys.version.encode(), sys.base_prefix.encode())

        def make(place: Path) -> None:
            run([sys.executable, "-m", "venv", place], folder)
            pip = (place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            run([*pip, "--require-hashes", "--requirement", pinned.absolute()], folder)

        place = kept("python", key, make, progress)
        return Provided((place / "bin",), {at: place})

    return provide
