from __future__ import annotations

import json
from pathlib import Path

import kubernetes_validate
import pytest

from envwright.kubernetes.kinds import (
    CLUSTER,
    NAMESPACED,
    SUBRESOURCES,
    custom_kinds,
    is_cluster_resource,
    is_namespaced,
    is_served,
    namespaced_resources,
)
from tests.support.kubernetes_schema import VERSIONS

SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
# parts of other requests, never objects of their own
NOT_OBJECTS = {"DeleteOptions", "Eviction", "Scale", "Status", "TokenRequest", "WatchEvent", "APIGroup"}
NOT_OBJECTS |= {"APIGroupList", "APIResourceList", "APIVersions"}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "queues.mq.example.org"},
    "spec": {"group": "mq.example.org", "scope": "Cluster", "names": {"kind": "Queue", "plural": "queues"}},
}
DATABASE = {**CRD, "spec": {"group": "db.example.org", "scope": "Namespaced", "names": {"kind": "Db", "plural": "dbs"}}}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_that_kubernetes_serves_is_in_the_table(version: str) -> None:
    served = set()
    definitions = json.loads((SCHEMAS / f"v{version}.0-local-strict" / "_definitions.json").read_text())
    for definition in definitions["$defs"].values():
        for served_as in definition.get("x-kubernetes-group-version-kind", ()):
            if "metadata" in definition.get("properties", {}) and "items" not in definition["properties"]:
                served.add((served_as["group"], served_as["kind"]))
    served = {(group, kind) for group, kind in served if kind not in NOT_OBJECTS}
    known = {(group, kind) for table in (NAMESPACED, CLUSTER) for group, kinds in table.items() for kind in kinds}
    assert served - known == set()
    assert len(served) > 50


def test_no_kind_is_both_namespaced_and_not() -> None:
    assert [
        (group, kind) for group, kinds in NAMESPACED.items() for kind in kinds if kind in CLUSTER.get(group, ())
    ] == []


def test_subresources_are_of_kinds_that_the_table_has() -> None:
    assert all(plural in NAMESPACED[group].values() for group, plural in SUBRESOURCES)


@pytest.mark.parametrize(
    ("group", "kind", "namespaced"),
    [
        ("", "ConfigMap", True),
        ("", "Namespace", False),
        ("rbac.authorization.k8s.io", "ClusterRole", False),
        ("rbac.authorization.k8s.io", "Role", True),
        ("cert-manager.io", "ClusterIssuer", False),
        ("cert-manager.io", "Issuer", True),
        # a custom kind may well begin with the word
        ("postgresql.cnpg.io", "Cluster", True),
        ("constraints.gatekeeper.sh", "RequiredLabels", False),
        ("mq.example.org", "Queue", True),
    ],
)
def test_scope(group: str, kind: str, namespaced: bool) -> None:
    assert is_namespaced(group, kind) is namespaced


def test_the_stacks_own_definitions_say_the_scope() -> None:
    custom = custom_kinds([CRD, DATABASE, {"kind": "ConfigMap"}, {"kind": "CustomResourceDefinition", "spec": None}])
    assert is_namespaced("mq.example.org", "Queue", custom) is False
    assert is_cluster_resource("mq.example.org", "queues", custom)
    assert is_namespaced("db.example.org", "Db", custom) is True
    assert namespaced_resources("db.example.org", custom) == ("dbs",)


def test_resources_come_with_what_is_below_them() -> None:
    assert namespaced_resources("apps")[1:4] == ("daemonsets", "daemonsets/status", "deployments")
    assert "pods/exec" in namespaced_resources("")
    assert "nodes" not in namespaced_resources("")


@pytest.mark.parametrize(
    ("finalizer", "served"),
    [
        ("mq.example.org/cleanup", True),
        ("example.org/cleanup", True),
        ("queues.mq.example.org/cleanup", True),
        ("kubernetes.io/pvc-protection", False),
        ("ple.org/cleanup", False),
    ],
)
def test_a_finalizer_is_served_by_a_controller_of_its_domain(finalizer: str, served: bool) -> None:
    assert is_served(finalizer, custom_kinds([CRD])) is served
