"""Stacks of the format `codex-k8s.dev/v1alpha1` from their text to what `resolve` and `render` say."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
import yaml

from envwright import api
from envwright.host import Host
from envwright.model.contract.unit import Service
from envwright.model.resolved import ResolvedEnvironment
from tests.support.kubernetes_schema import assert_valid
from tests.support.stacks import codes, places, refused, world

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{env: '{{{{ .Env }}}}'}}\n"


def document(spec: str) -> str:
    """Return a document with this `spec`, and the environment `production` unless it has others."""
    head = "apiVersion: codex-k8s.dev/v1alpha1\nkind: ServiceStack\nmetadata: {name: shop}\nspec:\n"
    more = "" if "environments:" in spec else "  environments: {production: {}}\n"
    return head + indent(dedent(spec).strip("\n") + "\n", "  ") + more


def resolved(folder: Path, files: dict[str, str], environment: str = "", slot: int = 0) -> ResolvedEnvironment:
    return api.resolve(api.Request(environment=environment, slot=slot), world(folder, files)).environment


def objects(folder: Path, files: dict[str, str], **request: Any) -> dict[str, Any]:
    """Return the rendered objects by name."""
    response = api.render(api.Request(**request), world(folder, files))
    found = [yaml.safe_load(response.files[planned.file]) for planned in response.plan.objects]
    return {item["metadata"]["name"]: item for item in found}


# Every key of a later revision at once

LATER = document("""
    project: shop
    imports: [common/base.yaml, {path: "common/im*.yaml"}]
    versions:
      api: {value: "1.2.0", bumpOn: [./services/api, go.mod]}
      web: 0.3.0
    components:
      - name: hot
        serviceDefaults: {codeUpdateStrategy: hot-reload, deployGroup: internal, dependsOn: [postgres]}
    environments:
      production: {namespaceTemplate: "{{ .Project }}-prod", domainTemplate: shop.example.org, imagePullPolicy: Always}
      ai:
        from: production
        namespaceTemplate: "{{ .Project }}-dev-{{ .Slot }}"
        domainTemplate: "dev-{{ .Slot }}.example.org"
      ai-repair: {from: production}
    webhookRuntime:
      defaultMode: code-only
      triggerModes: {" Dev ": full-env}
      defaultNamespaceTTL: 24h
      namespaceTTLByRole: {QA: 8h}
    secretResolution:
      environmentAliases: {production: [prod, main]}
      keyOverrides: [{sourceKey: TOKEN, overrideKeys: {ai: TOKEN_AI}}]
      patterns:
        - sourcePrefix: SHOP_
          excludePrefixes: [SHOP_PUBLIC_]
          excludeSuffixes: [_AI]
          environments: [ai]
          overrideTemplate: "{key}_{env_upper}"
    projectDocs:
      - {repository: main, path: docs, description: "Обзор 📖", roles: [dev, qa], optional: true}
    roleDocTemplates:
      pm: [{repository: policies, path: docs/prd.md, description: how}]
    infrastructure:
      - {name: postgres, manifests: [{path: deploy/postgres.yaml}]}
      - {name: gone, when: '{{ eq .Env "none" }}', manifests: [{path: nowhere.yaml}]}
    services:
      - {name: proxy, scope: infrastructure-singleton, deployGroup: edge, manifests: [{path: deploy/proxy.yaml.tpl}]}
      - name: api
        use: [hot]
        scope: environment
        dependsOn: [gone, postgres]
        manifests: [{path: deploy/api.yaml}]
        image: {repository: registry.example.org/api, tagTemplate: '{{ .Env }}-{{ index .Versions "api" }}'}
      - {name: worker, deployGroup: internal, manifests: [{path: deploy/worker.json}]}
      - {name: loose, dependsOn: [proxy]}
      - {name: odd, deployGroup: zeta}
    orchestration:
      deployOrder: [stateful, internal, edge]
      cleanupPolicy: {fullEnvIdleTTL: 8h}
""")
FILES = {
    "services.yaml": LATER,
    "common/images.yaml": document("""
        imports: [common/base.yaml]
        images:
          busybox: {type: external, from: "busybox:1.36", local: '{{ envOr "HOST" "127.0.0.1:5000" }}/busybox:1.36'}
          web:
            type: '{{ ternary (eq .Env "ai") "build" "skip" }}'
            repository: registry.example.org/web
            tagTemplate: '{{ .Env }}-{{ index .Versions "web" }}'
            dockerfile: web/Dockerfile
            context: web
    """),
    "common/base.yaml": document('versions: {base: "1"}'),
    "deploy/postgres.yaml": CONFIG.format(name="postgres"),
    "deploy/proxy.yaml.tpl": CONFIG.format(name="proxy"),
    "deploy/api.yaml": CONFIG.format(name="api"),
    "deploy/worker.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "worker-{{ .Slot }}"}}\n',
    "web/Dockerfile": "FROM scratch\n",
}


def test_a_later_revision_resolves_in_production(tmp_path: Path) -> None:
    found = resolved(tmp_path, FILES)  # `production` where none is named
    assert (found.environment, found.namespace, found.domain) == ("production", "shop-prod", "shop.example.org")
    assert found.instance_scope == "primary"
    assert found.versions == {"api": "1.2.0", "web": "0.3.0", "base": "1"}
    assert list(found.order) == ["postgres", "api", "worker", "proxy", "odd", "loose"]
    assert {unit.name for unit in found.units if not unit.enabled} == {"gone"}
    assert found.images["busybox"].reference == "127.0.0.1:5000/busybox:1.36"
    assert (found.images["web"].type, found.images["web"].reference) == ("skip", None)
    assert found.webhook_runtime.default_mode == "code-only"
    assert found.webhook_runtime.trigger_modes == {"dev": "full-env"}


def test_a_later_revision_resolves_in_a_slot(tmp_path: Path) -> None:
    found = resolved(tmp_path, FILES, "ai", 2)
    assert (found.namespace, found.domain, found.instance_scope) == ("shop-dev-2", "dev-2.example.org", "isolated")
    assert list(found.order) == ["postgres", "api", "worker", "odd", "loose"]  # a singleton is production's
    assert found.images["web"].reference == "registry.example.org/web:ai-0.3.0"
    services = {unit.name: unit.declared for unit in found.units if isinstance(unit.declared, Service)}
    own = services["api"].image
    assert found.images[own].reference == "registry.example.org/api:ai-1.2.0"
    assert {name: service.code_update_strategy for name, service in services.items()} == {
        "api": "hot-reload",
        "worker": "rebuild",
        "proxy": "rebuild",
        "loose": "rebuild",
        "odd": "rebuild",
    }
    assert {unit.name: unit.phase for unit in found.units if unit.kind == "service"} == {
        "api": "internal",
        "worker": "internal",
        "proxy": "edge",
        "loose": "ungrouped",
        "odd": "zeta",
    }


def test_a_later_revision_renders_templates_of_any_ending(tmp_path: Path) -> None:
    found = objects(tmp_path, FILES, environment="ai", slot=2)
    assert found.keys() == {"postgres", "api", "worker-2"}
    assert {item["data"]["env"] for item in found.values() if "data" in item} == {"ai"}
    assert {item["metadata"]["namespace"] for item in found.values()} == {"shop-dev-2"}
    for item in found.values():
        assert_valid(item, ["1.30", "1.36"])
    assert api.validate(api.Request(), world(tmp_path, FILES), manifests=True) == ()


# Imports and documents


def test_two_routes_to_one_file_count_once_and_documents_merge_in_order(tmp_path: Path) -> None:
    found = resolved(
        tmp_path,
        {
            "services.yaml": document("imports: [a.yaml, b.yaml]\nversions: {who: root}"),
            "a.yaml": document("imports: [deep/base.yaml]\nversions: {who: a, a: '1'}"),
            "b.yaml": document("imports: [{path: deep/base.yaml}]\nversions: {who: b, b: '1'}"),
            "deep/base.yaml": (
                document("versions: {who: base, one: '1'}\nservices: [{name: web}]")
                + "---\n"
                + document("versions: {one: '2', two: '2'}")
            ),
        },
    )
    assert found.versions == {"who": "root", "a": "1", "b": "1", "one": "2", "two": "2"}
    assert found.order == ("web",)


def test_lists_are_replaced_and_maps_merge(tmp_path: Path) -> None:
    found = resolved(
        tmp_path,
        {
            "services.yaml": document("services: [{name: own}]\nwebhookRuntime: {triggerModes: {dev: full-env}}")
            + "---\n"
            + document("webhookRuntime: {triggerModes: {qa: code-only}}"),
        },
    )
    assert found.order == ("own",)
    assert found.webhook_runtime.trigger_modes == {"dev": "full-env", "qa": "code-only"}
    files = {
        "services.yaml": document("imports: [base.yaml]\nservices: [{name: own}]"),
        "base.yaml": document("services: [{name: theirs}]\ninfrastructure: [{name: kept}]"),
    }
    assert resolved(tmp_path, files).order == ("kept", "own")


def test_paths_are_relative_to_the_root_file_wherever_they_are_written(tmp_path: Path) -> None:
    files = {
        "services.yaml": document("imports: [deep/down/units.yaml]"),
        "deep/down/units.yaml": document(
            "imports: [deep/more.yaml]\nservices: [{name: a, manifests: [{path: a.yaml}]}]"
        ),
        "deep/more.yaml": document("infrastructure: [{name: b, manifests: [{path: deep/b.yaml}]}]"),
        "a.yaml": CONFIG.format(name="a"),
        "deep/b.yaml": CONFIG.format(name="b"),
    }
    assert objects(tmp_path, files).keys() == {"a", "b"}


def test_a_cycle_and_a_missing_file_are_shown_in_their_place(tmp_path: Path) -> None:
    files = {
        "services.yaml": document("imports: [a.yaml, nowhere.yaml]"),
        "a.yaml": document("imports: [services.yaml]"),
    }
    found = refused(api.validate, api.Request(), world(tmp_path, files))
    assert places(found) == ["EW021 a.yaml:5:13", "EW020 services.yaml:5:21"]


# Environments


def test_without_templates_a_namespace_is_made_of_the_names(tmp_path: Path) -> None:
    files = {"services.yaml": document("project: shop\nenvironments: {production: {}, dev: {}, ai: {}}")}
    assert resolved(tmp_path, files).namespace == "shop-production"
    assert resolved(tmp_path, files, "dev").namespace == "shop-dev"
    assert resolved(tmp_path, files, "ai", 4).namespace == "shop-dev-4"


def test_ai_without_a_slot_and_a_slot_elsewhere_are_wrong_calls(tmp_path: Path) -> None:
    files = {"services.yaml": document("environments: {production: {}, ai: {}}")}
    for environment, slot, code in (("ai", 0, "EW302"), ("production", 1, "EW303"), ("none", 0, "EW300")):
        with pytest.raises(api.WrongCall) as caught:
            resolved(tmp_path, files, environment, slot)
        assert codes(caught.value.diagnostics) == [code]


def test_a_text_is_what_is_written_where_yamls_versions_disagree_about_it(tmp_path: Path) -> None:
    files = {"services.yaml": document("services: [{name: y, deployGroup: on}, {name: api, dependsOn: [y]}]")}
    found = resolved(tmp_path, files)
    assert found.order == ("y", "api")
    wrong = {"services.yaml": document("projectDocs: [{path: a.md, optional: yes}]")}
    assert codes(refused(resolved, tmp_path, wrong)) == ["EW011"]


@pytest.mark.parametrize(("written", "on"), [("'1'", True), ("t", True), ("FALSE", False), ("'{{ .Slot }}'", False)])
def test_conditions_are_what_parse_bool_knows(tmp_path: Path, written: str, on: bool) -> None:
    files = {"services.yaml": document(f"services: [{{name: a, when: {written}}}, {{name: b, dependsOn: [a]}}]")}
    assert resolved(tmp_path, files).order == (("a", "b") if on else ("b",))


def test_a_condition_that_is_no_bool_is_refused(tmp_path: Path) -> None:
    files = {"services.yaml": document("services: [{name: a, when: '{{ .Project }}'}]")}
    assert places(refused(api.resolve, api.Request(), world(tmp_path, files))) == ["EW207 services.yaml:5:30"]


# Secrets, and what the format does not have


def test_a_secret_becomes_a_step_with_its_keys(tmp_path: Path) -> None:
    secret = """\
        apiVersion: v1
        kind: Secret
        metadata: {name: db, namespace: "{{ .Namespace }}"}
        stringData:
          PASSWORD: '{{ envOr "PASSWORD" "" }}'
          URL: 'postgres://{{ envOr "USER" "shop" }}:{{ envOr "PASSWORD" "" }}@db/{{ .Env }}'
    """
    files = {
        "services.yaml": document("services: [{name: a, manifests: [{path: s.yaml}]}]"),
        "s.yaml": dedent(secret),
    }
    request = api.Request(variables={"PASSWORD": "canary-value", "USER": "canary-user"})
    response = api.render(request, world(tmp_path, files, Host()))
    assert codes(response.diagnostics) == ["EW603"]
    assert b"canary" not in b"".join(response.files.values())
    (step,) = [step for step in response.plan.steps if step.verb == "ensure-secret"]
    assert [key.name for key in step.keys] == ["PASSWORD", "URL"]
    assert response.plan.inputs.variables == ("PASSWORD", "USER")


@pytest.mark.parametrize(
    "spec",
    [
        "services: [{name: a, workload: {kind: deployment}}]",
        "environments: {dev: {kind: slot}}",
        "services: [{name: a, patches: []}]",
        "vars: {a: 1}",
        "secrets: []",
        "services: [{name: a, image: api}]",
    ],
)
def test_what_is_of_the_newer_format_is_refused(tmp_path: Path, spec: str) -> None:
    found = refused(api.validate, api.Request(), world(tmp_path, {"services.yaml": document(spec)}))
    assert set(codes(found)) <= {"EW101", "EW102"}
