"""The kinds that are known by name: plural, scope and subresources.

Source of the built-in ones: the paths of the API as the OpenAPI documents of Kubernetes 1.30 to 1.36 list them, in one
table, since no kind changed its scope or its plural between them. Source of the others: `spec.scope` and `spec.names`
of each project's CustomResourceDefinitions; only cluster-scoped ones are listed, for a custom kind that neither this
table nor the stack itself defines is taken for a namespaced one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

NAMESPACED: dict[str, dict[str, str]] = {
    "": {
        "Binding": "bindings",
        "ConfigMap": "configmaps",
        "Endpoints": "endpoints",
        "Event": "events",
        "LimitRange": "limitranges",
        "PersistentVolumeClaim": "persistentvolumeclaims",
        "Pod": "pods",
        "PodTemplate": "podtemplates",
        "ReplicationController": "replicationcontrollers",
        "ResourceQuota": "resourcequotas",
        "Secret": "secrets",
        "Service": "services",
        "ServiceAccount": "serviceaccounts",
    },
    "apps": {
        "ControllerRevision": "controllerrevisions",
        "DaemonSet": "daemonsets",
        "Deployment": "deployments",
        "ReplicaSet": "replicasets",
        "StatefulSet": "statefulsets",
    },
    "authorization.k8s.io": {"LocalSubjectAccessReview": "localsubjectaccessreviews"},
    "autoscaling": {"HorizontalPodAutoscaler": "horizontalpodautoscalers"},
    "batch": {"CronJob": "cronjobs", "Job": "jobs"},
    "certificates.k8s.io": {"PodCertificateRequest": "podcertificaterequests"},
    "coordination.k8s.io": {"Lease": "leases", "LeaseCandidate": "leasecandidates"},
    "discovery.k8s.io": {"EndpointSlice": "endpointslices"},
    "events.k8s.io": {"Event": "events"},
    "networking.k8s.io": {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"},
    "policy": {"PodDisruptionBudget": "poddisruptionbudgets"},
    "rbac.authorization.k8s.io": {"Role": "roles", "RoleBinding": "rolebindings"},
    "resource.k8s.io": {
        "PodSchedulingContext": "podschedulingcontexts",
        "ResourceClaim": "resourceclaims",
        "ResourceClaimParameters": "resourceclaimparameters",
        "ResourceClaimTemplate": "resourceclaimtemplates",
        "ResourceClassParameters": "resourceclassparameters",
    },
    "scheduling.k8s.io": {"PodGroup": "podgroups", "Workload": "workloads"},
    "storage.k8s.io": {"CSIStorageCapacity": "csistoragecapacities"},
}

CLUSTER: dict[str, dict[str, str]] = {
    "": {
        "ComponentStatus": "componentstatuses",
        "Namespace": "namespaces",
        "Node": "nodes",
        "PersistentVolume": "persistentvolumes",
    },
    "admissionregistration.k8s.io": {
        "MutatingAdmissionPolicy": "mutatingadmissionpolicies",
        "MutatingAdmissionPolicyBinding": "mutatingadmissionpolicybindings",
        "MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
        "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
        "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
        "ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
    },
    "apiextensions.k8s.io": {"CustomResourceDefinition": "customresourcedefinitions"},
    "apiregistration.k8s.io": {"APIService": "apiservices"},
    "authentication.k8s.io": {"SelfSubjectReview": "selfsubjectreviews", "TokenReview": "tokenreviews"},
    "authorization.k8s.io": {
        "SelfSubjectAccessReview": "selfsubjectaccessreviews",
        "SelfSubjectRulesReview": "selfsubjectrulesreviews",
        "SubjectAccessReview": "subjectaccessreviews",
    },
    "certificates.k8s.io": {
        "CertificateSigningRequest": "certificatesigningrequests",
        "ClusterTrustBundle": "clustertrustbundles",
    },
    "flowcontrol.apiserver.k8s.io": {
        "FlowSchema": "flowschemas",
        "PriorityLevelConfiguration": "prioritylevelconfigurations",
    },
    "internal.apiserver.k8s.io": {"StorageVersion": "storageversions"},
    "networking.k8s.io": {
        "IPAddress": "ipaddresses",
        "IngressClass": "ingressclasses",
        "ServiceCIDR": "servicecidrs",
    },
    "node.k8s.io": {"RuntimeClass": "runtimeclasses"},
    "rbac.authorization.k8s.io": {"ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings"},
    "resource.k8s.io": {
        "DeviceClass": "deviceclasses",
        "DeviceTaintRule": "devicetaintrules",
        "ResourceClass": "resourceclasses",
        "ResourcePoolStatusRequest": "resourcepoolstatusrequests",
        "ResourceSlice": "resourceslices",
    },
    "scheduling.k8s.io": {"PriorityClass": "priorityclasses"},
    "storage.k8s.io": {
        "CSIDriver": "csidrivers",
        "CSINode": "csinodes",
        "StorageClass": "storageclasses",
        "VolumeAttachment": "volumeattachments",
        "VolumeAttributesClass": "volumeattributesclasses",
    },
    "storagemigration.k8s.io": {"StorageVersionMigration": "storageversionmigrations"},
}

# of namespaced kinds only: a wildcard in a rule stands for them too
SUBRESOURCES: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "persistentvolumeclaims"): ("status",),
    ("", "pods"): (
        "attach",
        "binding",
        "ephemeralcontainers",
        "eviction",
        "exec",
        "log",
        "portforward",
        "proxy",
        "resize",
        "status",
    ),
    ("", "replicationcontrollers"): ("scale", "status"),
    ("", "resourcequotas"): ("status",),
    ("", "serviceaccounts"): ("token",),
    ("", "services"): ("proxy", "status"),
    ("apps", "daemonsets"): ("status",),
    ("apps", "deployments"): ("scale", "status"),
    ("apps", "replicasets"): ("scale", "status"),
    ("apps", "statefulsets"): ("scale", "status"),
    ("autoscaling", "horizontalpodautoscalers"): ("status",),
    ("batch", "cronjobs"): ("status",),
    ("batch", "jobs"): ("status",),
    ("certificates.k8s.io", "podcertificaterequests"): ("status",),
    ("networking.k8s.io", "ingresses"): ("status",),
    ("policy", "poddisruptionbudgets"): ("status",),
    ("resource.k8s.io", "podschedulingcontexts"): ("status",),
    ("resource.k8s.io", "resourceclaims"): ("status",),
    ("scheduling.k8s.io", "podgroups"): ("status",),
}

CUSTOM_CLUSTER: dict[str, dict[str, str]] = {
    "apiextensions.crossplane.io": {
        "CompositeResourceDefinition": "compositeresourcedefinitions",
        "Composition": "compositions",
    },
    "argoproj.io": {
        "ClusterAnalysisTemplate": "clusteranalysistemplates",
        "ClusterWorkflowTemplate": "clusterworkflowtemplates",
    },
    "cert-manager.io": {"ClusterIssuer": "clusterissuers"},
    "cilium.io": {
        "CiliumClusterwideEnvoyConfig": "ciliumclusterwideenvoyconfigs",
        "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicies",
    },
    "external-secrets.io": {
        "ClusterExternalSecret": "clusterexternalsecrets",
        "ClusterPushSecret": "clusterpushsecrets",
        "ClusterSecretStore": "clustersecretstores",
    },
    "gateway.networking.k8s.io": {"GatewayClass": "gatewayclasses"},
    "karpenter.sh": {"NodeClaim": "nodeclaims", "NodePool": "nodepools"},
    "keda.sh": {"ClusterTriggerAuthentication": "clustertriggerauthentications"},
    "kyverno.io": {"ClusterCleanupPolicy": "clustercleanuppolicies", "ClusterPolicy": "clusterpolicies"},
    "pkg.crossplane.io": {"Configuration": "configurations", "Function": "functions", "Provider": "providers"},
    "projectcalico.org": {
        "GlobalNetworkPolicy": "globalnetworkpolicies",
        "GlobalNetworkSet": "globalnetworksets",
        "IPPool": "ippools",
    },
    "snapshot.storage.k8s.io": {
        "VolumeSnapshotClass": "volumesnapshotclasses",
        "VolumeSnapshotContent": "volumesnapshotcontents",
    },
    "templates.gatekeeper.sh": {"ConstraintTemplate": "constrainttemplates"},
    "trust.cert-manager.io": {"Bundle": "bundles"},
}

# an object of one of these groups is a kind that a template made, always cluster-scoped
CUSTOM_CLUSTER_GROUPS = frozenset({"constraints.gatekeeper.sh"})


class CustomKind(NamedTuple):
    """What a CustomResourceDefinition says of its kind."""

    plural: str
    namespaced: bool


CustomKinds = Mapping[tuple[str, str], CustomKind]
"""The stack's own custom kinds by group and kind."""

NO_CUSTOM_KINDS: CustomKinds = {}


def custom_kinds(contents: Iterable[Mapping[str, Any]]) -> CustomKinds:
    """Read the CustomResourceDefinitions among `contents`, the objects of one environment; others are passed over."""
    found: dict[tuple[str, str], CustomKind] = {}
    for content in contents:
        if content.get("kind") != "CustomResourceDefinition":
            continue
        spec = content.get("spec")
        names = spec.get("names") if isinstance(spec, dict) else None
        if isinstance(spec, dict) and isinstance(names, dict):
            kind = CustomKind(str(names.get("plural")), spec.get("scope") == "Namespaced")
            found[str(spec.get("group")), str(names.get("kind"))] = kind
    return found


def is_built_in(group: str, kind: str) -> bool:
    """Return whether Kubernetes itself serves the kind."""
    return kind in NAMESPACED.get(group, ()) or kind in CLUSTER.get(group, ())


def is_namespaced(group: str, kind: str, custom: CustomKinds = NO_CUSTOM_KINDS) -> bool:
    """Return whether objects of the kind live in a namespace; an unknown custom kind is taken for one that does."""
    if kind in NAMESPACED.get(group, ()):
        return True
    if kind in CLUSTER.get(group, ()):
        return False
    declared = custom.get((group, kind))
    if declared is not None:
        return declared.namespaced
    return kind not in CUSTOM_CLUSTER.get(group, ()) and group not in CUSTOM_CLUSTER_GROUPS


def is_served(finalizer: str, custom: CustomKinds) -> bool:
    """Return whether a controller of the stack answers for `finalizer`, by the domain that it shares with a kind."""
    domain = finalizer.partition("/")[0]
    return any(group == domain or group.endswith(f".{domain}") or domain.endswith(f".{group}") for group, _ in custom)


def namespaced_resources(group: str, custom: CustomKinds = NO_CUSTOM_KINDS) -> tuple[str, ...]:
    """Return the plurals of the group's namespaced kinds, and `plural/subresource` of what they have below, sorted."""
    own = [kind.plural for (of, _), kind in custom.items() if of == group and kind.namespaced]
    plurals = {*NAMESPACED.get(group, {}).values(), *own}
    below = {f"{plural}/{name}" for plural in plurals for name in SUBRESOURCES.get((group, plural), ())}
    return tuple(sorted(plurals | below))


def is_cluster_resource(group: str, plural: str, custom: CustomKinds = NO_CUSTOM_KINDS) -> bool:
    """Return whether `plural`, as the rules of a role name it, is known to be of a cluster-scoped kind."""
    if plural in CLUSTER.get(group, {}).values() or plural in CUSTOM_CLUSTER.get(group, {}).values():
        return True
    declared = (kind for (of, _), kind in custom.items() if of == group and kind.plural == plural)
    return group in CUSTOM_CLUSTER_GROUPS or any(not kind.namespaced for kind in declared)
