"""Flux: a Kustomization for each phase, each after the one before it, and the repository that they read.

https://fluxcd.io/flux/components/kustomize/kustomizations/ (`ignore` since Flux 2.9) and
https://fluxcd.io/flux/components/source/gitrepositories/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from envwright.gitops.controller import controllers_object, name_of, where
from envwright.gitops.marks import Annotations, is_kept, marked, unwritten
from envwright.model.resolved import ResolvedEnvironment
from envwright.plan.layout import Layout, Manifest, Part, PlacedJob

KUSTOMIZE = "kustomize.toolkit.fluxcd.io"
SOURCE = "source.toolkit.fluxcd.io"
FORCE = f"{KUSTOMIZE}/force"
PRUNE = f"{KUSTOMIZE}/prune"


def for_flux(layout: Layout, environment: ResolvedEnvironment) -> Layout:
    """Return the layout with Jobs that are made anew when they change, and what stays marked as such."""
    protected = environment.orchestration.prune_policy.protected_kinds

    def marks(part: Part, manifest: Manifest, job: PlacedJob | None) -> Annotations:
        force = {FORCE: "enabled"} if job is not None else {}
        kept = {PRUNE: "disabled"} if is_kept(part, manifest.object, protected) else {}
        return unwritten(manifest.object, {**force, **kept})

    return marked(layout, marks)


def flux_objects(environment: ResolvedEnvironment, layout: Layout) -> dict[str, dict[str, Any]]:
    """Return the objects that point Flux to the environment's directory, by the names of their files.

    Nothing if the stack does not say where the environment repository is.
    """
    gitops, flux = environment.gitops, environment.gitops.flux
    if not gitops.repository:
        return {}
    name, branch, manifests = where(environment)
    source: dict[str, Any] = {
        "interval": flux.interval,
        "url": gitops.repository,
        "ref": {"branch": branch},
    }
    if flux.secret:
        source["secretRef"] = {"name": flux.secret}
    found = {"gitrepository.yaml": _object(environment, f"{SOURCE}/v1", "GitRepository", name, source)}
    before = ""
    # Flux knows no step before the phases: Namespaces and definitions come with the phase of their unit
    holding = {part.unit.phase for part in layout.first} | {part.phase for part in layout.parts}
    for phase in (phase for phase in environment.phases if phase in holding):
        spec = {
            "interval": flux.interval,
            "path": f"./{manifests}/{phase}",
            "prune": True,
            "wait": True,
            "timeout": f"{_timeout(layout, phase)}s",
            "sourceRef": {"kind": "GitRepository", "name": name},
        }
        if before:
            spec["dependsOn"] = [{"name": before}]
        if flux.service_account:
            spec["serviceAccountName"] = flux.service_account
        if ignored := list(_ignored(layout, phase)):
            spec["ignore"] = ignored
        before = name_of(name, phase)
        found[f"kustomization-{phase}.yaml"] = _object(environment, f"{KUSTOMIZE}/v1", "Kustomization", before, spec)
    return found


def _object(environment: ResolvedEnvironment, api: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return controllers_object(api, kind, environment.gitops.flux.namespace, name, spec)


def _ignored(layout: Layout, phase: str) -> Iterator[dict[str, Any]]:
    """Yield what other managers own of a phase's objects: names of the selector are regular expressions."""
    for part in layout.parts:
        objects = [item for item, _ in part.manifests()] if part.phase == phase else []
        for owned in part.unit.options.get("ownership") or () if objects else ():
            kind, name = owned["kind"], owned["name"]
            if any(item.kind == kind and name in ("", item.name) for item in objects):
                named = {"name": re.escape(name)} if name else {}
                yield {"paths": list(owned["paths"]), "target": {"kind": kind, **named}}


def _timeout(layout: Layout, phase: str) -> int:
    """Return how long all of a phase may take at once, in seconds."""
    parts = [part for part in layout.parts if part.phase == phase]
    parts += [part for part in layout.first if part.unit.phase == phase]
    of_jobs = (placed.job.timeout for part in parts for placed in (*part.before, *part.main, *part.after))
    return max((*(part.unit.ready_timeout for part in parts), *of_jobs))
