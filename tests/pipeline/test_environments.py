from pathlib import Path

import pytest

from envwright import api
from tests.support.stacks import codes, refused, stack, world


def environment(tmp_path: Path, spec: str, name: str, slot: int = 0) -> api.Response:
    return api.resolve(api.Request(environment=name, slot=slot), world(tmp_path, {"services.yaml": stack(spec)}))


def faults(tmp_path: Path, spec: str, name: str = "production", slot: int = 0) -> list[str]:
    request = api.Request(environment=name, slot=slot)
    return codes(refused(api.resolve, request, world(tmp_path, {"services.yaml": stack(spec)})))


CHAIN = """
vars: {size: small, keep: stack, nested: {a: 1, b: 2}}
environments:
  production: {vars: {size: large, nested: {b: 3}}, domainTemplate: shop.example.org}
  staging: {from: production, domainTemplate: "staging.example.org"}
  ai: {from: staging, kind: slot, vars: {size: null}, slots: {max: 3}}
services: [{name: api}]
"""


def test_inheritance_takes_over_everything_that_is_not_set(tmp_path: Path) -> None:
    found = environment(tmp_path, CHAIN, "staging").environment
    assert found.domain == "staging.example.org"
    assert found.vars == {"size": "large", "keep": "stack", "nested": {"a": 1, "b": 3}}
    assert (found.declared.kind, found.instance_scope) == ("development", "primary")


def test_kinds_and_scopes_have_defaults_by_name_and_kind(tmp_path: Path) -> None:
    assert environment(tmp_path, CHAIN, "production").environment.declared.kind == "production"
    slot = environment(tmp_path, CHAIN, "ai", 2).environment
    assert (slot.declared.kind, slot.instance_scope, slot.slot) == ("slot", "isolated", 2)


def test_default_namespaces(tmp_path: Path) -> None:
    assert environment(tmp_path, CHAIN, "staging").environment.namespace == "demo-staging"
    assert environment(tmp_path, CHAIN, "ai", 3).environment.namespace == "demo-ai-3"


@pytest.mark.parametrize(
    ("name", "slot", "code"),
    [("nowhere", 0, "EW300"), ("ai", 0, "EW302"), ("staging", 1, "EW303"), ("ai", 4, "EW304")],
)
def test_a_selection_that_does_not_fit_is_a_wrong_call(tmp_path: Path, name: str, slot: int, code: str) -> None:
    with pytest.raises(api.WrongCall) as caught:
        environment(tmp_path, CHAIN, name, slot)
    assert codes(caught.value.diagnostics) == [code]


def test_the_only_environment_needs_no_name(tmp_path: Path) -> None:
    assert environment(tmp_path, "environments: {dev: {}}", "").environment.environment == "dev"
    with pytest.raises(api.WrongCall, match="EW300"):
        environment(tmp_path, CHAIN, "")


def test_overrides_reach_units_and_come_down_the_chain(tmp_path: Path) -> None:
    spec = """
environments:
  production: {overrides: {api: {codeUpdateStrategy: restart, readiness: {timeout: 1m}}}}
  dev: {from: production, overrides: {api: {readiness: {timeout: 2m}}, db: {enabled: false}}}
infrastructure: [{name: db}]
services: [{name: api, deployGroup: edge}]
"""
    found = {unit.name: unit for unit in environment(tmp_path, spec, "dev").environment.units}
    assert not found["db"].enabled
    assert found["api"].declared.readiness.timeout == "2m"
    assert found["api"].declared.code_update_strategy == "restart"  # type: ignore[union-attr]  # a service
    assert environment(tmp_path, spec, "production").environment.units[0].enabled


def test_faults_of_declarations(tmp_path: Path) -> None:
    assert faults(tmp_path, "environments: {production: {from: prod}}") == ["EW300"]
    assert faults(tmp_path, "environments: {production: {from: dev}, dev: {from: production}}") == ["EW301", "EW301"]
    assert faults(tmp_path, "environments: {production: {overrides: {ap: {}}}}\nservices: [{name: api}]") == ["EW110"]
    assert faults(tmp_path, "environments: {production: {slots: {max: 2}}}") == ["EW107"]
    assert faults(tmp_path, "environments: {ai: {kind: slot, instanceScope: primary}}", "ai", 1) == ["EW107"]


def test_a_service_key_in_the_overrides_of_infrastructure_is_refused(tmp_path: Path) -> None:
    spec = "environments: {production: {overrides: {db: {deployGroup: edge}}}}\ninfrastructure: [{name: db}]"
    assert faults(tmp_path, spec) == ["EW101"]
