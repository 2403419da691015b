"""Plugins, seen from the engine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ConfigDict

from envwright import api
from envwright.hookspecs import ContractSection, EnvironmentFacts
from envwright.host import Candidate, Host, hookimpl
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic
from tests.support.stacks import codes, places, refused, stack, world

SPEC = """\
environments: {dev: {}, ai: {kind: slot}}
services: [{name: api, workload: {kind: deployment, image: 'nginx:1'}}]
"""


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    level: int = 1


def host(**hooks: object) -> Host:
    plugin = SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})
    return Host([Candidate("acme", plugin, "1.0", "acme-dist")])


def section() -> ContractSection:
    return ContractSection("acme", Settings)


def test_a_plugins_settings_are_checked_by_its_model_at_their_place(tmp_path: Path) -> None:
    guarded = host(envwright_contract_section=section)
    assert (
        api.validate(
            api.Request(), world(tmp_path, {"services.yaml": stack(SPEC + "plugins: {acme: {level: 2}}")}, guarded)
        )
        == ()
    )
    for settings in ("{level: high}", "{levl: 2}"):
        files = {"services.yaml": stack(SPEC + f"plugins: {{acme: {settings}}}")}
        found = refused(api.validate, api.Request(), world(tmp_path, files, guarded))
        assert [item.split()[0] for item in places(found)] == ["EW102"]
        assert found[0].where is not None
        assert found[0].where.line == 8


def test_a_section_without_its_plugin_gets_a_suggestion(tmp_path: Path) -> None:
    files = {"services.yaml": stack(SPEC + "plugins: {amce: {}}")}
    (found,) = refused(api.validate, api.Request(), world(tmp_path, files, host(envwright_contract_section=section)))
    assert (found.code, found.hint) == ("EW108", 'did you mean "acme"?')


def test_the_schema_closes_the_sections_of_the_plugins_at_hand() -> None:
    sections = api.schema("services", host(envwright_contract_section=section))["$defs"]["Spec"]["properties"][
        "plugins"
    ]
    assert sections["additionalProperties"] is False
    assert set(sections["properties"]) == {"acme"}


def test_two_plugins_with_one_section_are_refused() -> None:
    plugins = [
        Candidate(name, SimpleNamespace(envwright_contract_section=hookimpl(section), name=name), "1", name)
        for name in ("a", "b")
    ]
    with pytest.raises(Refused, match="EW990 the plugins a and b both bring"):
        Host(plugins)


def test_a_check_sees_finished_objects_and_its_settings(tmp_path: Path) -> None:
    seen: list[object] = []

    def envwright_check_objects(unit: str, objects: tuple, settings: dict) -> tuple[Diagnostic, ...]:  # type: ignore[type-arg]  # only their content matters
        seen.append((unit, [found.namespace for found in objects], settings["acme"].level))
        return (diagnostic("error", "EW507", "not here", objects[0].source),)

    guarded = host(envwright_contract_section=section, envwright_check_objects=envwright_check_objects)
    there = world(tmp_path, {"services.yaml": stack(SPEC + "plugins: {acme: {level: 3}}")}, guarded)
    assert codes(refused(api.render, api.Request(environment="dev"), there)) == ["EW507"]
    assert seen == [("api", ["demo-dev"], 3)]


def test_a_plugin_that_raises_is_a_diagnostic_with_its_name(tmp_path: Path) -> None:
    def envwright_check_objects(unit: str) -> tuple[Diagnostic, ...]:
        raise KeyError(unit)

    there = world(tmp_path, {"services.yaml": stack(SPEC)}, host(envwright_check_objects=envwright_check_objects))
    (found,) = refused(api.render, api.Request(environment="dev"), there)
    assert found.code == "EW990"
    assert "acme" in found.summary
    assert "envwright_check_objects" in found.summary


def test_a_plugin_may_replace_a_namespace(tmp_path: Path) -> None:
    def envwright_namespace(facts: EnvironmentFacts) -> str | None:
        return f"{facts.namespace}-x" if facts.environment == "dev" else None

    there = world(tmp_path, {"services.yaml": stack(SPEC)}, host(envwright_namespace=envwright_namespace))
    assert api.resolve(api.Request(environment="dev"), there).environment.namespace == "demo-dev-x"
    assert api.resolve(api.Request(environment="ai", slot=4), there).environment.namespace == "demo-ai-4"


def test_plugins_are_called_in_the_order_of_their_names() -> None:
    order: list[str] = []

    def recording(name: str) -> SimpleNamespace:
        def envwright_check_namespace() -> tuple[Diagnostic, ...]:
            order.append(name)
            return ()

        return SimpleNamespace(envwright_check_namespace=hookimpl(envwright_check_namespace))

    Host([Candidate(name, recording(name), "1", name) for name in ("b", "c", "a")]).diagnostics(
        "envwright_check_namespace", facts=None
    )
    assert order == ["a", "b", "c"]
