"""What the objects of Argo CD and of Flux have in common: where the tree is, and the form of an object."""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

from envwright.model.output import default_branch, default_directory, instance_of
from envwright.model.resolved import ResolvedEnvironment

# both put the name of their object into the value of a label
LONGEST_NAME = 63
OUTSIDE = re.compile("[^a-z0-9-]+")


class Where(NamedTuple):
    """An environment's name among all of the controller's, and where the environment repository holds its manifests."""

    name: str
    branch: str
    manifests: str


def where(environment: ResolvedEnvironment) -> Where:
    """Return where a controller finds an environment."""
    project = environment.project
    instance = instance_of(environment.environment, environment.slot)
    branch = environment.gitops.branch or default_branch(project, instance)
    return Where(name_of(project, instance), branch, f"{default_directory(project, instance)}/manifests")


def name_of(*parts: str) -> str:
    """Return the name of an object of the controller's; one that is too long or no label's ends with a digest."""
    name = "-".join(parts)
    plain = OUTSIDE.sub("-", name.lower()).strip("-")
    if plain == name and len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{plain[: LONGEST_NAME - len(digest) - 1].rstrip('-')}-{digest}"


def controllers_object(
    api: str, kind: str, namespace: str, name: str, spec: dict[str, Any], **metadata: Any
) -> dict[str, Any]:
    """Return an object of the controller's own."""
    about = {"name": name, "namespace": namespace, **metadata}
    return {"apiVersion": api, "kind": kind, "metadata": about, "spec": spec}
