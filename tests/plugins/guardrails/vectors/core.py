"""What the engine's own isolation closes, so that the table is whole."""

from __future__ import annotations

from tests.plugins.guardrails.vectors.vector import LEFT_OUT, OWN_ACCOUNT, Vector, binding, config_map, thing

RBAC = "rbac.authorization.k8s.io/v1"


def cluster_scoped(api_version: str, kind: str, hint: str) -> Vector:
    return Vector(f"the cluster-scoped kind {kind}", (thing(api_version, kind),), "EW600", hint)


SUBJECT = {"kind": "ServiceAccount", "name": "ci", "namespace": "runners"}
GROUP = {"kind": "Group", "name": "system:serviceaccounts"}
OWN = [{**OWN_ACCOUNT, "namespace": "shop-ai-7"}]

CORE = [
    cluster_scoped("v1", "PersistentVolume", "a PersistentVolumeClaim"),
    cluster_scoped("v1", "Namespace", "the platform makes the environment's namespace"),
    cluster_scoped("storage.k8s.io/v1", "StorageClass", "the platform owns objects of the whole cluster"),
    cluster_scoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", "the platform owns custom kinds"),
    cluster_scoped("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "the platform owns objects"),
    cluster_scoped("scheduling.k8s.io/v1", "PriorityClass", "the platform owns objects of the whole cluster"),
    Vector(
        "an object of another namespace",
        (config_map(namespace="production"),),
        "EW601",
        "the environment's own is shop-ai-7",
    ),
    Vector(
        "an account of another namespace",
        (binding(SUBJECT, OWN_ACCOUNT),),
        "EW601",
        "accounts of the environment's own namespace",
        drop={"subjects": OWN},
        narrow={"subjects": OWN},
    ),
    Vector(
        "the accounts of every namespace",
        (binding(GROUP, OWN_ACCOUNT),),
        "EW601",
        "accounts of the environment's own namespace",
        drop={"subjects": OWN},
        narrow={"subjects": OWN},
    ),
    Vector(
        "a ClusterRole outside the stack",
        (binding(OWN_ACCOUNT, role="cluster-admin", kind="ClusterRole"),),
        "EW600",
        "write its rules as a Role and bind that",
        drop=LEFT_OUT,
        narrow=LEFT_OUT,
    ),
]
