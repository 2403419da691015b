from pathlib import Path

import pytest

from envwright import api
from envwright.hookspecs import EnvironmentFacts
from envwright.host import Candidate, Host, hookimpl
from tests.support.stacks import codes, places, refused, stack, world


def faults(tmp_path: Path, spec: str, name: str, slot: int = 0) -> list[str]:
    request = api.Request(environment=name, slot=slot)
    return codes(refused(api.resolve, request, world(tmp_path, {"services.yaml": stack(spec)})))


def test_namespaces_are_names_and_a_slots_has_its_number(tmp_path: Path) -> None:
    spec = "environments: {dev: {namespaceTemplate: '{{ .Project }}_x'}, ai: {kind: slot, namespaceTemplate: demo-1}}"
    assert faults(tmp_path, spec, "dev") == ["EW305"]
    assert faults(tmp_path, spec, "ai", 7) == ["EW308"]


def test_two_environments_have_two_namespaces_unless_one_shares(tmp_path: Path) -> None:
    twice = "environments: {a: {namespaceTemplate: one}, b: {namespaceTemplate: one}}"
    assert faults(tmp_path, twice, "a") == ["EW306"]
    assert faults(tmp_path, twice, "b") == ["EW306"]
    shared = "environments: {a: {namespaceTemplate: one}, b: {from: a, sharesNamespaceOf: a}}"
    for name in ("a", "b"):
        found = api.resolve(api.Request(environment=name), world(tmp_path, {"services.yaml": stack(shared)}))
        assert found.environment.namespace == "one"


def test_an_environment_never_takes_a_slots_namespace_or_name(tmp_path: Path) -> None:
    namespace = "environments: {dev: {namespaceTemplate: demo-ai-3}, ai: {kind: slot}}"
    assert faults(tmp_path, namespace, "dev") == ["EW306"]
    assert faults(tmp_path, namespace, "ai", 3) == ["EW306"]
    assert faults(tmp_path, "environments: {ai: {kind: slot}, ai-3: {}}", "ai-3") == ["EW306", "EW307"]


@pytest.mark.parametrize(
    "template", ["'v-1-{{ .Env }}'", "'z-{{ mod .Slot 3 }}'", "'x-1-10-{{ .Env }}'", "'{{ .Project }}-ai'"]
)
def test_a_number_that_is_there_by_chance_is_not_the_slots(tmp_path: Path, template: str) -> None:
    spec = f"environments: {{ai: {{kind: slot, namespaceTemplate: {template}}}}}"
    there = world(tmp_path, {"services.yaml": stack(spec)})
    assert codes(refused(api.validate, api.Request(), there)) == ["EW308"]


def test_the_only_slot_there_is_needs_no_number_of_another(tmp_path: Path) -> None:
    spec = "environments: {ai: {kind: slot, slots: {max: 1}, namespaceTemplate: v-1}}"
    assert api.validate(api.Request(), world(tmp_path, {"services.yaml": stack(spec)})) == ()


SHARING = """
environments:
  production: {vars: {name: main}, namespaceTemplate: "{{ .Project }}-{{ .Vars.name }}"}
  repair: {sharesNamespaceOf: production, vars: {name: other}}
  audit: {from: repair, namespaceTemplate: "{{ .Project }}-main"}
  deep: {sharesNamespaceOf: audit}
"""


@pytest.mark.parametrize("name", ["production", "repair", "audit", "deep"])
def test_who_shares_a_namespace_has_it_and_shares_it_with_all_others_who_do(tmp_path: Path, name: str) -> None:
    found = api.resolve(api.Request(environment=name), world(tmp_path, {"services.yaml": stack(SHARING)}))
    assert found.environment.namespace == "demo-main"


def test_slots_share_slot_by_slot(tmp_path: Path) -> None:
    spec = "environments: {ai: {kind: slot}, tools: {kind: slot, sharesNamespaceOf: ai}}"
    there = world(tmp_path, {"services.yaml": stack(spec)})
    assert api.resolve(api.Request(environment="tools", slot=4), there).environment.namespace == "demo-ai-4"
    assert api.validate(api.Request(), there) == ()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{production: {}, b: {sharesNamespaceOf: prodution}}", ["EW300 services.yaml:6:57"]),
        ("{production: {}, b: {sharesNamespaceOf: b}}", ["EW300 services.yaml:6:57"]),
        ("{a: {sharesNamespaceOf: b}, b: {sharesNamespaceOf: a}, c: {}}", ["EW301 services.yaml:6:68"]),
    ],
)
def test_an_environment_shares_with_another_one_that_is_there(tmp_path: Path, spec: str, expected: list[str]) -> None:
    there = world(tmp_path, {"services.yaml": stack(f"environments: {spec}")})
    assert places(refused(api.validate, api.Request(), there)) == expected


def test_namespaces_are_evaluated_once_for_all_environments(tmp_path: Path) -> None:
    """What a plugin is asked for grows with the environments, not with their square."""
    asked = []

    class Counts:
        @hookimpl
        def envwright_namespace(self, facts: EnvironmentFacts) -> None:
            asked.append(facts.environment)

    host = Host([Candidate("counts", Counts(), "1.0", "tests")])
    spec = "environments: {" + ", ".join(f"e{number}: {{}}" for number in range(30)) + "}"
    assert api.validate(api.Request(), world(tmp_path, {"services.yaml": stack(spec)}, host)) == ()
    assert len(asked) == 2 * 30


def test_images_are_checked(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nimages: {a: {type: external, from: 'x y:1'}}\nservices: [{name: s, image: b}]"
    assert faults(tmp_path, spec, "dev") == ["EW311", "EW310"]


def test_a_built_image_is_named_by_content_and_without_its_context_as_written(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
images:
  api: {type: build, repository: registry.example.org/api, tagTemplate: "1", context: api}
  exact: {type: build, repository: registry.example.org/api, tagTemplate: "1", context: api, tagPolicy: exact}
"""
    bare = api.resolve(api.Request(), world(tmp_path, {"services.yaml": stack(spec)}))
    assert bare.environment.images["api"].reference == "registry.example.org/api:1"
    assert codes(bare.diagnostics) == ["EW312"]
    there = world(tmp_path, {"api/Dockerfile": "FROM python:3.13-slim\nCOPY . /app\n", "api/app.py": "print(1)\n"})
    first = api.resolve(api.Request(), there).environment.images
    assert first["exact"].reference == "registry.example.org/api:1"
    assert first["api"].content is not None
    assert first["api"].reference == f"registry.example.org/api:1-{first['api'].content.removeprefix('sha256:')[:12]}"
    (tmp_path / "api/app.py").write_text("print(2)\n")
    again = api.resolve(api.Request(), api.open_world(tmp_path / "services.yaml")).environment.images
    assert again["api"].reference != first["api"].reference
