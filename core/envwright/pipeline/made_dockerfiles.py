"""Dockerfiles for built images that have none: made by the stack of the service that the image is of."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.ast.plain import plain
from envwright.images.paths import context_path, dockerfile_path
from envwright.kubernetes.workload.security import PRIVILEGED_PORTS, SHIFT
from envwright.model.contract.image import Image
from envwright.model.language import Program, StackDockerfile
from envwright.model.nodes import Map, Scalar, Seq
from envwright.pipeline.service_files import service_directory
from envwright.pipeline.state import State, World


def made_dockerfile(state: State, world: World, name: str, image: Image) -> StackDockerfile | None:
    """Return the Dockerfile that the stack of an image's service makes, None where the image has one or nobody can.

    `dockerfile` that is written out is never replaced. Raises Refused: EW990.
    """
    if image.type != "build" or image.dockerfile or state.dialect.lenient_strategies:
        return None
    if world.reader.exists(dockerfile_path(image)):
        return None
    service = next(_users(state.spec, name), None)
    if service is None:
        return None
    inputs = service.get("inputs")
    patterns = [item.text for item in inputs.items if isinstance(item, Scalar)] if isinstance(inputs, Seq) else []
    directory = service_directory(patterns, image, world.reader)
    declared = service.get("stack")
    stack = world.stacks.of(declared.text if isinstance(declared, Scalar) else None, directory).stack
    if stack is None or directory != context_path(image):
        return None  # its `COPY` would name files of another directory
    title = service.get("name")
    program = Program(
        title.text if isinstance(title, Scalar) else name, world.stacks.files(directory), port=_port(service)
    )
    return stack.maybe(StackDockerfile, stack.value.dockerfile, program)


def _users(spec: Map, image: str) -> Iterator[Map]:
    """Yield the declarations of the services whose own image this is."""
    services = spec.get("services")
    for service in services.items if isinstance(services, Seq) else ():
        named = service.get("image") if isinstance(service, Map) else None
        if isinstance(service, Map) and isinstance(named, Scalar) and named.text == image:
            yield service


def _port(service: Map) -> int:
    """Return the port of the workload's container, 0 if it has none or a template says it."""
    workload = service.get("workload")
    ports = workload.get("ports") if isinstance(workload, Map) else None
    first = ports.items[0] if isinstance(ports, Seq) and ports.items else None
    declared = plain(first) if isinstance(first, Map) else {}
    target, port = declared.get("targetPort"), declared.get("port")
    if isinstance(target, int):
        return target
    return (port if port >= PRIVILEGED_PORTS else port + SHIFT) if isinstance(port, int) else 0
