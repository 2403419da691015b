"""Fields that the API server does not let anybody change: an object has to be deleted and created instead.

Source: the functions `Validate…Update` of Kubernetes 1.36, `pkg/apis/<group>/validation/validation.go`, and for custom
resource definitions `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`. Jobs are not listed: a changed
one is run under a new name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from envwright.model.quantity import amount_of
from envwright.plan.references import at

Content = Mapping[str, Any]
# gives the fields that changed between two contents of one object and must not
Rule = Callable[[Content, Content], Iterator[str]]


def only(*paths: str, **defaults: str) -> Rule:
    """Make a rule for fields by their dotted path; `defaults` are what the API server sets where a field is absent."""

    def rule(old: Content, new: Content) -> Iterator[str]:
        for path in (*paths, *defaults):
            default = defaults.get(path)
            if (at(old, *path.split(".")) or default) != (at(new, *path.split(".")) or default):
                yield path

    return rule


def spec_but(*mutable: str, **defaults: str) -> Rule:
    """Make a rule for all fields of `spec` but some."""

    def rule(old: Content, new: Content) -> Iterator[str]:
        before, after = ({**defaults, **(at(content, "spec") or {})} for content in (old, new))
        for name in sorted({*before, *after} - set(mutable)):
            if before.get(name) != after.get(name):
                yield f"spec.{name}"

    return rule


def _claim(old: Content, new: Content) -> Iterator[str]:
    yield from spec_but("resources", "volumeAttributesClassName", volumeMode="Filesystem")(old, new)
    path = ("spec", "resources", "requests", "storage")
    before, after = amount_of(at(old, *path)), amount_of(at(new, *path))
    if before is not None and after is not None and after < before:
        yield ".".join(path)


def _once_immutable(old: Content, new: Content) -> Iterator[str]:
    if old.get("immutable") is True:
        yield from only("data", "binaryData", "immutable")(old, new)


def _secret(old: Content, new: Content) -> Iterator[str]:
    yield from only(type="Opaque")(old, new)
    yield from _once_immutable(old, new)


def _service(old: Content, new: Content) -> Iterator[str]:
    if "ExternalName" in {at(old, "spec", "type"), at(new, "spec", "type")}:
        return  # such a Service has no cluster IP
    # left out in the new one, the old one's address would stay: a headless Service does not become another by itself
    if at(old, "spec", "clusterIP") != at(new, "spec", "clusterIP"):
        yield "spec.clusterIP"


IMMUTABLE: dict[tuple[str, str], Rule] = {
    ("", "ConfigMap"): _once_immutable,  # ValidateConfigMapUpdate
    ("", "PersistentVolume"): only(  # ValidatePersistentVolumeUpdate: the source
        *(f"spec.{source}" for source in ("csi", "hostPath", "iscsi", "local", "nfs"))
    ),
    ("", "PersistentVolumeClaim"): _claim,  # ValidatePersistentVolumeClaimUpdate
    ("", "ResourceQuota"): only("spec.scopes"),  # ValidateResourceQuotaUpdate
    ("", "Secret"): _secret,  # ValidateSecretUpdate
    ("", "Service"): _service,  # ValidateServiceUpdate, ValidateServiceClusterIPsRelatedFields
    ("apiextensions.k8s.io", "CustomResourceDefinition"): only(  # ValidateCustomResourceDefinitionUpdate
        "spec.scope", "spec.names.kind", "spec.names.plural", "spec.group"
    ),
    ("apps", "DaemonSet"): only("spec.selector"),  # ValidateDaemonSetUpdate
    ("apps", "Deployment"): only("spec.selector"),  # ValidateDeploymentUpdate
    ("apps", "ReplicaSet"): only("spec.selector"),  # ValidateReplicaSetUpdate
    ("apps", "StatefulSet"): spec_but(  # ValidateStatefulSetUpdate
        "minReadySeconds",
        "ordinals",
        "persistentVolumeClaimRetentionPolicy",
        "replicas",
        "revisionHistoryLimit",
        "template",
        "updateStrategy",
        podManagementPolicy="OrderedReady",
    ),
    ("networking.k8s.io", "IngressClass"): only("spec.controller"),  # ValidateIngressClassUpdate
    ("node.k8s.io", "RuntimeClass"): only("handler"),  # ValidateRuntimeClassUpdate
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): only("roleRef"),  # ValidateClusterRoleBindingUpdate
    ("rbac.authorization.k8s.io", "RoleBinding"): only("roleRef"),  # ValidateRoleBindingUpdate
    ("scheduling.k8s.io", "PriorityClass"): only(  # ValidatePriorityClassUpdate
        "value", preemptionPolicy="PreemptLowerPriority"
    ),
    ("storage.k8s.io", "StorageClass"): only(  # ValidateStorageClassUpdate
        "parameters", "provisioner", reclaimPolicy="Delete", volumeBindingMode="Immediate"
    ),
}


def immutable_changes(old: Content, new: Content) -> tuple[str, ...]:
    """Return the dotted paths of fields that changed and must not, sorted; empty where the change can be applied.

    `old` and `new` are contents of one object as plain JSON values.
    """
    group = str(new.get("apiVersion") or "").rpartition("/")[0]
    rule = IMMUTABLE.get((group, str(new.get("kind"))))
    return tuple(sorted(rule(old, new))) if rule else ()
