from __future__ import annotations

import json
from functools import cache

import pytest

from envwright.kubernetes.kinds import CLUSTER, NAMESPACED
from envwright.kubernetes.served import GONE, NEWEST, OLDEST, OTHER_VERSIONS, check_served
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import HERE
from tests.support.kubernetes_schema import SCHEMAS, VERSIONS

KNOWN = [(group, kind) for table in (NAMESPACED, CLUSTER) for group, kinds in table.items() for kind in kinds]


@cache
def versions() -> dict[tuple[str, str], set[str]]:
    """The versions of every kind that any supported Kubernetes serves."""
    served: dict[tuple[str, str], set[str]] = {}
    for version in VERSIONS:
        definitions = json.loads((SCHEMAS / f"v{version}.0-local-strict" / "_definitions.json").read_text())
        for definition in definitions["$defs"].values():
            for kind in definition.get("x-kubernetes-group-version-kind", ()):
                served.setdefault((kind["group"], kind["kind"]), set()).add(kind["version"])
    return served


def said(api_version: str, kind: str) -> list[str]:
    report = Report()
    served = check_served(KubernetesObject({"apiVersion": api_version, "kind": kind}, HERE), report)
    assert served is not bool(report.items)
    return [f"{item.code}: {item.summary}: {item.hint}" for item in report.items]


def test_the_table_is_what_the_supported_versions_serve() -> None:
    assert {key: set(OTHER_VERSIONS.get(key, ("v1",))) for key in KNOWN} == {key: versions()[key] for key in KNOWN}
    assert set(OTHER_VERSIONS) <= set(KNOWN)
    assert (VERSIONS[0], VERSIONS[-1]) == (OLDEST, NEWEST)


def test_nothing_that_is_gone_is_served() -> None:
    assert set(GONE) & versions().keys() == set()


@pytest.mark.parametrize(
    ("api_version", "kind", "hint"),
    [
        ("policy/v1beta1", "PodDisruptionBudget", "write policy/v1"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "write autoscaling/v2"),
        ("apps/v1beta2", "Deployment", "write apps/v1"),
        ("v2", "Service", "write v1"),
        ("extensions/v1beta1", "Deployment", "write apps/v1"),
        ("extensions/v1beta1", "Scale", "leave it out"),
        ("policy/v1beta1", "PodSecurityPolicy", GONE["policy", "PodSecurityPolicy"]),
    ],
)
def test_what_is_served_otherwise_or_no_more(api_version: str, kind: str, hint: str) -> None:
    assert said(api_version, kind) == [
        f"EW512: {api_version} {kind} is not served by Kubernetes 1.30 to 1.36: {hint}",
    ]


@pytest.mark.parametrize(
    ("api_version", "kind", "hint"),
    [
        ("apps/v1", "Deploymnet", 'did you mean "Deployment"?'),
        ("v1", "Deployment", "it is a kind of apps/v1"),
        ("apps", "Deployment", "it is a kind of apps/v1"),
        ("apps/v1", "Service", "it is a kind of v1"),
        ("batch/v1", "HorizontalPodAutoscaler", "it is a kind of autoscaling/v2"),
        ("v1", "Queue", "a custom kind has a group of its own"),
    ],
)
def test_what_its_group_never_had(api_version: str, kind: str, hint: str) -> None:
    assert said(api_version, kind) == [f"EW513: {api_version} has no kind {kind}: {hint}"]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
        ("resource.k8s.io/v1beta1", "DeviceClass"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("traefik.io/v1alpha1", "Middleware"),
    ],
)
def test_what_is_served_and_custom_kinds_pass(api_version: str, kind: str) -> None:
    assert said(api_version, kind) == []
