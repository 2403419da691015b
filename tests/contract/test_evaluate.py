from __future__ import annotations

from typing import Any

import pytest

from envwright.ast.plain import plain
from envwright.contract.evaluate import evaluate_templates
from envwright.model.contract.image import Image
from envwright.model.contract.stack import Spec
from envwright.model.contract.unit import Service
from envwright.model.contract.workload import Workload
from envwright.model.diagnostic import Report, refuse
from envwright.model.nodes import Map, Scalar
from envwright.yaml.reader import read


def evaluated(text: str, declared: type, results: dict[str, Any], **options: bool) -> tuple[Any, list[str]]:
    """Evaluate with a table of results; an exception in it is raised. Return the plain value and the diagnostics."""

    def evaluate(scalar: Scalar) -> object:
        result = results[scalar.text]
        if isinstance(result, Exception):
            raise result
        return result

    report = Report()
    node = evaluate_templates(read(text, "services.yaml"), declared, evaluate, report, **options)
    return plain(node), [f"{item.where} {item.code} {item.summary}; {item.hint}" for item in report.items]


@pytest.mark.parametrize(
    ("field", "result", "value"),
    [
        ("enabled", True, True),
        ("enabled", "true", True),
        ("enabled", " F\n", False),
        ("enabled", "1", True),
        ("deployGroup", "edge", "edge"),
        ("codeUpdateStrategy", "restart", "restart"),
        ("enabled", None, None),
    ],
)
def test_a_result_takes_the_type_of_its_place(field: str, result: object, value: object) -> None:
    assert evaluated(f'{field}: "{{{{ x }}}}"', Service, {"{{ x }}": result}) == ({field: value}, [])


@pytest.mark.parametrize(
    ("result", "value"),
    [(3, 3), ("3", 3), ("007", 7), (0, 0)],
)
def test_numbers(result: object, value: object) -> None:
    assert evaluated('replicas: "{{ x }}"', Workload, {"{{ x }}": result}) == ({"replicas": value}, [])


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("a", "a"),
        (3, "3"),
        (0.5, "0.5"),
        (2.0, "2"),
        (True, "true"),
        ("true", "true"),
        ("007", "007"),
        ("null", "null"),
        ("", ""),
    ],
)
def test_text_stays_text(result: object, text: str) -> None:
    assert evaluated('type: x\nfrom: "{{ x }}"', Image, {"{{ x }}": result}) == ({"type": "x", "from": text}, [])


@pytest.mark.parametrize(
    ("declared", "field", "result", "complaint"),
    [
        (Service, "enabled", "maybe", 'the template gave "maybe"; enabled takes `true` or `false`'),
        (Service, "enabled", 2, "the template gave 2; enabled takes `true` or `false`"),
        (Service, "deployGroup", "Edge!", 'the template gave "Edge!"; it takes lower-case letters'),
        (Service, "codeUpdateStrategy", "restrt", 'the template gave "restrt"; did you mean "restart"?'),
        (Workload, "replicas", "two", 'the template gave "two"; replicas takes a whole number of 0 or more'),
        (Workload, "replicas", -1, "the template gave -1; it takes a whole number of 0 or more"),
        (Workload, "replicas", 1.5, "the template gave 1.5; replicas takes a whole number"),
        (Workload, "replicas", True, "the template gave true; replicas takes a whole number"),
    ],
)
def test_results_of_another_type(declared: type, field: str, result: object, complaint: str) -> None:
    value, found = evaluated(f'{field}: "{{{{ x }}}}"', declared, {"{{ x }}": result})
    assert value == {field: "{{ x }}"}
    assert len(found) == 1
    assert found[0].startswith(f"services.yaml:1:{len(field) + 3} EW207 {field}: {complaint}")


def test_what_may_be_a_passed_variable_is_never_shown() -> None:
    for template, result in (("{{ envOr `KEY` `` }}", "canary"), ("{{ atoi (env `KEY`) }}", 4242)):
        for field in ("enabled", "deployGroup"):
            _, found = evaluated(
                f'{field}: "{template}"', Service, {template: f"{result}!" if field != "enabled" else result}
            )
            assert [str(result) in line for line in found] == [False]


def test_a_map_or_a_list_is_no_scalar() -> None:
    _, found = evaluated('image: "{{ x }}"', Workload, {"{{ x }}": ["a"]})
    assert found == ["services.yaml:1:8 EW207 image takes text, the template gave a list; "]


def test_free_json_takes_any_value() -> None:
    value = {"list": [1, "1", True, None, "on"], "map": {"a": 0.5, "b": 1e22, "c": 1.5e-7, "d": 1000000.0}}
    text = 'vars: {a: "{{ x }}", deep: [{b: "{{ x }}"}], plain: 1}'
    assert evaluated(text, Spec, {"{{ x }}": value}) == ({"vars": {"a": value, "deep": [{"b": value}], "plain": 1}}, [])


def test_only_templated_places_are_evaluated() -> None:
    value, found = evaluated('{name: "{{ a }}", unknown: "{{ b }}", use: "{{ c }}", hooks: "{{ d }}"}', Service, {})
    assert value == {"name": "{{ a }}", "unknown": "{{ b }}", "use": "{{ c }}", "hooks": "{{ d }}"}
    assert found == []


def test_older_formats_have_templates_everywhere() -> None:
    value, found = evaluated(
        '{name: "{{ a }}", use: ["{{ a }}"], replace: "{{ b }}"}',
        Service,
        {"{{ a }}": "x", "{{ b }}": "t"},
        everywhere=True,
    )
    assert (value, found) == ({"name": "x", "use": ["x"], "replace": True}, [])


def test_short_forms_are_evaluated() -> None:
    text = 'env: {A: "{{ x }}", B: {value: "{{ x }}"}}\nserviceAccount: "{{ x }}"'
    value, _ = evaluated(text, Workload, {"{{ x }}": "v"})
    assert value == {"env": {"A": "v", "B": {"value": "v"}}, "serviceAccount": "v"}


def test_errors_are_collected_and_their_scalars_stay() -> None:
    results = {"{{ a }}": refuse("EW201", "undefined a"), "{{ b }}": "x", "{{ c }}": 1}
    value, found = evaluated('when: "{{ a }}"\nenabled: "{{ b }}"\ndeployGroup: "{{ c }}"', Service, results)
    assert value == {"when": "{{ a }}", "enabled": "{{ b }}", "deployGroup": "1"}
    assert [line.split(" ")[1] for line in found] == ["EW201", "EW207"]


def test_empty_text_unsets_in_older_formats() -> None:
    text = 'when: "{{ x }}"\ndeployGroup: "{{ x }}"'
    value, found = evaluated(text, Service, {"{{ x }}": " "}, empty_unsets=True)
    assert value["when"] is None
    assert [line.split(" ")[1] for line in found] == ["EW207"]  # a group named by a blank
    assert evaluated('when: "{{ x }}"', Service, {"{{ x }}": ""})[1] != []


def test_nodes_keep_their_place_and_what_did_not_change_is_the_same_object() -> None:
    node = read('name: api\nwhen: "{{ x }}"\nmanifests: [a.yaml]', "services.yaml")
    assert isinstance(node, Map)
    new = evaluate_templates(node, Service, lambda _scalar: True, Report())
    assert isinstance(new, Map)
    when, manifests = new.get("when"), new.get("manifests")
    assert when is not None
    assert (when.mark, manifests) == (node.entries["when"].node.mark, node.get("manifests"))
    assert manifests is node.get("manifests")
    assert evaluate_templates(new, Service, lambda _scalar: False, Report()) is new
