"""Where a service's code is and which stack it is of, by its declaration before it is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from envwright.model.contract.image import Image
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.pipeline.service_files import service_directory
from envwright.pipeline.stacks import StackAnswer
from envwright.pipeline.state import World


class DeclaredCode(NamedTuple):
    """A service's directory, None if nothing says where it is, and its stack."""

    directory: str | None
    answer: StackAnswer


def declared_code(service: Map, image: Image | None, world: World) -> DeclaredCode:
    """Return where a service's code is and its stack; `image` is its own, None if that is not known."""
    inputs = service.get("inputs")
    patterns = [item.text for item in inputs.items if isinstance(item, Scalar)] if isinstance(inputs, Seq) else []
    directory = service_directory(patterns, image, world.reader)
    return DeclaredCode(directory, world.stacks.of(text_of(service, "stack"), directory))


def services_of(spec: Map) -> Iterator[Map]:
    """Yield the declarations of the services."""
    services = spec.get("services")
    for service in services.items if isinstance(services, Seq) else ():
        if isinstance(service, Map):
            yield service


def built_image(spec: Map, name: str) -> Image | None:
    """Return an image of type build as far as its place is written out, None for any other."""
    images = spec.get("images")
    image = images.get(name) if isinstance(images, Map) else None
    if not isinstance(image, Map) or text_of(image, "type") != "build":
        return None
    return Image(type="build", context=text_of(image, "context") or ".")


def text_of(node: Node | None, key: str) -> str | None:
    """Return the text under a key, None if there is none or a template makes it."""
    found = node.get(key) if isinstance(node, Map) else None
    return found.text if isinstance(found, Scalar) and found.text and "{{" not in found.text else None
