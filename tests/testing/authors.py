"""The runs of pytest that an author sees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def command(*options: str) -> list[str]:
    """Return pytest, which writes nothing into the folder that it tests."""
    return [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]


def environment(**variables: str) -> Mapping[str, str]:
    """Return this process's environment with other variables, and without what continuous integration sets."""
    return {**{name: value for name, value in os.environ.items() if name != "CI"}, **variables}


def run(folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run an author's tests in a process."""
    return subprocess.run(
        command(*options), cwd=folder, env=environment(**variables), capture_output=True, text=True, check=False
    )
