"""Cluster roles and their bindings, narrowed to roles of one namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

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
        if manifest.kind == kind and manifest.group == RBAC and manifest.namespace in ("", namespace):
            taken.add(manifest.name)
        elif manifest.kind == f"Cluster{kind}" and manifest.group == RBAC:
            wanted.add(manifest.name)
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
    rules, changes = narrow_rules(manifest.content.get("rules"), boundary.custom)
    if "aggregationRule" in manifest.content:
        changes = (*changes, "without the rules of other ClusterRoles that it aggregates")
    content = {key: value for key, value in manifest.content.items() if key != "aggregationRule"}
    role = {**content, "kind": "Role", "rules": rules}
    return boundary.narrowed(manifest, role, unit, boundary.roles[manifest.name], changes)


def admit_binding(manifest: KubernetesObject, unit: str, boundary: Boundary) -> KubernetesObject | None:
    """Return a binding of the namespace's own accounts to a role that the environment may have, None for another."""
    role = role_reference(manifest)
    subjects, foreign = split_subjects(manifest.content.get("subjects"), boundary.namespace)
    problem = role_problem(manifest, role, boundary)
    if problem is None and foreign and (boundary.mode == "refuse" or not subjects):
        summary = f'{manifest.kind} "{manifest.name}" gives rights to another namespace\'s {", ".join(foreign)}'
        problem = Problem("EW601", summary, "bind accounts of the environment's own namespace")
    if problem is not None:
        boundary.leave_out(manifest, unit, *problem)
        return None
    changes = [f"without the subject {subject} of another namespace" for subject in foreign]
    content, name = {**manifest.content, "subjects": subjects}, manifest.name
    if boundary.mode == "narrow" and role["kind"] == "ClusterRole":
        role = {**role, "kind": "Role", "name": boundary.roles[role["name"]]}
        content |= {"kind": "RoleBinding", "roleRef": role}
        name = boundary.bindings[name] if manifest.kind == "ClusterRoleBinding" else name
        changes = [f'binds Role "{role["name"]}"', *changes]
    return boundary.narrowed(manifest, content, unit, name, changes) if changes else manifest


class Problem(NamedTuple):
    """Why a binding cannot be: a diagnostic's code, summary and hint."""

    code: str
    summary: str
    hint: str


def role_reference(manifest: KubernetesObject) -> dict[str, Any]:
    """Return the role that a binding names, with its kind and name as text whatever stands there."""
    reference = manifest.content.get("roleRef")
    role = reference if isinstance(reference, dict) else {}
    kind = "ClusterRole" if manifest.kind == "ClusterRoleBinding" else str(role.get("kind"))
    return {**role, "kind": kind, "name": str(role.get("name"))}


def role_problem(manifest: KubernetesObject, role: Mapping[str, Any], boundary: Boundary) -> Problem | None:
    """Say why a role cannot be bound in the namespace, None if it can."""
    if role["kind"] != "ClusterRole":
        return None
    binds = f'{manifest.kind} "{manifest.name}" binds the ClusterRole "{role["name"]}"'
    if role["name"] not in boundary.roles:
        return Problem("EW600", f"{binds}, which is not of this stack", "write its rules as a Role and bind that")
    if boundary.mode == "drop":
        return Problem("EW600", f"{binds}, which is left out", "let clusterScope narrow the role")
    return None
