"""The files of a render: one for each manifest, and a kustomization for each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from envwright.plan.layout import Layout

# Writes one object as canonical YAML, with its last line break.
Emit = Callable[[Mapping[str, Any]], str]

MANIFESTS = "manifests"
KUSTOMIZATION = "kustomization.yaml"


def manifest_files(layout: Layout, emit: Emit) -> dict[str, bytes]:
    """Return the file of every manifest by its path, Jobs among them, and a kustomization for each phase."""
    files = {manifest.path: emit(manifest.object.content).encode() for _, manifest in layout.manifests()}
    resources: dict[str, list[str]] = {}
    for path in sorted(files):
        root, phase, below = path.split("/", 2)
        if root != MANIFESTS:
            continue  # Jobs that make images are run, never applied
        resources.setdefault(f"{root}/{phase}/{KUSTOMIZATION}", []).append(below)
    return files | {path: emit(kustomization(paths)).encode() for path, paths in resources.items()}


def kustomization(resources: list[str]) -> dict[str, Any]:
    """Return the index of a folder: its files and folders that hold manifests."""
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources}
