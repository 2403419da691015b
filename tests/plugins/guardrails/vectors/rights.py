"""Roles and bindings."""

from __future__ import annotations

from typing import Any

from tests.plugins.guardrails.vectors.vector import OWN_ACCOUNT, Json, Vector, binding, role, rule

READ_PODS = rule([""], ["pods"], ["get", "list"])
HINT = "write out the API groups, resources and verbs"


def holding(name: str, wrong: Json, becomes: Json | None, allowed_by: Json | None = None) -> Vector:
    """A rule beside one that a Role may hold."""
    left = [*([becomes] if becomes else []), READ_PODS]
    return Vector(
        name,
        (role(wrong, READ_PODS),),
        "EW618",
        HINT,
        drop={"rules": [READ_PODS]},
        narrow={"rules": left},
        allowed_by=allowed_by,
    )


VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
RBAC = ["rbac.authorization.k8s.io"]

ROLES = [
    holding("a wildcard of verbs", rule([""], ["pods"], ["*"]), rule([""], ["pods"], VERBS)),
    holding(
        "a wildcard of resources",
        rule(["batch"], ["*"], ["get"]),
        rule(["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], ["get"]),
    ),
    holding("the verb escalate", rule(RBAC, ["roles"], ["get", "escalate"]), rule(RBAC, ["roles"], ["get"])),
    holding("the verb bind", rule(RBAC, ["roles"], ["bind"]), None),
    holding("the verb impersonate", rule([""], ["serviceaccounts"], ["impersonate"]), None),
    holding("tokens of accounts", rule([""], ["serviceaccounts/token"], ["create"]), None),
    holding("the namespace itself", rule([""], ["namespaces"], ["delete"]), None),
    holding(
        "kinds whose controllers do more",
        rule(["helm.cattle.io"], ["helmcharts"], ["create"]),
        None,
        {"customKinds": ["helm.cattle.io/HelmChart"]},
    ),
    holding(
        "kinds whose controllers do more, beside others",
        rule(["apps", "argoproj.io"], ["deployments", "applications"], ["create"]),
        rule(["apps"], ["deployments", "applications"], ["create"]),
    ),
]


def giving(what: str, **subject: Any) -> Vector:
    return Vector(
        what,
        (binding(subject, OWN_ACCOUNT),),
        "EW619",
        "bind a ServiceAccount of the environment",
        drop={"subjects": [OWN_ACCOUNT]},
        narrow={"subjects": [OWN_ACCOUNT]},
    )


BINDINGS = [
    giving("everybody who is known to the cluster", kind="Group", name="system:authenticated"),
    giving("everybody who is not", kind="Group", name="system:unauthenticated"),
    giving("a component of the cluster", kind="User", name="system:kube-controller-manager"),
    Vector(
        "a binding of a group of the cluster alone",
        (binding({"kind": "Group", "name": "system:masters"}),),
        "EW619",
        "bind a ServiceAccount of the environment",
    ),
]

RIGHTS = [*ROLES, *BINDINGS]
