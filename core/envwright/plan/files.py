"""The files of a render: one for each manifest, and a kustomization for each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from envwright.model.ports import ForEach
from envwright.plan.canonical import digest_of, digest_of_bytes
from envwright.plan.layout import Layout

# Writes one object as canonical YAML, with its last line break.
Emit = Callable[[Mapping[str, Any]], str]

MANIFESTS = "manifests"
KUSTOMIZATION = "kustomization.yaml"


class File(NamedTuple):
    """One file of a render: its bytes and their digest, and of a manifest the digest of the object itself."""

    data: bytes
    digest: str
    of_object: str = ""

    @classmethod
    def of(cls, data: bytes) -> File:
        """Return the file with these bytes."""
        return cls(data, digest_of_bytes(data))


def manifest_files(layout: Layout, emit: Emit, for_each: ForEach = map) -> dict[str, File]:
    """Return the file of every manifest by its path, Jobs among them, and a kustomization for each phase."""
    paths, contents = [], []
    for _, (item, path) in layout.manifests():
        paths.append(path)
        contents.append(item.content)
    files = dict(zip(paths, for_each(partial(_manifest_file, emit), contents), strict=True))
    resources: dict[str, list[str]] = {}
    for path in sorted(files):
        root, phase, below = path.split("/", 2)
        if root != MANIFESTS:
            continue  # Jobs that make images are run, never applied
        resources.setdefault(f"{root}/{phase}/{KUSTOMIZATION}", []).append(below)
    return files | {path: File.of(emit(kustomization(paths)).encode()) for path, paths in resources.items()}


def _manifest_file(emit: Emit, content: Mapping[str, Any]) -> File:
    return File.of(emit(content).encode())._replace(of_object=digest_of(content))


def kustomization(resources: list[str]) -> dict[str, Any]:
    """Return the index of a folder: its files and folders that hold manifests."""
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources}
