"""The way in: all objects of an isolated environment at once, for a binding may stand in another unit than its role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from envwright.kubernetes.isolation.boundary import RBAC, Boundary
from envwright.kubernetes.isolation.roles import admit_binding, narrow_role, narrowed_names
from envwright.kubernetes.kinds import CustomKinds, is_namespaced
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject, Omission

# what to do instead of writing a cluster-scoped kind
ALTERNATIVES: dict[tuple[str, str], str] = {
    ("", "Namespace"): "the platform makes the environment's namespace: leave this one out",
    ("", "PersistentVolume"): "ask for storage with a PersistentVolumeClaim",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "the platform owns custom kinds: install it there",
    ("cert-manager.io", "ClusterIssuer"): "name a Secret that holds a wildcard certificate, or write an Issuer if the "
    "platform allows it",
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): "write a NetworkPolicy",
    ("external-secrets.io", "ClusterExternalSecret"): "declare the Secret in secrets[]",
    ("external-secrets.io", "ClusterSecretStore"): "declare its Secrets in secrets[]",
    ("keda.sh", "ClusterTriggerAuthentication"): "write a TriggerAuthentication",
    ("kyverno.io", "ClusterPolicy"): "write a Policy",
    (RBAC, "ClusterRole"): "write a Role, or let clusterScope narrow it to one",
    (RBAC, "ClusterRoleBinding"): "write a RoleBinding, or let clusterScope narrow it to one",
}
ALTERNATIVE = "the platform owns objects of the whole cluster: install it there, or let clusterScope drop it"


class UnitObjects(NamedTuple):
    """A unit's name and its objects, before Secrets and Jobs are taken out of them."""

    unit: str
    objects: tuple[KubernetesObject, ...]


def isolate(
    units: Sequence[UnitObjects], mode: ClusterScope, *, namespace: str, custom: CustomKinds, report: Report
) -> tuple[tuple[UnitObjects, ...], tuple[Omission, ...]]:
    """Return the units with what an isolated environment may own, and what it goes without.

    `namespace` is the environment's, `custom` are the stack's own kinds. Reports EW600 and EW601 as errors in mode
    `refuse`, EW604 and EW605 as warnings in the others.
    """
    everything = [manifest for unit in units for manifest in unit.objects]
    roles = narrowed_names(everything, "Role", namespace)
    bindings = narrowed_names(everything, "RoleBinding", namespace)
    boundary = Boundary(mode, namespace, custom, roles, bindings, [], report)
    isolated = []
    for unit in units:
        inside = (admit(manifest, unit.unit, boundary) for manifest in unit.objects)
        isolated.append(unit._replace(objects=tuple(manifest for manifest in inside if manifest is not None)))
    return tuple(isolated), tuple(boundary.omissions)


def admit(manifest: KubernetesObject, unit: str, boundary: Boundary) -> KubernetesObject | None:
    """Return what the environment may own of one object, None if that is nothing."""
    if not is_namespaced(manifest.group, manifest.kind, boundary.custom):
        return admit_cluster_scoped(manifest, unit, boundary)
    namespace = manifest.namespace
    if namespace and namespace != boundary.namespace:
        summary = f'{manifest.kind} "{manifest.name}" is for the namespace {namespace}'
        hint = f"leave metadata.namespace out: the environment's own is {boundary.namespace}"
        boundary.leave_out(manifest, unit, "EW601", summary, hint)
        return None
    if manifest.kind == "RoleBinding" and manifest.group == RBAC:
        return admit_binding(manifest, unit, boundary)
    return manifest


def admit_cluster_scoped(manifest: KubernetesObject, unit: str, boundary: Boundary) -> KubernetesObject | None:
    """Return a cluster-scoped object in its narrow form, None if it has none or may not have it."""
    kind = (manifest.group, manifest.kind)
    if kind == ("", "Namespace") and manifest.name == boundary.namespace:
        boundary.note(manifest, unit, "platform", "the platform makes the environment's own namespace")
        return None
    if boundary.mode == "narrow" and kind == (RBAC, "ClusterRole"):
        return narrow_role(manifest, unit, boundary)
    if boundary.mode == "narrow" and kind == (RBAC, "ClusterRoleBinding"):
        return admit_binding(manifest, unit, boundary)
    summary = f'{manifest.kind} "{manifest.name}" is cluster-scoped, and this environment is isolated'
    boundary.leave_out(manifest, unit, "EW600", summary, ALTERNATIVES.get(kind, ALTERNATIVE))
    return None
