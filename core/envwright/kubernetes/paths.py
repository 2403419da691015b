"""Where each object's file stands in the environment's directory: readable, unique, the same on every file system."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from envwright.kubernetes.kinds import is_built_in
from envwright.model.rendered import KubernetesObject

# 255 bytes is what file systems take; the rest is room for a temporary name beside it
LONGEST_NAME = 200
ENDING = ".yaml"
# upper case is escaped too: two names that differ in case alone would be one file on some file systems
UNSAFE = re.compile(r"[^a-z0-9.-]")


def manifest_paths(
    phase: str, unit: str, objects: Sequence[KubernetesObject], default_namespace: str
) -> tuple[str, ...]:
    """Return the files of one unit's objects, in their order, no two of them equal.

    A name that two different objects would share (`x-y` in namespace `a`, `y` in namespace `a-x`) gets a hash in each.
    """
    return tuple(f"manifests/{phase}/{unit}/{name}" for name in file_names(objects, default_namespace))


def image_paths(image: str, objects: Sequence[KubernetesObject], default_namespace: str) -> tuple[str, ...]:
    """Return the files of the Job that makes an image and of what it needs, in their order, no two of them equal."""
    return tuple(f"{image_directory(image)}/{name}" for name in file_names(objects, default_namespace))


def image_directory(image: str) -> str:
    """Return the directory of an image's files."""
    return f"images/{UNSAFE.sub(escaped, image)}"


def file_names(objects: Sequence[KubernetesObject], default_namespace: str) -> list[str]:
    """Return the names of the files of objects that share a directory, in their order."""
    names = [file_name(manifest, default_namespace) for manifest in objects]
    if len(set(names)) == len(names):
        return names
    shared = {name for name, times in Counter(names).items() if times > 1}
    return [
        with_hash(name, manifest) if name in shared else name for name, manifest in zip(names, objects, strict=True)
    ]


def file_name(manifest: KubernetesObject, default_namespace: str) -> str:
    """Return `<kind>[.<group>][.<namespace>]-<name>.yaml`, escaped, at most LONGEST_NAME bytes."""
    first = manifest.kind.lower()
    if manifest.group and not is_built_in(manifest.group, manifest.kind):
        first += f".{manifest.group.lower()}"
    if manifest.namespace and manifest.namespace != default_namespace:
        first += f".{manifest.namespace}"
    name = UNSAFE.sub(escaped, f"{first}-{manifest.name}") + ENDING
    return name if len(name) <= LONGEST_NAME else with_hash(name, manifest)


def with_hash(name: str, manifest: KubernetesObject) -> str:
    """Return the file name, cut where needed, with a hash of the object's identity before the ending."""
    identity = "\n".join((manifest.group, manifest.kind, manifest.namespace, manifest.name))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    stem = name.removesuffix(ENDING)[: LONGEST_NAME - len(ENDING) - len(digest) - 1]
    return f"{stem}-{digest}{ENDING}"


def escaped(found: re.Match[str]) -> str:
    """Percent-encode one character, as in a URL."""
    return "".join(f"%{byte:02x}" for byte in found.group().encode())
