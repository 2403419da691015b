"""The golden stack of the builders, as rendered here, and small stacks beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from envwright import api
from tests.plugins.stacks.making import HOST
from tests.support.goldens import Golden
from tests.support.stacks import stack, world

BUILDKIT = Golden("builders", "production", 0)
BUILDAH = Golden("builders", "dev", 0)
KANIKO = Golden("builders", "ai", 7)
BY_BUILDER = {"buildkit": BUILDKIT, "buildah": BUILDAH, "kaniko": KANIKO}


class Made(NamedTuple):
    """The Job of an image and the objects that it needs, by their kinds."""

    job: dict[str, Any]
    objects: dict[str, dict[str, Any]]

    @property
    def pod(self) -> dict[str, Any]:
        """The pod's spec."""
        spec: dict[str, Any] = self.job["spec"]["template"]["spec"]
        return spec

    @property
    def containers(self) -> dict[str, dict[str, Any]]:
        """The containers in the order in which they run, by their names."""
        return {each["name"]: each for each in (*self.pod["initContainers"], *self.pod["containers"])}

    def mounts(self, container: str) -> set[str]:
        """Return the volumes that a container has."""
        return {each["name"] for each in self.containers[container]["volumeMounts"]}


def made(response: api.Response, image: str) -> Made:
    """Return what a render has of an image."""
    found = {
        item["kind"]: item
        for path, content in response.files.items()
        if path.startswith(f"images/{image}/") and path.endswith(".yaml")
        for item in [yaml.safe_load(content)]
    }
    return Made(found.pop("Job"), found)


def small(
    folder: Path, settings: str, images: str, files: Mapping[str, str], *, environment: str = "dev"
) -> api.Response:
    """Render a stack whose one service runs the image `api`."""
    spec = (
        "environments: {dev: {}, production: {}}\n"
        f"images: {{api: {{{images}}}}}\n"
        "services: [{name: web, image: api, workload: {kind: deployment}}]\n"
        f"plugins: {{builders: {{{settings}}}}}\n"
    )
    return api.render(
        api.Request(environment=environment), world(folder, {"services.yaml": stack(spec), **files}, HOST)
    )
