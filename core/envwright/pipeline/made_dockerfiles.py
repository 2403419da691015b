"""Dockerfiles for built images that have none: made by the stack of the service that the image is of."""

from __future__ import annotations

from envwright.ast.plain import plain
from envwright.images.paths import context_path, dockerfile_path
from envwright.kubernetes.workload.security import PRIVILEGED_PORTS, SHIFT
from envwright.model.contract.image import Image
from envwright.model.language import Program, StackDockerfile
from envwright.model.nodes import Map, Seq
from envwright.pipeline.declared_code import declared_code, services_of, text_of
from envwright.pipeline.state import State, World


def made_dockerfile(state: State, world: World, name: str, image: Image) -> StackDockerfile | None:
    """Return the Dockerfile that the stack of an image's service makes, None where the image has one or nobody can.

    `dockerfile` that is written out is never replaced. Raises Refused: EW990.
    """
    if image.type != "build" or image.dockerfile or not state.dialect.strategies_act:
        return None
    if world.reader.exists(dockerfile_path(image)):
        return None
    service = next((each for each in services_of(state.spec) if text_of(each, "image") == name), None)
    if service is None:
        return None
    directory, answer = declared_code(service, image, world)
    if answer.stack is None or directory != context_path(image):
        return None  # its `COPY` would name files of another directory
    program = Program(text_of(service, "name") or name, world.stacks.files(directory), port=_port(service))
    return answer.stack.maybe(StackDockerfile, answer.stack.value.dockerfile, program)


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
