"""Which changes the API server refuses."""

from __future__ import annotations

from typing import Any

import pytest

from envwright.model.quantity import amount_of
from envwright.plan.immutable import IMMUTABLE, immutable_changes

RBAC = "rbac.authorization.k8s.io/v1"


def changes(kind: str, old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    version, _, name = kind.rpartition(" ")
    base = {"apiVersion": version, "kind": name}
    return immutable_changes({**base, **old}, {**base, **new})


def spec(**fields: Any) -> dict[str, Any]:
    return {"spec": fields}


REFUSED = [
    ("apps/v1 Deployment", spec(selector={"a": "1"}), spec(selector={"a": "2"}), ("spec.selector",)),
    ("apps/v1 DaemonSet", spec(selector={"a": "1"}), spec(selector={"a": "2"}), ("spec.selector",)),
    ("apps/v1 ReplicaSet", spec(selector={"a": "1"}), spec(selector={"a": "2"}), ("spec.selector",)),
    (
        "apps/v1 StatefulSet",
        spec(serviceName="a", volumeClaimTemplates=[1]),
        spec(serviceName="b", volumeClaimTemplates=[2], podManagementPolicy="Parallel"),
        ("spec.podManagementPolicy", "spec.serviceName", "spec.volumeClaimTemplates"),
    ),
    ("v1 Service", spec(clusterIP="None"), spec(), ("spec.clusterIP",)),
    ("v1 Service", spec(), spec(clusterIP="None"), ("spec.clusterIP",)),
    ("v1 PersistentVolumeClaim", spec(storageClassName="a"), spec(storageClassName="b"), ("spec.storageClassName",)),
    (
        "v1 PersistentVolumeClaim",
        spec(resources={"requests": {"storage": "10Gi"}}),
        spec(resources={"requests": {"storage": "10G"}}),
        ("spec.resources.requests.storage",),
    ),
    ("v1 PersistentVolume", spec(nfs={"path": "a"}), spec(nfs={"path": "b"}), ("spec.nfs",)),
    ("v1 ConfigMap", {"immutable": True, "data": {"a": "1"}}, {"immutable": True, "data": {"a": "2"}}, ("data",)),
    ("v1 ConfigMap", {"immutable": True}, {}, ("immutable",)),
    ("v1 Secret", {"type": "Opaque"}, {"type": "kubernetes.io/tls"}, ("type",)),
    ("v1 ResourceQuota", spec(scopes=["a"]), spec(), ("spec.scopes",)),
    (f"{RBAC} RoleBinding", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, ("roleRef",)),
    (f"{RBAC} ClusterRoleBinding", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, ("roleRef",)),
    ("storage.k8s.io/v1 StorageClass", {"provisioner": "a"}, {"provisioner": "b"}, ("provisioner",)),
    ("storage.k8s.io/v1 StorageClass", {}, {"reclaimPolicy": "Retain"}, ("reclaimPolicy",)),
    ("scheduling.k8s.io/v1 PriorityClass", {"value": 1}, {"value": 2}, ("value",)),
    ("networking.k8s.io/v1 IngressClass", spec(controller="a"), spec(controller="b"), ("spec.controller",)),
    ("node.k8s.io/v1 RuntimeClass", {"handler": "a"}, {"handler": "b"}, ("handler",)),
    (
        "apiextensions.k8s.io/v1 CustomResourceDefinition",
        spec(scope="Cluster", names={"kind": "A"}),
        spec(scope="Namespaced", names={"kind": "B"}),
        ("spec.names.kind", "spec.scope"),
    ),
]

APPLIED = [
    ("apps/v1 Deployment", spec(replicas=1, template={"a": 1}), spec(replicas=2, template={"a": 2})),
    ("apps/v1 StatefulSet", spec(replicas=1, updateStrategy={}), spec(template={}, minReadySeconds=3)),
    ("apps/v1 StatefulSet", spec(), spec(podManagementPolicy="OrderedReady")),
    ("v1 Service", spec(ports=[1]), spec(ports=[2])),
    ("v1 Service", spec(type="ExternalName"), spec(clusterIP="None")),
    (
        "v1 PersistentVolumeClaim",
        spec(resources={"requests": {"storage": "1Gi"}}),
        spec(resources={"requests": {"storage": "2Gi"}}, volumeMode="Filesystem", volumeAttributesClassName="a"),
    ),
    ("v1 ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "2"}}),
    ("v1 ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "1"}, "immutable": True}),
    ("v1 Secret", {}, {"type": "Opaque"}),
    ("storage.k8s.io/v1 StorageClass", {}, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}),
    ("scheduling.k8s.io/v1 PriorityClass", {"value": 1}, {"value": 1, "preemptionPolicy": "PreemptLowerPriority"}),
    (f"{RBAC} RoleBinding", {"subjects": [1]}, {"subjects": [2]}),
    ("batch/v1 Job", spec(template={"a": 1}), spec(template={"a": 2})),
    ("example.org/v1 Deployment", spec(selector={"a": "1"}), spec(selector={"a": "2"})),
]


@pytest.mark.parametrize(("kind", "old", "new", "fields"), REFUSED)
def test_a_change_that_is_refused(kind: str, old: dict[str, Any], new: dict[str, Any], fields: tuple[str, ...]) -> None:
    assert changes(kind, old, new) == fields


@pytest.mark.parametrize(("kind", "old", "new"), APPLIED)
def test_a_change_that_can_be_applied(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(kind, old, new) == ()


def test_every_row_of_the_table_is_tried() -> None:
    tried = {(kind.rpartition(" ")[0].rpartition("/")[0], kind.rpartition(" ")[2]) for kind, *_ in REFUSED}
    assert tried == set(IMMUTABLE)


@pytest.mark.parametrize("rule", IMMUTABLE)
def test_content_of_any_shape_is_no_error(rule: tuple[str, str]) -> None:
    group, kind = rule
    base = {"apiVersion": f"{group}/v1" if group else "v1", "kind": kind}
    for odd in ({"spec": None}, {"spec": {"resources": None}}, {}):
        assert immutable_changes({**base, **odd}, {**base, **odd}) == ()
        for old, new in (({**base, **odd}, base), (base, {**base, **odd})):
            assert isinstance(immutable_changes(old, new), tuple)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("1", 1),
        (3, 3),
        ("1.5k", 1500),
        ("1Ki", 1024),
        ("2Gi", 2 * 1024**3),
        ("2G", 2e9),
        ("500m", 0.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 1e18),
        ("", None),
        ("ten", None),
        (None, None),
    ],
)
def test_quantities(quantity: Any, amount: float | None) -> None:
    assert amount_of(quantity) == amount
