"""Service accounts with real tokens, and what they are allowed."""

from __future__ import annotations

import time
from typing import Any

from tests.cluster.client import Client

RBAC = "rbac.authorization.k8s.io"
ALLOWED_WITHIN = 30  # seconds: the server learns of a binding by watching


def account(cluster: Client, namespace: str, name: str) -> Client:
    """Return a client of a service account, which is made if it is not there."""
    made = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
    answer = cluster.apply(made)
    assert answer.accepted, answer.message
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = cluster.ask("POST", f"{cluster.path(made)}/token", request)
    assert answer.accepted, answer.message
    return cluster.showing(answer.body["status"]["token"])


def administrator(cluster: Client, namespace: str, name: str) -> Client:
    """Return a client of an account that is bound to the ClusterRole `admin` in one namespace, its own."""
    client = account(cluster, namespace, name)
    grant(cluster, namespace, name, "ClusterRole", "admin")
    wait_until_allowed(client, namespace, "create", "apps", "deployments")
    return client


def deployer(cluster: Client, namespace: str, name: str) -> Client:
    """Return a client of an administrator who also has all verbs on roles and their bindings in that namespace."""
    client = administrator(cluster, namespace, name)
    rules = [{"apiGroups": [RBAC], "resources": ["roles", "rolebindings"], "verbs": ["*"]}]
    role = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": "grants", "namespace": namespace}}
    answer = cluster.apply({**role, "rules": rules})
    assert answer.accepted, answer.message
    grant(cluster, namespace, name, "Role", "grants")
    wait_until_allowed(client, namespace, "escalate", RBAC, "roles")
    return client


def grant(cluster: Client, namespace: str, account: str, kind: str, role: str) -> None:
    """Bind a role to an account in its namespace."""
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"{account}-{role}", "namespace": namespace},
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }
    answer = cluster.apply(binding)
    assert answer.accepted, answer.message


def wait_until_allowed(client: Client, namespace: str, verb: str, group: str, resource: str) -> None:
    """Wait until the server lets the account do something."""
    deadline = time.monotonic() + ALLOWED_WITHIN
    while not is_allowed(client, {"namespace": namespace, "verb": verb, "group": group, "resource": resource}):
        assert time.monotonic() < deadline, f"not allowed: {verb} {resource} in {namespace}"
        time.sleep(0.05)


def is_allowed(client: Client, attributes: dict[str, Any]) -> bool:
    """Return whether the server would let the account do something."""
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    asked = {**review, "spec": {"resourceAttributes": attributes}}
    answer = client.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", asked)
    assert answer.accepted, answer.message
    return bool(answer.body["status"]["allowed"])
