from pathlib import Path

import pytest

from envwright import api
from tests.support.stacks import codes, refused, stack, world

STACK = stack("""
    environments: {production: {}, ai: {kind: slot}}
    images:
      api:
        type: '{{ ternary (eq .Env "ai") "build" "external" }}'
        from: registry.example.org/api:1
        repository: registry.example.org/api
        tagTemplate: "{{ .Env }}"
        tagPolicy: exact
        buildArgs: {A: b}
""")


def reference(folder: Path, environment: str, slot: int = 0) -> str | None:
    request = api.Request(environment=environment, slot=slot)
    return api.resolve(request, world(folder, {"services.yaml": STACK})).environment.images["api"].reference


def test_a_template_may_choose_between_types_with_different_keys(tmp_path: Path) -> None:
    assert reference(tmp_path, "production") == "registry.example.org/api:1"
    assert reference(tmp_path, "ai", 1) == "registry.example.org/api:ai"


@pytest.mark.parametrize("kind", ["build", "external"])
def test_a_key_beside_a_type_that_is_written_out_is_a_mistake(tmp_path: Path, kind: str) -> None:
    text = STACK.replace('\'{{ ternary (eq .Env "ai") "build" "external" }}\'', kind)
    found = refused(api.resolve, api.Request(environment="production"), world(tmp_path, {"services.yaml": text}))
    assert set(codes(found)) == {"EW107"}
