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
    assert faults(tmp_path, "environments: {production: {from: dev}, dev: {from: production}}") == ["EW301"]
    assert faults(tmp_path, "environments: {production: {overrides: {ap: {}}}}\nservices: [{name: api}]") == ["EW110"]
    assert faults(tmp_path, "environments: {production: {slots: {max: 2}}}") == ["EW107"]
    assert faults(tmp_path, "environments: {ai: {kind: slot, instanceScope: primary}}", "ai", 1) == ["EW107"]


def test_a_service_key_in_the_overrides_of_infrastructure_is_refused(tmp_path: Path) -> None:
    spec = "environments: {production: {overrides: {db: {deployGroup: edge}}}}\ninfrastructure: [{name: db}]"
    assert faults(tmp_path, spec) == ["EW101"]


def test_an_inherited_scope_does_not_hold_for_a_slot(tmp_path: Path) -> None:
    inherited = "environments: {production: {instanceScope: primary}, ai: {from: production, kind: slot}}"
    assert environment(tmp_path, inherited, "ai", 1).environment.instance_scope == "isolated"
    grandchild = inherited.replace("ai: {from: production", "mid: {from: production, vars: {a: b}}, ai: {from: mid")
    assert environment(tmp_path, grandchild, "ai", 1).environment.instance_scope == "isolated"
    assert faults(tmp_path, "environments: {ai: {kind: slot, instanceScope: primary}}", "ai", 1) == ["EW107"]


def test_null_takes_away_an_inherited_template(tmp_path: Path) -> None:
    spec = "environments: {a: {namespaceTemplate: x, domainTemplate: x.org}, b: {from: a, OWN}}"
    found = environment(tmp_path, spec.replace("OWN", "namespaceTemplate: null, domainTemplate: null"), "b").environment
    assert (found.namespace, found.domain) == ("demo-b", "")


def test_a_call_without_an_environment_is_told_which_there_are(tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": stack(CHAIN)})
    for call, request in ((api.resolve, api.Request()), (api.validate, api.Request(slot=3))):
        with pytest.raises(api.WrongCall) as caught:
            call(request, there)
        (found,) = caught.value.diagnostics
        assert (found.code, found.summary) == ("EW300", "say which environment: --env NAME")
        assert found.hint == "the stack has: production, staging, ai"


def test_a_stack_without_environments_is_told_that_nothing_but_its_contract_was_checked(tmp_path: Path) -> None:
    (found,) = api.validate(api.Request(), world(tmp_path, {"services.yaml": stack("services: [{name: api}]")}))
    assert (found.severity, found.code, str(found.where)) == ("warning", "EW317", "services.yaml:6:3")


def test_validate_takes_a_slot_of_the_only_environment(tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": stack("environments: {ai: {kind: slot, slots: {max: 3}}}")})
    assert api.validate(api.Request(slot=3), there) == ()
    assert codes(refused(api.validate, api.Request(slot=4), there)) == ["EW304"]


def test_faults_between_environments_are_told_once(tmp_path: Path) -> None:
    def found(spec: str) -> list[str]:
        return codes(refused(api.validate, api.Request(), world(tmp_path, {"services.yaml": stack(spec)})))

    assert found("environments: {a: {from: c}, b: {from: a}, c: {from: b}, d: {from: a}, e: {}}") == ["EW301"]
    assert found("environments: {a: {from: nowhere}, b: {from: a}, c: {from: b}}") == ["EW300"]
    assert found("environments: {a: {namespaceTemplate: x}, b: {namespaceTemplate: x}}") == ["EW306"]


def test_a_long_chain_is_inherited_step_by_step(tmp_path: Path) -> None:
    chain = ", ".join(f"e{number}: {{from: e{number - 1}}}" for number in range(1, 400))
    spec = f"environments: {{e0: {{vars: {{a: b}}}}, {chain}}}"
    assert environment(tmp_path, spec, "e399").environment.vars == {"a": "b"}
