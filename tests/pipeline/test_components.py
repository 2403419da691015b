from pathlib import Path

from envwright import api
from envwright.model.contract.unit import Service
from tests.support.stacks import codes, refused, stack, world

ENVIRONMENT = "environments: {production: {}}\n"


def services(tmp_path: Path, spec: str) -> dict[str, Service]:
    found = api.resolve(api.Request(), world(tmp_path, {"services.yaml": stack(ENVIRONMENT + spec)})).environment
    return {unit.name: unit.declared for unit in found.units if isinstance(unit.declared, Service)}


def test_a_component_fills_deeply_only_what_is_unset(tmp_path: Path) -> None:
    found = services(
        tmp_path,
        """
components:
  - name: web
    serviceDefaults:
      deployGroup: edge
      codeUpdateStrategy: restart
      dependsOn: [db]
      readiness: {timeout: 1m, custom: {Certificate: status}}
infrastructure: [{name: db}]
services:
  - name: api
    use: [web]
    codeUpdateStrategy: rebuild
    readiness: {timeout: 9m}
  - name: bare
    use: [web]
    dependsOn: []
""",
    )
    assert found["api"].deploy_group == "edge"
    assert found["api"].code_update_strategy == "rebuild"
    assert found["api"].readiness.timeout == "9m"
    assert found["api"].readiness.custom == {"Certificate": "status"}
    assert [dependency.name for dependency in found["api"].depends_on] == ["db"]
    assert found["bare"].depends_on == ()


def test_later_components_win_over_earlier_ones(tmp_path: Path) -> None:
    found = services(
        tmp_path,
        """
components:
  - {name: a, serviceDefaults: {deployGroup: edge, codeUpdateStrategy: restart}}
  - {name: b, serviceDefaults: {deployGroup: frontend}}
services:
  - {name: one, use: [a, b]}
  - {name: two, use: [b, a]}
""",
    )
    assert (found["one"].deploy_group, found["one"].code_update_strategy) == ("frontend", "restart")
    assert found["two"].deploy_group == "edge"


def test_an_unknown_component_gets_a_suggestion_and_the_place_of_the_right_one(tmp_path: Path) -> None:
    spec = "components: [{name: go-service}]\nservices: [{name: api, use: [go-servce]}]"
    (found,) = refused(api.validate, api.Request(), world(tmp_path, {"services.yaml": stack(ENVIRONMENT + spec)}))
    assert (found.code, str(found.where)) == ("EW104", "services.yaml:8:32")
    assert found.hint == 'did you mean "go-service"?'
    assert [str(near.where) for near in found.related] == ["services.yaml:7:16"]


def test_named_lists_merge_by_name_over_files(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(ENVIRONMENT + "imports: [a.yaml]\nservices: [{name: api, deployGroup: frontend}]"),
        "a.yaml": stack("services: [{name: api, deployGroup: edge, codeUpdateStrategy: restart}, {name: b}]"),
    }
    found = api.resolve(api.Request(), world(tmp_path, files)).environment
    assert [unit.name for unit in found.units] == ["api", "b"]
    assert found.units[0].phase == "frontend"
    assert found.units[0].declared.code_update_strategy == "restart"  # type: ignore[union-attr]  # a service


def test_a_name_twice_in_one_list_is_refused_in_any_file(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(ENVIRONMENT + "imports: [a.yaml]"),
        "a.yaml": stack("services: [{name: api}, {name: api}]"),
    }
    assert codes(refused(api.validate, api.Request(), world(tmp_path, files))) == ["EW105"]
