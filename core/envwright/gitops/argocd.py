"""Argo CD: waves and hooks on the objects, and the Application that points it to the tree.

https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ and
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.gitops.controller import controllers_object, where
from envwright.gitops.lacks import HOOK
from envwright.gitops.marks import Annotations, is_kept, marked
from envwright.gitops.waves import waves
from envwright.model.output import default_directory
from envwright.model.resolved import ResolvedEnvironment
from envwright.plan.layout import Layout, Manifest, Part, PlacedJob

API = "argoproj.io/v1alpha1"
WAVE = "argocd.argoproj.io/sync-wave"
DELETE = "argocd.argoproj.io/hook-delete-policy"
OPTIONS = "argocd.argoproj.io/sync-options"
# server-side, as the reconciler applies; what a later tree lacks goes when the rest is healthy
SYNC_OPTIONS = ["ServerSideApply=true", "PruneLast=true"]
APPLICATION = "application.yaml"
APPLICATION_SET = "applicationset.yaml"


def for_argocd(layout: Layout, environment: ResolvedEnvironment) -> Layout:
    """Return the layout with sync waves as the plan orders it, Jobs as hooks that replace their last run."""
    numbers = waves(layout)
    protected = environment.orchestration.prune_policy.protected_kinds

    def marks(part: Part, manifest: Manifest, job: PlacedJob | None) -> Annotations:
        found = {WAVE: str(numbers[manifest.path])}
        if job is not None:
            return {**found, HOOK: "Sync", DELETE: "BeforeHookCreation"}
        return {**found, OPTIONS: "Prune=false"} if is_kept(part, manifest.object, protected) else found

    return marked(layout, marks)


def argocd_objects(environment: ResolvedEnvironment) -> dict[str, dict[str, Any]]:
    """Return the object that points Argo CD to the environment's directory, by the name of its file.

    That is an Application; for a slot whose branch all slots share an ApplicationSet, which finds every slot by its
    directory. Nothing if the stack does not say where the environment repository is.
    """
    gitops = environment.gitops
    if not gitops.repository:
        return {}
    if environment.slot and gitops.branch:
        return {APPLICATION_SET: _application_set(environment)}
    name, branch, manifests = where(environment)
    return {APPLICATION: _object(environment, "Application", name, _spec(environment, branch, manifests))}


def _application_set(environment: ResolvedEnvironment) -> dict[str, Any]:
    """Return the ApplicationSet of all slots; it is the same in each of them."""
    gitops, project = environment.gitops, environment.project
    slots = default_directory(project, f"{environment.environment}-*")
    application = _spec(environment, gitops.branch, "{{ .path.path }}/manifests")
    generator = {
        "repoURL": gitops.repository,
        "revision": gitops.branch,
        "directories": [{"path": slots}],
    }
    template = {"metadata": {"name": f"{project}-{{{{ .path.basename }}}}"}, "spec": application}
    spec = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"git": generator}],
        "template": template,
    }
    return _object(environment, "ApplicationSet", f"{project}-{environment.environment}", spec)


def _object(environment: ResolvedEnvironment, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return controllers_object(API, kind, environment.gitops.argocd.namespace, name, spec)


def _spec(environment: ResolvedEnvironment, branch: str, path: str) -> dict[str, Any]:
    ignored = list(_ignored(environment))
    return {
        "project": environment.gitops.argocd.project,
        "source": {"repoURL": environment.gitops.repository, "targetRevision": branch, "path": path},
        "destination": {"server": environment.gitops.argocd.server},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}, "syncOptions": SYNC_OPTIONS},
        **({"ignoreDifferences": ignored} if ignored else {}),
    }


def _ignored(environment: ResolvedEnvironment) -> Iterator[dict[str, Any]]:
    """Yield what other managers own of the units' objects."""
    for unit in environment.units:
        for owned in unit.declared.ownership if unit.enabled else ():
            name = {"name": owned.name} if owned.name else {}
            yield {"group": "*", "kind": owned.kind, **name, "jsonPointers": list(owned.paths)}
