"""Argo CD: waves and hooks on the objects, and the Application that points it to the tree.

https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/,
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/,
https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/ and
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.gitops.controller import controllers_object, name_of, where
from envwright.gitops.lacks import HOOK
from envwright.gitops.marks import Annotations, is_kept, marked, unwritten
from envwright.gitops.waves import waves
from envwright.model.output import default_directory
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedEnvironment
from envwright.plan.layout import Layout, Manifest, Part, PlacedJob

API = "argoproj.io/v1alpha1"
WAVE = "argocd.argoproj.io/sync-wave"
DELETE = "argocd.argoproj.io/hook-delete-policy"
OPTIONS = "argocd.argoproj.io/sync-options"
COMPARE = "argocd.argoproj.io/compare-options"
# server-side, as the reconciler applies; what a later tree lacks goes when the rest is healthy
SYNC_OPTIONS = ["ServerSideApply=true", "PruneLast=true"]
# else a difference would be ignored until the next sync, and then overwritten
KEEP_IGNORED = "RespectIgnoreDifferences=true"
# a commit to another environment of the branch is none of this one's: paths are relative to the manifests
GENERATED_FROM = {"annotations": {"argocd.argoproj.io/manifest-generate-paths": "."}}
# what makes Argo CD delete the objects of an Application with it
CASCADE = "resources-finalizer.argocd.argoproj.io"
APPLICATION = "application.yaml"
APPLICATION_SET = "applicationset.yaml"


def for_argocd(layout: Layout, environment: ResolvedEnvironment) -> Layout:
    """Return the layout with sync waves as the plan orders it, Jobs as hooks that replace their last run."""
    numbers = waves(layout)
    protected = environment.orchestration.prune_policy.protected_kinds

    def marks(part: Part, manifest: Manifest, job: PlacedJob | None) -> Annotations:
        item = manifest.object
        hook = {} if job is None else {HOOK: "Sync", DELETE: "BeforeHookCreation"}
        found = unwritten(item, {WAVE: str(numbers[manifest.path]), **hook})
        return {**found, **_kept(item)} if job is None and is_kept(part, item, protected) else found

    return marked(layout, marks)


def _kept(item: KubernetesObject) -> Annotations:
    """Return what keeps an object, and keeps the Application in sync once the tree lacks it."""
    return {
        OPTIONS: _joined(item, OPTIONS, "Prune=false"),
        COMPARE: _joined(item, COMPARE, "IgnoreExtraneous"),
    }


def _joined(item: KubernetesObject, annotation: str, option: str) -> str:
    """Return the options that an annotation has with one more, unless its author said something of that already."""
    own = str((item.content["metadata"].get("annotations") or {}).get(annotation) or "")
    given = [each.strip() for each in own.split(",") if each.strip()]
    name = option.partition("=")[0]
    return ",".join(given if any(each.partition("=")[0] == name for each in given) else [*given, option])


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
    spec = _spec(environment, branch, manifests)
    # of a slot nothing shall be left; who deletes the Application of production by mistake loses no production
    cascade = {"finalizers": [CASCADE]} if environment.slot else {}
    return {APPLICATION: _object(environment, "Application", name, spec, **GENERATED_FROM, **cascade)}


def _application_set(environment: ResolvedEnvironment) -> dict[str, Any]:
    """Return the ApplicationSet of all slots; it is the same in each of them."""
    gitops, project = environment.gitops, environment.project
    # slots have numbers: `ai-*` would find an environment `ai-tools` too
    slots = default_directory(project, f"{environment.environment}-[0-9]*")
    application = _spec(environment, gitops.branch, "{{ .path.path }}/manifests")
    generator = {
        "repoURL": gitops.repository,
        "revision": gitops.branch,
        "directories": [{"path": slots}],
    }
    about = {"name": f"{project}-{{{{ .path.basenameNormalized }}}}", **GENERATED_FROM}
    template = {"metadata": about, "spec": application}
    spec = {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"git": generator}],
        "template": template,
    }
    return _object(environment, "ApplicationSet", name_of(project, environment.environment), spec)


def _object(
    environment: ResolvedEnvironment, kind: str, name: str, spec: dict[str, Any], **metadata: Any
) -> dict[str, Any]:
    return controllers_object(API, kind, environment.gitops.argocd.namespace, name, spec, **metadata)


def _spec(environment: ResolvedEnvironment, branch: str, path: str) -> dict[str, Any]:
    ignored = list(_ignored(environment))
    options = [*SYNC_OPTIONS, KEEP_IGNORED] if ignored else SYNC_OPTIONS
    return {
        "project": environment.gitops.argocd.project,
        "source": {"repoURL": environment.gitops.repository, "targetRevision": branch, "path": path},
        "destination": {"server": environment.gitops.argocd.server},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}, "syncOptions": options},
        **({"ignoreDifferences": ignored} if ignored else {}),
    }


def _ignored(environment: ResolvedEnvironment) -> Iterator[dict[str, Any]]:
    """Yield what other managers own of the units' objects."""
    for unit in environment.units:
        for owned in unit.declared.ownership if unit.enabled else ():
            name = {"name": owned.name} if owned.name else {}
            yield {"group": "*", "kind": owned.kind, **name, "jsonPointers": list(owned.paths)}
