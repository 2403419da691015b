"""Plugins as distributions on `sys.path`, as pip would install them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT


def install(folder: Path, name: str, code: str, version: str = "1.2.0") -> None:
    """Put a module with its entry point of the group `envwright` into a folder, which then is a place of packages."""
    module = name.replace("-", "_")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"{module}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[envwright]\n{module} = {module}\n", encoding="utf-8")


def run(arguments: list[str], *places: Path, cwd: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run envwright, or `code`, in a process that finds these packages besides what is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    roots = [str(ROOT / root) for root in ("core", "plugins")]
    environment = {**kept, "PYTHONPATH": os.pathsep.join([*map(str, places), *roots]), "NO_COLOR": "1"}
    command = ["-c", code] if code else ["-m", "envwright"]
    return subprocess.run(
        [sys.executable, *command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
