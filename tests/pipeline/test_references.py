from pathlib import Path

from envwright import api
from tests.support.stacks import codes, refused, stack, world


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
