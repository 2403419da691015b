"""What the objects of Argo CD and of Flux have in common: where the tree is, and the form of an object."""

from __future__ import annotations

from typing import Any, NamedTuple

from envwright.model.output import default_branch, default_directory, instance_of
from envwright.model.resolved import ResolvedEnvironment


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
    return Where(f"{project}-{instance}", branch, f"{default_directory(project, instance)}/manifests")


def controllers_object(api: str, kind: str, namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return an object of the controller's own."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}
