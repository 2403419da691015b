"""Rendered Jobs of `golden/migrations` as processes of this machine."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.paths import ROOT

RENDERED = ROOT / "renders/migrations/production/manifests/migrations"
GOLDEN = ROOT / "golden/migrations"
REFERENCE = re.compile(r"\$\((\w+)\)")
SECRET = "any"


class Job(NamedTuple):
    """What a Job's container starts: its words, and its variables as its pod would have them."""

    command: tuple[str, ...]
    env: Mapping[str, str]

    def run(self, folder: Path, *path: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end in a folder that stands for the image's working directory."""
        return subprocess.run(self.command, **self._process(folder, path, env), capture_output=True, check=False)

    def start(self, folder: Path, *path: Path, **env: str) -> subprocess.Popen[str]:
        """Start it as `run` does."""
        return subprocess.Popen(
            self.command, **self._process(folder, path, env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def _process(self, folder: Path, path: tuple[Path, ...], env: Mapping[str, str]) -> dict[str, Any]:
        found = os.pathsep.join([*map(str, path), os.environ["PATH"]])
        # a pod has no home that it may write to
        return {"cwd": folder, "env": {"PATH": found, "HOME": "/nonexistent", **self.env, **env}, "text": True}


def job(unit: str, database: str = "", **replaced: str) -> Job:
    """Return a unit's migration as it is rendered; `replaced` are words of its command that are elsewhere here.

    `database` stands for the stack's own: `HOST:PORT/NAME`.
    """
    (file,) = (RENDERED / unit).glob("job-*.yaml")
    container = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["template"]["spec"]["containers"][0]
    env: dict[str, str] = {}
    for variable in container.get("env", ()):
        # https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
        text = variable.get("value", SECRET)
        env[variable["name"]] = REFERENCE.sub(lambda found: env.get(found[1], found[0]), text)
    env = {name: value.replace("postgres:5432/app", database) for name, value in env.items()}
    command = (*container["command"], *container.get("args", ()))
    return Job(tuple(replaced.get(word.strip("/"), word) for word in command), env)
