"""The golden stack where it can be built: its repository on a git server, its images in a registry of this machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from envwright import api
from tests.plugins.builders.git_server import PASSWORD, USER
from tests.plugins.builders.kubelet import Ended, Kubelet, docker_config
from tests.plugins.builders.registry_server import Registry
from tests.plugins.builders.rendering import Made, made
from tests.support.paths import ROOT

GOLDEN = ROOT / "golden/builders"


class Source(NamedTuple):
    """A working tree, the repository that it is pushed to, and the address of its server."""

    tree: Path
    repository: Path
    address: str

    def commit(self) -> str:
        """Commit all that is in the tree, push it, and return the commit's id."""
        if not (self.tree / ".git").is_dir():
            git(self.tree, "init", "--quiet", "--initial-branch=main")
            git(self.tree, "init", "--quiet", "--bare", str(self.repository))
        git(self.tree, "add", "--all")
        git(self.tree, "commit", "--quiet", "--allow-empty", "--message=a change")
        git(self.tree, "push", "--quiet", str(self.repository), "HEAD:main")
        return git(self.tree, "rev-parse", "HEAD")


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, with nobody's configuration."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", **who}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Place:
    """Renders an environment of the golden stack, and runs the Jobs of its images."""

    def __init__(self, folder: Path, registry: Registry, source: Source) -> None:
        self.registry = registry
        self.source = source
        shutil.copytree(GOLDEN, source.tree)
        self.replace("services.yaml", "registry.example.org", registry.address)
        self.replace("services.yaml", "https://git.example.org/platform", source.address)
        self.replace("services.yaml", "redis:8.2.3-alpine", f"{registry.address}/upstream/redis:8.2.3-alpine", times=1)
        self.replace(
            "services.yaml", "    builders:\n", f'    builders:\n      insecureRegistries: ["{registry.address}"]\n'
        )
        self.replace("api/Dockerfile", "busybox:1.37.0", f"{registry.address}/base/busybox:1.37.0")
        self.secrets = {"git-read": {"username": USER, "password": PASSWORD}}
        for level in ("production", "development"):
            self.secrets[f"push-{level}"] = docker_config(registry.address, "pusher")
            self.secrets[f"build-{level}"] = docker_config(registry.address, "builder")
        (folder / "pods").mkdir()
        self.kubelet = Kubelet(folder / "pods", self.secrets)

    def replace(self, file: str, old: str, new: str, times: int = -1) -> None:
        """Change a file of the working tree."""
        path = self.source.tree / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, times), encoding="utf-8")

    def made(self, image: str = "api", environment: str = "dev") -> Made:
        """Render the working tree, and return what it has of an image."""
        world = api.open_world(self.source.tree / "services.yaml")
        return made(api.render(api.Request(environment=environment), world), image)

    def run(self, found: Made, sha: str) -> Ended:
        """Run a Job as the reconciler starts it for a commit."""
        return self.kubelet.run(found, {"envwright.dev/source-sha": sha})


def pushed(found: Made) -> str:
    """Return the reference that a Job pushes."""
    last: dict[str, Any] = found.pod["containers"][0]
    return str(last["command"][-1]).removeprefix("docker://")
