"""Packages of Node.js."""

from __future__ import annotations

import shutil
from pathlib import Path

from envwright_testing.cache import kept, program, run
from envwright_testing.service import Progress, Provide, Provided


def node_packages(at: str = "/srv/node_modules") -> Provide:
    """Bring Node, and what `package-lock.json` of the service's folder pins; no package runs a script of its own.

    `at` is where the image has them.
    """

    def provide(folder: Path, progress: Progress) -> Provided:
        node, npm = program("node"), program("npm")
        files = [folder / name for name in ("package.json", "package-lock.json")]
        version = run([node, "--version"], folder)

        def make(place: Path) -> None:
            for file in files:
                shutil.copy(file, place)
            run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)
            (place / "node_modules").mkdir(exist_ok=True)

        packages = kept("node", (*(file.read_bytes() for file in files), version.encode()), make, progress)
        packages /= "node_modules"
        return Provided((packages / ".bin", Path(node).parent), {at: packages})

    return provide
