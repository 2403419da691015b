"""In which order objects of one unit are applied, and which are ready as soon as they exist."""

from __future__ import annotations

from functools import cache

from envwright.kubernetes.kinds import is_built_in
from envwright.model.rendered import KubernetesObject

# What stands higher is there before what needs it. Kinds in one row need nothing of each other.
APPLY_ORDER: tuple[tuple[str, ...], ...] = (
    ("Namespace",),
    ("CustomResourceDefinition", "APIService"),
    ("PriorityClass", "StorageClass", "IngressClass", "RuntimeClass"),
    ("ResourceQuota", "LimitRange", "NetworkPolicy"),
    ("ServiceAccount",),
    ("Secret", "ConfigMap"),
    ("PersistentVolume",),
    ("PersistentVolumeClaim",),
    ("ClusterRole", "Role"),
    ("ClusterRoleBinding", "RoleBinding"),
    ("Service",),
    (),  # every other kind, custom resources among them: Deployments may need the Secrets that those make
    ("DaemonSet", "StatefulSet", "Deployment", "ReplicaSet", "ReplicationController", "Pod", "CronJob", "Job"),
    ("HorizontalPodAutoscaler", "PodDisruptionBudget"),
    ("Ingress",),
    # last: a webhook without pods behind it refuses what comes after it
    ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy"),
    ("ValidatingAdmissionPolicyBinding",),
)

READY_WHEN_APPLIED = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "ConfigMap",
        "CronJob",
        "IngressClass",
        "LimitRange",
        "MutatingWebhookConfiguration",
        "NetworkPolicy",
        "PriorityClass",
        "Role",
        "RoleBinding",
        "RuntimeClass",
        "Secret",
        "ServiceAccount",
        "StorageClass",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)

_RANKS = {kind: rank for rank, kinds in enumerate(APPLY_ORDER) for kind in kinds}
_OTHERS = APPLY_ORDER.index(())


def apply_key(item: KubernetesObject) -> tuple[int, str, str, str, str]:
    """Return the sort key of `item`: its row in `APPLY_ORDER`, then kind, namespace, name and version."""
    api_version, kind = item.api_version, item.kind
    return (_rank(api_version, kind), kind, item.namespace, item.name, api_version)


def has_readiness(item: KubernetesObject) -> bool:
    """Return whether there is anything to wait for once `item` is applied."""
    return item.kind not in READY_WHEN_APPLIED or not is_built_in(item.group, item.kind)


@cache  # a stack has few kinds and many objects
def _rank(api_version: str, kind: str) -> int:
    # a `Service` of Knative is not a Service
    group = api_version.rpartition("/")[0]
    return _RANKS.get(kind, _OTHERS) if is_built_in(group, kind) else _OTHERS
