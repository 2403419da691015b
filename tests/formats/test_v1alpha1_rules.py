"""The rules of v1alpha1, through the library's own calls."""

from pathlib import Path

import pytest

from envwright import api
from envwright.host import Candidate, Host
from envwright.model.diagnostic import Refused
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins import platform_rule
from tests.support.stacks import write

FILES = {
    "services.yaml": """\
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {name: demo}
spec:
  imports: [parts/base.yaml, {path: "parts/m*.yaml"}]
  projectDocs: [{path: README.md}]
  versions: {api: {value: "1.0", bumpOn: [./services/api]}, x: '{{ .Env }}-1'}
  environments:
    production: {domainTemplate: "{{ .Namespace }}.example.org"}
    ai: {from: production, imagePullPolicy: '{{ ternary (eq .Env "ai") "Never" "Always" }}'}
    literal: {namespaceTemplate: demo-production}
  images:
    x: {type: '{{ ternary (eq .Env "ai") "build" "skip" }}', repository: r/x, tagTemplate: '{{ index .Versions "x" }}'}
    y: {type: build, repository: r/y, from: ignored}
    z: {type: external, from: nginx, local: r/nginx}
  infrastructure:
    - {name: db, when: '{{ envOr "DB" "1" }}'}
    - {name: cache, dependsOn: [db], when: "{{ ternary (eq .Slot 0) 0 1 }}"}
  services:
    - {name: api, use: [first, second], dependsOn: [], when: '{{ if false }}x{{ end }}', deployGroup: ""}
    - {name: free, dependsOn: [cache]}
    - {name: web, dependsOn: ['{{ ternary (eq .Env "ai") "api" "db" }}'], deployGroup: extra}
    - {name: proxy, scope: infrastructure-singleton, deployGroup: alpha}
  orchestration:
    deployOrder: [stateful, internal, edge]
    cleanupPolicy: {fullEnvIdleTTL: '{{ ternary (eq .Env "ai") "1h" "2h" }}'}
---
spec:
  versions: {second: "2"}
""",
    "parts/base.yaml": """\
spec:
  imports: [parts/more.yaml]
  versions: {base: "3"}
  services: [{name: replaced}]
""",
    "parts/more.yaml": """\
spec:
  versions: {more: "4"}
  components:
    - {name: first, serviceDefaults: {deployGroup: edge, codeUpdateStrategy: restart}}
    - {name: second, serviceDefaults: {deployGroup: internal, codeUpdateStrategy: rebuild, dependsOn: [db]}}
""",
}


@pytest.fixture
def world(tmp_path: Path) -> api.World:
    write(tmp_path, FILES)
    return api.open_world(tmp_path, Host())


def resolved(world: api.World, environment: str = "", slot: int = 0, **variables: str) -> ResolvedEnvironment:
    return api.resolve(api.Request(environment=environment, slot=slot, variables=variables), world).environment


def test_production_is_what_a_call_without_an_environment_means(world: api.World) -> None:
    found = resolved(world)
    assert (found.environment, found.namespace, found.domain) == (
        "production",
        "demo-production",
        "demo-production.example.org",
    )


def test_files_and_documents_merge_and_lists_are_replaced(world: api.World) -> None:
    found = resolved(world)
    assert found.versions == {"more": "4", "base": "3", "api": "1.0", "x": "production-1", "second": "2"}
    assert "replaced" not in {unit.name for unit in found.units}


def test_a_component_fills_what_is_empty_and_the_first_wins(world: api.World) -> None:
    (service,) = (unit for unit in resolved(world).units if unit.name == "api")
    assert (service.phase, service.depends_on) == ("edge", ("db",))
    assert getattr(service.declared, "code_update_strategy", "") == "restart"


def test_any_scalar_may_hold_a_template(world: api.World) -> None:
    found = resolved(world, "ai", 2)
    assert found.declared.image_pull_policy == "Never"
    assert found.orchestration.cleanup_policy.full_env_idle_ttl == "1h"
    assert {unit.name: unit.depends_on for unit in found.units}["web"] == ("api",)
    assert {unit.name: unit.depends_on for unit in resolved(world).units}["web"] == ("db",)


def test_conditions_are_read_as_go_reads_booleans(world: api.World) -> None:
    on = {unit.name: unit.enabled for unit in resolved(world).units}
    assert on == {"db": True, "cache": False, "api": True, "free": True, "web": True, "proxy": True}
    assert not {unit.name: unit.enabled for unit in resolved(world, DB="F").units}["db"]
    assert {unit.name: unit.enabled for unit in resolved(world, "ai", 1).units}["cache"]
    with pytest.raises(Refused) as caught:
        resolved(world, DB="maybe")
    assert [item.code for item in caught.value.diagnostics] == ["EW207"]


def test_groups_beyond_the_order_come_by_name_and_services_without_one_last(world: api.World) -> None:
    assert resolved(world).order == ("db", "api", "proxy", "web", "free")


def test_a_singleton_is_on_in_production_only(world: api.World) -> None:
    for environment, slot in (("ai", 1), ("literal", 0)):
        assert not {unit.name: unit.enabled for unit in resolved(world, environment, slot).units}["proxy"]


def test_images_are_named_as_written(world: api.World) -> None:
    references = {name: image.reference for name, image in resolved(world, "ai", 1).images.items()}
    assert references == {"x": "r/x:ai-1", "y": "r/y", "z": "r/nginx"}
    assert resolved(world).images["x"].reference is None


def test_an_environment_with_the_same_namespace_shares_it(world: api.World) -> None:
    found = resolved(world, "literal")
    assert (found.namespace, found.declared.shares_namespace_of, found.declared.kind) == (
        "demo-production",
        "production",
        "production",
    )


def test_slots_have_no_limit_of_their_own_and_ai_needs_one(world: api.World) -> None:
    assert resolved(world, "ai", 999).namespace == "demo-dev-999"
    with pytest.raises(api.WrongCall):
        resolved(world, "ai")


@pytest.mark.parametrize("template", ["{{ .Project }}-production", "{{ .Project }}-prod", "codex-k8s-prod"])
def test_the_platform_lives_in_one_namespace(tmp_path: Path, template: str) -> None:
    text = FILES["services.yaml"].replace("name: demo", "name: codex-k8s")
    text = text.replace("production: {", f'production: {{namespaceTemplate: "{template}", ')
    text = text.replace("ai: {", 'ai: {namespaceTemplate: "{{ .Project }}-dev-{{ .Slot }}", ')
    text = text.replace("literal: {namespaceTemplate: demo-production}", "ai-repair: {from: production}")
    write(tmp_path, {**FILES, "services.yaml": text})
    world = api.open_world(tmp_path, Host([Candidate("platform_rule", platform_rule, "", "")]))
    for environment in ("production", "ai-repair"):
        assert resolved(world, environment).namespace == "codex-k8s-prod"
