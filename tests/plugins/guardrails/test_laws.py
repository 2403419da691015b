"""What holds of every object, whatever its shape."""

from __future__ import annotations

import copy
import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright import api
from envwright.hookspecs import Isolated
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.bounds import Bounds, bounds_of
from envwright_plugins.guardrails.judge import BY_KIND, findings_of, judge
from envwright_plugins.guardrails.network import with_network_policies
from envwright_plugins.guardrails.pods import OF_CONTAINERS, OF_PODS
from envwright_plugins.guardrails.settings import Guardrails
from envwright_plugins.guardrails.webhooks import check_webhooks
from tests.plugins.guardrails.harness import HOST, SLOT, stack_of
from tests.plugins.guardrails.vectors import VECTORS
from tests.plugins.guardrails.vectors.network import HARMLESS
from tests.plugins.guardrails.vectors.vector import Json

HERE = Mark("deploy/api.yaml", 3, 1)
MODES = ("refuse", "drop", "narrow")


@functools.cache
def environment() -> ResolvedEnvironment:
    request = api.Request(file="-", text=stack_of("refuse", {}), environment="ai", slot=SLOT)
    return api.resolve(request, api.open_world(Path(), HOST)).environment


def bounds(**lists: Any) -> Bounds:
    return bounds_of(environment(), (), Guardrails(**lists))


def unit(*objects: Json) -> RenderedUnit:
    manifests = tuple(KubernetesObject(each, HERE) for each in objects)
    return RenderedUnit("api", "internal", "service", (), manifests, (), (), 60, {})


# every word that a check asks for, so that generated objects reach it
WORDS = """
spec template jobTemplate containers initContainers volumes volumeMounts name subPath subPathExpr hostPath projected
sources serviceAccountToken audience ephemeral volumeClaimTemplate persistentVolumeClaim claimName image reference
httpGet host add capabilities privileged seccompProfile type sysctls podAffinity podAffinityTerm namespaces key
requiredDuringSchedulingIgnoredDuringExecution rules tls hosts hostnames parentRefs backendRefs filters requestMirror
backendRef namespace ingress egress from to ipBlock cidr except namespaceSelector podSelector matchLabels values
matchExpressions operator ports port externalIPs nodePort selector volumeName dataSourceRef metadata labels
volumeClaimTemplates annotations apiGroups resources verbs subjects kind defaultBackend
"""
KEYS = sorted({*OF_PODS, *OF_CONTAINERS, *WORDS.split()})
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 70000), st.sampled_from(["", "*", "x", "system:a", "::/0"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*KEYS, 1]), inner, max_size=4)
    ),
    max_leaves=25,
)
WEBHOOK_KEYS = ["rules", "namespaceSelector", "objectSelector", "clientConfig", "failurePolicy"]
KINDS = [*BY_KIND, ("", "Pod"), ("apps", "Deployment"), ("batch", "CronJob"), ("example.org", "Fleet")]


@st.composite
def objects(draw: st.DrawFn) -> Json:
    group, kind = draw(st.sampled_from(KINDS))
    metadata = {"name": "x", "labels": draw(st.dictionaries(st.sampled_from(["a", "b.io/c", 1]), st.just("v")))}
    parts = {key: draw(JSON) for key in ("spec", "rules", "subjects", "type", "template")}
    return {"apiVersion": f"{group}/v1" if group else "v1", "kind": kind, "metadata": metadata, **parts}


@settings(max_examples=150)
@given(objects(), st.sampled_from(MODES))
def test_no_shape_is_too_strange_and_what_is_given_is_not_changed(manifest: Json, mode: str) -> None:
    before = copy.deepcopy(manifest)
    held = bounds(custom_kinds=("example.org/Fleet",), ingress_classes=("nginx",))
    found = judge(Isolated((unit(manifest),)), held, mode)  # type: ignore[arg-type]  # a parameter
    assert manifest == before
    assert len(found.units) == 1


@settings(max_examples=100)
@given(st.lists(objects(), min_size=1, max_size=3))
def test_needs_are_read_from_every_shape(manifests: list[Json]) -> None:
    found = unit(*({**each, "metadata": {"name": f"x-{number}"}} for number, each in enumerate(manifests)))
    first, _ = with_network_policies(environment(), (found,), Guardrails().network)
    assert first.name == "slot-network"


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(WEBHOOK_KEYS), JSON), JSON)
def test_no_webhook_is_too_strange(webhook: Json, webhooks: Any) -> None:
    for each in ([webhook], webhooks):
        content = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
        manifest = KubernetesObject({**content, "metadata": {"name": "x"}, "webhooks": each}, HERE)
        list(check_webhooks(environment(), (manifest,), ("kube-system",)))


@settings(max_examples=150)
@given(objects())
def test_what_narrow_leaves_is_allowed(manifest: Json) -> None:
    held = bounds(custom_kinds=("example.org/Fleet",), ingress_classes=("nginx",))
    found = judge(Isolated((unit(manifest),)), held, "narrow")
    for left in found.units[0].objects:
        assert findings_of(left, held) == []
    assert bool(found.omissions) == bool(findings_of(KubernetesObject(manifest, HERE), held))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "manifest", "lists"), HARMLESS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_stays_inside_stays_as_it_is(name: str, manifest: Json, lists: Json, mode: str, tmp_path: Path) -> None:
    from tests.plugins.guardrails.harness import render, rendered

    response = render(tmp_path, [manifest], mode, lists)
    assert response.diagnostics == ()
    (found,) = rendered(response)
    assert found["spec"] == manifest["spec"]


def test_each_vector_has_a_name_of_its_own() -> None:
    names = [vector.name for vector in VECTORS]
    assert sorted(names) == sorted(set(names))
