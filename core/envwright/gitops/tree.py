"""A tree made ready for the tool that the stack names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.gitops.argocd import argocd_objects, for_argocd
from envwright.gitops.flux import flux_objects, for_flux
from envwright.model.resolved import ResolvedEnvironment
from envwright.plan.files import KUSTOMIZATION, MANIFESTS, kustomization
from envwright.plan.layout import Layout

DIRECTORY = "gitops"


def for_tool(layout: Layout, environment: ResolvedEnvironment) -> Layout:
    """Return the layout with what the tool reads on every object, the same layout for the built-in reconciler."""
    match environment.gitops.tool:
        case "argocd":
            return for_argocd(layout, environment)
        case "flux":
            return for_flux(layout, environment)
        case "envwright":
            return layout


def objects_for_tool(layout: Layout, environment: ResolvedEnvironment) -> Mapping[str, Mapping[str, Any]]:
    """Return what the tool needs besides the manifests, by its file: objects of its own, an index of the phases."""
    match environment.gitops.tool:
        case "argocd":
            phases = {path.split("/")[1] for path in _paths(layout)}
            index = {f"{MANIFESTS}/{KUSTOMIZATION}": kustomization(sorted(phases))}
            return index | _in_directory(argocd_objects(environment))
        case "flux":
            return _in_directory(flux_objects(environment, layout))
        case "envwright":
            return {}


def _paths(layout: Layout) -> list[str]:
    return [manifest.path for part, manifest in layout.manifests() if part is not None]


def _in_directory(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {f"{DIRECTORY}/{name}": item for name, item in objects.items()}
