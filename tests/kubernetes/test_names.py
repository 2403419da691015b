from __future__ import annotations

import pytest

from envwright.kubernetes.names import check_name
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import HERE, codes

RBAC = "rbac.authorization.k8s.io/v1"


def check(api_version: str, kind: str, name: str, namespace: str = "shop") -> Report:
    report = Report()
    content = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}
    check_name(KubernetesObject(content, HERE), report)
    return report


@pytest.mark.parametrize(
    ("api_version", "kind", "name"),
    [
        ("v1", "ConfigMap", "a.b-c"),
        ("v1", "ConfigMap", "x" * 253),
        ("v1", "Service", "api-2"),
        ("v1", "Namespace", "2048"),
        (RBAC, "ClusterRole", "system:Node_reader@x y"),
        ("apps/v1", "Deployment", "1.2.3"),
        ("apps/v1", "StatefulSet", "x" * 52),
        ("batch/v1", "Job", "x" * 63),
        ("mq.example.org/v1", "Queue", "jobs.high"),
    ],
)
def test_names_that_kubernetes_takes(api_version: str, kind: str, name: str) -> None:
    assert codes(check(api_version, kind, name)) == []


@pytest.mark.parametrize(
    ("api_version", "kind", "name"),
    [
        ("v1", "ConfigMap", "Upper"),
        ("v1", "ConfigMap", "under_score"),
        ("v1", "ConfigMap", "trailing-"),
        ("v1", "ConfigMap", ".a"),
        ("v1", "ConfigMap", "a..b"),
        ("v1", "ConfigMap", "line\n"),
        ("v1", "ConfigMap", "x" * 254),
        ("v1", "Service", "2api"),
        ("v1", "Service", "a.b"),
        ("v1", "Service", "x" * 64),
        ("v1", "Namespace", "a.b"),
        ("apps/v1", "StatefulSet", "x" * 53),
        ("batch/v1", "CronJob", "x" * 53),
        ("batch/v1", "Job", "x" * 64),
        (RBAC, "Role", "a/b"),
        (RBAC, "Role", ".."),
        (RBAC, "Role", "50%"),
        ("mq.example.org/v1", "Queue", "Jobs"),
    ],
)
def test_names_that_kubernetes_refuses(api_version: str, kind: str, name: str) -> None:
    assert codes(check(api_version, kind, name)) == ["EW508"]


def test_a_namespace_has_a_name_too() -> None:
    (found,) = check("v1", "ConfigMap", "a", "shop_dev").items
    assert (found.code, found.where) == ("EW508", HERE)
    assert 'the namespace of ConfigMap "a" cannot be "shop_dev"' in found.summary
