"""What is checked of the declaration itself: the platform's lists, the prune policy, the time to live."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.model.diagnostic import Diagnostic, Refused
from tests.plugins.guardrails.harness import HOST
from tests.support.stacks import places, stack

SERVICES = "services: [{name: api, workload: {kind: deployment, image: 'nginx:1'}}]\n"


def check(spec: str, folder: Path, environment: str = "", slot: int = 0) -> tuple[Diagnostic, ...]:
    request = api.Request(file="-", text=stack(spec + SERVICES), environment=environment, slot=slot)
    try:
        return api.validate(request, api.open_world(folder, HOST))
    except Refused as error:
        return error.diagnostics


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ("production: {ttl: 24h}", ["EW625 -:6:36"]),
        ("live: {kind: production, ttl: 24h}", ["EW625 -:6:48"]),
        ("production: {from: dev}, dev: {ttl: 24h}", ["EW625 -:6:54"]),
        ("production: {from: dev, ttl: null}, dev: {ttl: 24h}", []),
        ("dev: {ttl: 24h}", []),
        ("ai: {kind: slot, ttl: 10m}", []),
        ("ai: {kind: slot, ttl: 2160h}", []),
        ("ai: {kind: slot, ttl: 9m59s}", ["EW625 -:6:40"]),
        ("ai: {kind: slot, ttl: 0s}", ["EW625 -:6:40"]),
        ("ai: {kind: slot, ttl: 2160h1s}", ["EW625 -:6:40"]),
    ],
)
def test_a_time_to_live_has_to_make_sense(environment: str, found: list[str], tmp_path: Path) -> None:
    assert places(check(f"environments: {{{environment}}}\n", tmp_path)) == found


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ("[PersistentVolumeClaim, ClusterIssuer, StatefulSet]", []),
        ("[StatefulSet, PersistentVolumeClaims]", ["error EW624 -:7:63"]),
        ("[statefulset]", ["error EW624 -:7:50"]),
        ("[Kafka]", ["warning EW624 -:7:50"]),
    ],
)
def test_a_prune_policy_names_kinds(kinds: str, found: list[str], tmp_path: Path) -> None:
    spec = f"environments: {{dev: {{}}}}\norchestration: {{prunePolicy: {{protectedKinds: {kinds}}}}}\n"
    assert [f"{item.severity} {item.code} {item.where}" for item in check(spec, tmp_path)] == found


def test_a_kind_that_a_unit_names_is_known(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\norchestration: {prunePolicy: {protectedKinds: [Kafka, Certificate]}}\n"
    spec += "infrastructure: [{name: kafka, readiness: {custom: {Kafka: status}},\n"
    spec += "  ownership: [{kind: Certificate, paths: [/spec/dnsNames]}]}]\n"
    assert check(spec, tmp_path) == ()


@pytest.mark.parametrize("percent", [-1, 101])
def test_the_budget_is_a_share(percent: int, tmp_path: Path) -> None:
    spec = f"environments: {{dev: {{}}}}\norchestration: {{prunePolicy: {{maxPercent: {percent}}}}}\n"
    assert [item.code for item in check(spec, tmp_path)] == ["EW106"]


@pytest.mark.parametrize(
    ("lists", "code"),
    [
        ("{customKind: []}", "EW101"),
        ("{customKinds: [HelmChart]}", "EW106"),
        ("{annotations: ['a/b/c']}", "EW106"),
        ("{domains: ['{slott}.example.org']}", "EW106"),
        ("{serviceTypes: [Everything]}", "EW106"),
        ("{gateways: [public]}", "EW106"),
        ("{sharedClaims: {workspace: '$(A)'}}", "EW106"),
        ("{network: {egress: [{ports: [443]}]}}", "EW103"),
        ("{network: {egress: [{cidr: everywhere}]}}", "EW106"),
    ],
)
def test_the_platforms_lists_are_checked(lists: str, code: str, tmp_path: Path) -> None:
    spec = f"environments: {{dev: {{}}}}\nplugins: {{guardrails: {lists}}}\n"
    assert [item.code for item in check(spec, tmp_path)] == [code]
