from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from tests.support.stacks import codes, places, refused, stack, world

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def rendered(tmp_path: Path, files: dict[str, str], extra: str = "", **request: object) -> api.Response:
    names = ", ".join(files)
    spec = f"environments: {{dev: {{}}}}\nservices: [{{name: api, manifests: [{names}]}}]\n{extra}"
    there = world(tmp_path, {"services.yaml": stack(spec), **files})
    return api.render(api.Request(**request), there)


def objects(response: api.Response) -> list[str]:
    return [f"{item.kind}/{item.name}" for item in response.plan.objects]


def test_the_ending_says_how_a_file_is_templated(tmp_path: Path) -> None:
    files = {
        "a.yaml": CONFIG + "data: {x: '{{ untouched }}'}\n",
        "b.yaml.tpl": CONFIG.replace("name: a", "name: b-{{ .Env }}"),
        "c.yaml.j2": CONFIG.replace("name: a", "name: c-{{ Env }}"),
    }
    response = rendered(tmp_path, files)
    assert objects(response) == ["ConfigMap/a", "ConfigMap/b-dev", "ConfigMap/c-dev"]
    assert b"x: '{{ untouched }}'" in response.files["manifests/internal/api/configmap-a.yaml"] or (
        b'x: "{{ untouched }}"' in response.files["manifests/internal/api/configmap-a.yaml"]
    )


def test_a_syntax_that_is_said_wins(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nservices: [{name: api, manifests: [{path: a.yaml, syntax: go}]}]"
    files = {"services.yaml": stack(spec), "a.yaml": CONFIG.replace("name: a", "name: x-{{ .Env }}")}
    assert objects(api.render(api.Request(), world(tmp_path, files))) == ["ConfigMap/x-dev"]


def test_errors_of_the_rendered_yaml_are_places_of_the_template(tmp_path: Path) -> None:
    text = "{{- $x := 1 -}}\n{{- /* two lines\nof comment */ -}}\n" + CONFIG + "data:\n  a: 1\n  a: 2\n"
    found = refused(rendered, tmp_path, {"a.yaml.tpl": text})
    assert places(found) == ["EW004 a.yaml.tpl:9:3"]


def test_a_null_of_an_empty_variable_names_it_at_the_expression(tmp_path: Path) -> None:
    text = CONFIG + 'spec:\n  replicas: {{ envOr "REPLICAS" "" }}\n'
    (found,) = refused(rendered, tmp_path, {"a.yaml.tpl": text})
    assert (found.code, str(found.where)) == ("EW503", "a.yaml.tpl:5:13")
    assert "REPLICAS" in found.summary


def test_an_item_of_a_list_has_a_place_of_its_own(tmp_path: Path) -> None:
    text = """{{- /* a comment
of two lines */ -}}
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {labels: {x: true}, name: b}
  - {apiVersion: v1, kind: ServiceList, items: [{metadata: {name: a}}, {metadata: {}}]}
"""
    found = refused(rendered, tmp_path, {"a.yaml.tpl": text})
    assert places(found) == ["EW507 a.yaml.tpl:7:5", "EW501 a.yaml.tpl:10:72"]


def test_a_file_that_a_unit_lists_twice_is_said_to_be(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nservices: [{name: api, manifests: [a.yaml, a.yaml]}]"
    files = {"services.yaml": stack(spec), "a.yaml": CONFIG}
    (found,) = refused(api.render, api.Request(), world(tmp_path, files))
    assert (found.code, found.summary) == ("EW502", 'unit "api" lists a.yaml twice')


def test_a_secret_is_keys_alone_and_a_marker_elsewhere_is_refused(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: '{{ env \"TOKEN\" }}'}\n"
    found = refused(rendered, tmp_path, {"a.yaml.tpl": secret}, variables={"TOKEN": "canary"})
    assert codes(found) == ["EW603"]
    leaking = secret + "---\n" + CONFIG + "data: {copy: '{{ env \"TOKEN\" }}'}\n"
    found = refused(rendered, tmp_path, {"a.yaml.tpl": leaking}, variables={"TOKEN": "canary"})
    assert "EW602" in codes(found)
    assert "canary" not in repr(found)


@pytest.mark.parametrize("word", ["imagePullSecrets", "secretKeyRef", "kind: SecretStore"])
def test_a_file_that_only_mentions_secrets_is_rendered_by_value(tmp_path: Path, word: str) -> None:
    text = f"# {word}\n{CONFIG}data: {{v: '{{{{ env \"V\" }}}}'}}\n"
    response = rendered(tmp_path, {"a.yaml.tpl": text}, variables={"V": "seen"})
    assert b"seen" in response.files["manifests/internal/api/configmap-a.yaml"]


def test_every_file_is_rendered_and_all_mistakes_are_shown(tmp_path: Path) -> None:
    files = {"a.yaml.tpl": "{{ .Nope }}", "b.yaml.tpl": "{{ nope }}", "c.yaml": "kind: [\n"}
    assert codes(refused(rendered, tmp_path, files)) == ["EW201", "EW202", "EW003"]


def test_a_missing_manifest_is_reported_where_it_is_named(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nservices: [{name: api, manifests: [depoy.yaml]}]"
    there = world(tmp_path, {"services.yaml": stack(spec), "deploy.yaml": CONFIG})
    (found,) = refused(api.render, api.Request(), there)
    assert (str(found.where), found.code, found.hint) == ("services.yaml:7:38", "EW001", 'did you mean "deploy.yaml"?')


def test_what_was_read_is_in_the_plan_by_name(tmp_path: Path) -> None:
    text = CONFIG + "data: {a: '{{ env \"A\" }}', b: '{{ envOr \"B\" \"\" }}', c: '{{ .Vars.c }}'}\n"
    variables = {"A": "1", "UNREAD": "2"}
    inputs = rendered(tmp_path, {"a.yaml.tpl": text}, "vars: {c: 3}", variables=variables).plan.inputs
    assert (inputs.variables, inputs.vars) == (("A", "B"), {"c": 3})


def test_migrations_and_hooks_are_jobs_of_the_plan(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
infrastructure: [{name: db, manifests: [db.yaml]}]
services:
  - name: api
    dependsOn: [db]
    workload: {kind: deployment, image: 'nginx:1'}
    migrations: [{name: schema, image: 'busybox:1', command: [up], timeout: 90s, reversible: true}]
    hooks: {afterReady: [{name: warm, image: 'busybox:1', command: [warm], runOn: always}]}
"""
    files = {"services.yaml": stack(spec), "db.yaml": CONFIG}
    steps = [step for step in api.render(api.Request(), world(tmp_path, files)).plan.steps if step.verb == "run-job"]
    assert [(step.id, step.phase, step.purpose, step.timeout, step.run_on) for step in steps] == [
        ("run-job/api/schema", "migrations", "migration", 90, "change"),
        ("run-job/api/warm", "internal", "hook", 600, "always"),
    ]
    assert not steps[0].supersede


def test_an_unknown_migration_tool_is_refused(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nservices: [{name: api, migrations: [{name: m, tool: liquidbase, image: 'a:1'}]}]"
    (found,) = refused(api.render, api.Request(), world(tmp_path, {"services.yaml": stack(spec)}))
    assert found.code == "EW106"
