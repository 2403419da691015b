"""The files of a render: one for each manifest, and a kustomization for each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from envwright.plan.layout import Layout

# Writes one object as canonical YAML, with its last line break.
Emit = Callable[[Mapping[str, Any]], str]

KUSTOMIZATION = "kustomization.yaml"


def manifest_files(layout: Layout, emit: Emit) -> dict[str, bytes]:
    """Return every file below `manifests/` by its path: one per manifest, Jobs among them, and the kustomizations."""
    files = {manifest.path: emit(manifest.object.content).encode() for _, manifest in layout.manifests()}
    for phase in layout.phases:
        directory = f"manifests/{phase}/"
        resources = sorted(path.removeprefix(directory) for path in files if path.startswith(directory))
        if resources:
            files[directory + KUSTOMIZATION] = emit(_kustomization(resources)).encode()
    return files


def _kustomization(resources: list[str]) -> dict[str, Any]:
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources}
