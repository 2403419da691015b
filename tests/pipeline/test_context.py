from pathlib import Path

import pytest

from envwright import api
from tests.support.stacks import codes, places, refused, stack, world


def resolved(tmp_path: Path, spec: str, **request: object) -> api.Response:
    return api.resolve(api.Request(**request), world(tmp_path, {"services.yaml": stack(spec)}))


def test_each_part_of_the_context_sees_what_came_before(tmp_path: Path) -> None:
    spec = """
project: shop
versions: {api: "1.2", web: '{{ .Project }}-3'}
vars: {domain: example.org, host: 'api.{{ .Vars.domain }}', tag: '{{ .Versions.api }}'}
environments:
  ai:
    kind: slot
    namespaceTemplate: "{{ .Project }}-{{ .Env }}-{{ .Slot }}"
    domainTemplate: "{{ .Namespace }}.{{ .Vars.domain }}"
services: [{name: api, deployGroup: '{{ ternary (eq .Slot 7) "edge" "internal" }}'}]
"""
    found = resolved(tmp_path, spec, environment="ai", slot=7).environment
    assert (found.project, found.namespace, found.domain) == ("shop", "shop-ai-7", "shop-ai-7.example.org")
    assert found.versions == {"api": "1.2", "web": "shop-3"}
    assert found.vars == {"domain": "example.org", "host": "api.example.org", "tag": "1.2"}
    assert found.units[0].phase == "edge"


def test_a_whole_expression_takes_the_type_of_its_field(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
vars: {n: 3, list: [1, 2], copy: '{{ .Vars.list }}', text: '{{ .Vars.n }}!'}
services:
  - name: api
    when: '{{ eq .Env "dev" }}'
    workload: {kind: deployment, image: "nginx:1", replicas: '{{ .Vars.n }}'}
"""
    found = resolved(tmp_path, spec).environment
    assert found.vars["copy"] == [1, 2]
    assert found.vars["text"] == "3!"
    assert found.units[0].enabled
    workload = found.units[0].declared.workload
    assert workload is not None
    assert workload.replicas == 3


def test_a_result_of_the_wrong_type_is_reported_at_its_place(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nservices: [{name: api, when: '{{ printf \"maybe\" }}'}]"
    found = refused(resolved, tmp_path, spec)
    assert places(found) == ["EW207 services.yaml:7:32"]


def test_undefined_names_are_errors_and_all_are_shown(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
services:
  - {name: api, deployGroup: '{{ .Grup }}'}
  - {name: web, deployGroup: '{{ .Vars.group }}'}
"""
    assert codes(refused(resolved, tmp_path, spec)) == ["EW201", "EW201"]


def test_a_value_never_changes_the_shape_of_the_file(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nvars: {x: '{{ env \"X\" }}'}"
    hostile = "a\n  evil: true # {{ .Project }}"
    found = resolved(tmp_path, spec, variables={"X": hostile}).environment
    assert found.vars == {"x": hostile}


def test_a_passed_value_is_not_a_template(tmp_path: Path) -> None:
    spec = "environments: {dev: {}}\nimages: {a: {type: external, from: '{{ env \"X\" }}'}}"
    found = refused(resolved, tmp_path, spec, variables={"X": "{{ .Project }}"})
    assert codes(found) == ["EW311"]


@pytest.mark.parametrize("field", ["namespaceTemplate", "domainTemplate"])
def test_the_namespace_and_the_domain_do_not_see_what_comes_later(tmp_path: Path, field: str) -> None:
    spec = f"environments: {{dev: {{{field}: '{{{{ .Domain }}}}'}}}}"
    assert codes(refused(resolved, tmp_path, spec)) == ["EW201"]


def test_the_image_function_names_references(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
images: {db: {type: external, from: 'postgres:16', local: 'registry.example.org/postgres:16'}}
vars: {}
services:
  - name: api
    workload: {kind: deployment, image: "nginx:1", env: {DB_IMAGE: '{{ image "db" }}'}}
"""
    workload = resolved(tmp_path, spec).environment.units[0].declared.workload
    assert workload is not None
    assert workload.env["DB_IMAGE"].value == "registry.example.org/postgres:16"


def test_an_unknown_image_of_the_function_is_reported(tmp_path: Path) -> None:
    spec = """
environments: {dev: {}}
images: {database: {type: external, from: 'a:1'}}
services: [{name: a, workload: {kind: job, image: '{{ image "databse" }}'}}]
"""
    (found,) = refused(resolved, tmp_path, spec)
    assert (found.code, found.hint) == ("EW310", 'did you mean "database"?')


def test_a_null_unsets_a_variable(tmp_path: Path) -> None:
    spec = """
vars: {region: eu, limits: {cpu: 1, memory: 2}}
environments: {dev: {vars: {region: null, limits: {cpu: null}}}, production: {}}
"""
    assert resolved(tmp_path, spec, environment="dev").environment.vars == {"limits": {"memory": 2}}
