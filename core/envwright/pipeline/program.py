"""How a service runs without a reloader: what its Dockerfile and its rendered objects say."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from envwright.hookspecs import UnitFacts
from envwright.images.paths import context_path
from envwright.images.stage import StageFacts, stage_facts
from envwright.kubernetes.pods import pod_spec_of
from envwright.model.contract.image import Image
from envwright.model.language import Program, ServiceFiles
from envwright.model.rendered import KubernetesObject
from envwright.plan.references import maps

LONG_RUNNING = frozenset({"Deployment", "StatefulSet"})
DEVELOPMENT = "dev"


def program_of(
    facts: UnitFacts,
    image: Image,
    files: ServiceFiles,
    dockerfile: str,
    container: Mapping[str, Any],
    objects: tuple[KubernetesObject, ...],
) -> Program:
    """Return how a unit's service runs.

    `dockerfile` is the text of its image's, `container` the one of its long-running pods that runs the image.
    """
    shipped = stage_facts(dockerfile, image.target) or StageFacts()
    own = stage_facts(dockerfile, DEVELOPMENT) or shipped
    working_directory = str(container.get("workingDir") or own.working_directory)
    return Program(
        name=facts.unit.name,
        files=files,
        dockerfile=dockerfile,
        command=started(container, shipped) or own.starts,
        working_directory=_inside(working_directory, files.directory, context_path(image)),
        user=own.user,
        port=port_of(container),
        hosts=tuple(dict.fromkeys(hosts_of(objects, facts))),
    )


def main_container(objects: tuple[KubernetesObject, ...], image: str) -> Mapping[str, Any]:
    """Return the container of a long-running pod that runs this image, empty if there is none."""
    for item in objects:
        spec = pod_spec_of(item.content) if item.kind in LONG_RUNNING else None
        for container in maps(spec.get("containers")) if spec is not None else ():
            if container.get("image") == image:
                return container
    return {}


def started(container: Mapping[str, Any], stage: StageFacts) -> tuple[str, ...]:
    """Return what a container starts: `command` stands for the image's entrypoint, `args` for the image's command."""
    command, args = container.get("command") or (), container.get("args") or ()
    if command:
        return tuple(map(str, (*command, *args)))
    return (*stage.entrypoint, *map(str, args)) if args else stage.starts


def port_of(container: Mapping[str, Any]) -> int:
    """Return the container's first port, 0 if it names none."""
    ports = maps(container.get("ports"))
    return next((port["containerPort"] for port in ports if isinstance(port.get("containerPort"), int)), 0)


def hosts_of(objects: tuple[KubernetesObject, ...], facts: UnitFacts) -> Iterator[str]:
    """Yield the names that requests carry: those of ingresses, the environment's domain, those of the Services."""
    for item in objects:
        spec = item.content.get("spec")
        if item.kind == "Ingress" and isinstance(spec, dict):
            yield from (str(rule["host"]) for rule in maps(spec.get("rules")) if rule.get("host"))
        elif item.kind == "HTTPRoute" and isinstance(spec, dict):
            yield from map(str, spec.get("hostnames") or ())
    if facts.environment.domain:
        yield facts.environment.domain
    yield from (item.name for item in objects if item.kind == "Service")


def _inside(working_directory: str, directory: str, context: str) -> str:
    """Return where a service's directory is in the container whose working directory is the place of the context."""
    below = "." if directory == context else posixpath.relpath(directory, context)
    if not working_directory or below.startswith(".."):
        return working_directory
    return posixpath.normpath(posixpath.join(working_directory, below))
