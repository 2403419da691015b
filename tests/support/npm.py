"""Packages of the npm registry that tests run: pinned in a `package-lock.json`, installed once beside it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest


def unavailable(reason: str) -> None:
    """Skip with a reason; where continuous integration runs, its absence is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def node_modules(folder: Path, untested: str) -> Path:
    """Return the `node_modules` of a folder with its pinned packages; workers of one test run take turns.

    `untested` says what the absence of Node and npm, or of their registry, leaves without a test.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            unavailable(f"{program} is not on PATH: {untested} is not tested")
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(folder):
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                unavailable(f"npm ci failed in {folder}: {done.stderr[-500:]}")
    return folder / "node_modules"


def _is_installed(folder: Path) -> bool:
    pinned = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return all(_version(folder / "node_modules" / name) == version for name, version in pinned.items())


def _version(package: Path) -> str:
    manifest = package / "package.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"]) if manifest.exists() else ""
