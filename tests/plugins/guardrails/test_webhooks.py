"""Admission webhooks of environments that may have some."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from envwright import api
from envwright.model.diagnostic import Refused
from tests.plugins.guardrails.harness import HOST
from tests.support.stacks import stack, write

SPEC = "environments: {production: {}}\nservices: [{name: api, manifests: [hooks.yaml]}]\n"
NAMESPACE = "demo-production"
EVERYTHING = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}
PODS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
BOTH = [NAMESPACE, "kube-system"]


def by_name(operator: str, *names: str) -> dict[str, Any]:
    expression = {"key": "kubernetes.io/metadata.name", "operator": operator, "values": list(names)}
    return {"namespaceSelector": {"matchExpressions": [expression]}}


def codes(folder: Path, settings: str = "", kind: str = "ValidatingWebhookConfiguration", **webhook: Any) -> list[str]:
    """Return the codes that a webhook of the service `api` of the own namespace gets."""
    whole = {
        "name": "a.example.org",
        "clientConfig": {"service": {"name": "api", "namespace": NAMESPACE}},
        "rules": [EVERYTHING],
        **webhook,
    }
    manifest = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": "api"}}
    write(
        folder,
        {"services.yaml": stack(SPEC + settings), "hooks.yaml": yaml.safe_dump({**manifest, "webhooks": [whole]})},
    )
    try:
        api.render(api.Request(environment="production"), api.open_world(folder / "services.yaml", HOST))
    except Refused as error:
        return [item.code for item in error.diagnostics]
    return []


@pytest.mark.parametrize("kind", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
def test_a_webhook_that_fails_closed_for_all_is_refused(kind: str, tmp_path: Path) -> None:
    assert codes(tmp_path, kind=kind) == ["EW623"]
    assert codes(tmp_path, kind=kind, failurePolicy="Fail") == ["EW623"]


LOCKING_OUT = [
    {"rules": [PODS]},
    {"rules": [{**PODS, "resources": ["pods/exec", "pods/*"]}]},
    {"rules": [{**PODS, "apiGroups": ["apps"], "resources": ["*"]}]},
    {"rules": [{**PODS, "apiGroups": ["example.org", "apps"], "resources": ["widgets", "deployments"]}]},
    by_name("NotIn", "kube-system"),
    by_name("NotIn", NAMESPACE),
    by_name("In", "kube-system"),
    {"namespaceSelector": {"matchExpressions": [{"key": "skip", "operator": "DoesNotExist"}]}},
    {"namespaceSelector": {}},
    {"objectSelector": {"matchExpressions": [{"key": "skip", "operator": "NotIn", "values": ["true"]}]}},
    {"clientConfig": {"url": "https://hooks.example.org"}},
]


@pytest.mark.parametrize("webhook", LOCKING_OUT)
def test_what_could_lock_out_its_own_fix(webhook: dict[str, Any], tmp_path: Path) -> None:
    assert codes(tmp_path, **webhook) == ["EW623"]


HARMLESS = [
    {"failurePolicy": "Ignore"},
    {"rules": [{**PODS, "apiGroups": ["cert-manager.io"], "resources": ["certificates"]}]},
    {"rules": [{**PODS, "operations": ["DELETE"]}]},
    {"rules": [{**EVERYTHING, "scope": "Cluster"}]},
    {"rules": [{**PODS, "resources": ["nodes"]}]},
    by_name("NotIn", *BOTH),
    by_name("In", "team-a", "team-b"),
    {"namespaceSelector": {"matchLabels": {"inject": "true"}}},
    {"namespaceSelector": {"matchExpressions": [{"key": "inject", "operator": "Exists"}]}},
    {"objectSelector": {"matchLabels": {"inject": "true"}}},
    {"clientConfig": {"url": "https://hooks.example.org"}, **by_name("NotIn", "kube-system")},
    {"rules": "x", "clientConfig": 3},
]


@pytest.mark.parametrize("webhook", HARMLESS)
def test_what_could_not(webhook: dict[str, Any], tmp_path: Path) -> None:
    assert codes(tmp_path, **webhook) == []


def test_the_platform_says_where_it_lives(tmp_path: Path) -> None:
    settings = "plugins: {guardrails: {platformNamespaces: [kube-system, envwright-system]}}"
    assert codes(tmp_path, settings, **by_name("NotIn", *BOTH)) == ["EW623"]
    assert codes(tmp_path, settings, **by_name("NotIn", *BOTH, "envwright-system")) == []
