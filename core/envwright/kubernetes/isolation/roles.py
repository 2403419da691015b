"""Cluster roles and their bindings, narrowed to roles of one namespace."""

from __future__ import annotations

from collections.abc import Iterable

from envwright.kubernetes.isolation.boundary import RBAC, Boundary
from envwright.kubernetes.isolation.rules import narrow_rules
from envwright.kubernetes.isolation.subjects import split_subjects
from envwright.model.rendered import KubernetesObject

SUFFIX = "-cluster"


def narrowed_names(manifests: Iterable[KubernetesObject], kind: str, namespace: str) -> dict[str, str]:
    """Map the name of each object of `Cluster<kind>` to its name as a `kind` of the namespace.

    It keeps its name unless a `kind` of the namespace, or another that is narrowed, has it: then SUFFIX follows.
    """
    wanted: set[str] = set()
    taken: set[str] = set()
    for manifest in manifests:
        if manifest.group == RBAC and manifest.kind == f"Cluster{kind}":
            wanted.add(manifest.name)
        elif manifest.group == RBAC and manifest.kind == kind and manifest.namespace in ("", namespace):
            taken.add(manifest.name)
    names = {name: name for name in wanted - taken}
    taken |= wanted
    for name in sorted(wanted - names.keys()):
        chosen = name + SUFFIX
        while chosen in taken:
            chosen += SUFFIX
        taken.add(chosen)
        names[name] = chosen
    return names


def narrow_role(manifest: KubernetesObject, unit: str, boundary: Boundary) -> KubernetesObject:
    """Return a ClusterRole as a Role of the namespace."""
    rules, lost = narrow_rules(manifest.content.get("rules"), boundary.custom)
    if "aggregationRule" in manifest.content:
        lost = (*lost, "the rules of other ClusterRoles that it aggregates")
    content = {key: value for key, value in manifest.content.items() if key != "aggregationRule"}
    role = {**content, "kind": "Role", "rules": rules}
    return boundary.narrowed(manifest, role, unit, boundary.roles[manifest.name], lost)


def admit_binding(manifest: KubernetesObject, unit: str, boundary: Boundary) -> KubernetesObject | None:
    """Return a binding of the namespace's own accounts to a role that the environment may have, None for another."""
    reference = manifest.content.get("roleRef")
    role = reference if isinstance(reference, dict) else {}
    name, bound_everywhere = str(role.get("name")), manifest.kind == "ClusterRoleBinding"
    of_cluster = bound_everywhere or role.get("kind") == "ClusterRole"
    described = f'{manifest.kind} "{manifest.name}"'
    if of_cluster and name not in boundary.roles:
        summary = f'{described} binds the ClusterRole "{name}", which is not of this stack'
        boundary.leave_out(manifest, unit, "EW600", summary, "write its rules as a Role and bind that")
        return None
    if of_cluster and boundary.mode == "drop":
        summary = f'{described} binds the ClusterRole "{name}", which is left out'
        boundary.leave_out(manifest, unit, "EW600", summary, "let clusterScope narrow the role")
        return None
    subjects, foreign = split_subjects(manifest.content.get("subjects"), boundary.namespace)
    if foreign and (boundary.mode == "refuse" or not subjects):
        summary = f"{described} gives rights to another namespace's {', '.join(foreign)}"
        boundary.leave_out(manifest, unit, "EW601", summary, "bind accounts of the environment's own namespace")
        return None
    lost = [f"the subject {subject} of another namespace" for subject in foreign]
    if boundary.mode == "narrow" and of_cluster:
        role = {**role, "kind": "Role", "name": boundary.roles[name]}
        own_name = boundary.bindings[manifest.name] if bound_everywhere else manifest.name
        content = {**manifest.content, "kind": "RoleBinding", "roleRef": role, "subjects": subjects}
        return boundary.narrowed(manifest, content, unit, own_name, lost)
    if foreign:
        return boundary.narrowed(manifest, {**manifest.content, "subjects": subjects}, unit, manifest.name, lost)
    return manifest
