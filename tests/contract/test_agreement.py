"""The published schema and the engine give the same verdict.

Where the schema cannot know, one of these is the reason:

- names: that two items of a list, or of two lists, have different names cannot be said in JSON Schema (EW105)
- other files: what a file with imports, an imported file or a service with components lacks may come from there; the
  engine looks at what is merged, the schema at one file. It takes a file without `metadata` for an imported one.
- YAML's versions: the schema sees the value that one reader made, not the scalar as written (EW011)
- `1.0` is a whole number for JSON Schema, and text with digits behind the point for the engine
- a number for text is judged by its letters by the engine (`1e3` is no quantity), by its value by the schema
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envwright.ast.plain import plain
from envwright.contract.check import check, check_shape
from envwright.contract.jsonschema import stack_schema
from envwright.contract.places import records_below
from envwright.contract.shapes import (
    ChoiceShape,
    FlagShape,
    KeyShape,
    NumberShape,
    RecordShape,
    Shape,
    TextShape,
    record,
)
from envwright.model.contract.stack import ServiceStack
from envwright.model.diagnostic import Report
from envwright.model.nodes import Node
from envwright.yaml.reader import read
from tests.contract.corpus import Bad, bad_inputs, in_a_line
from tests.contract.documents import ANYTHING, nodes, values
from tests.support.paths import ROOT

SCHEMA = stack_schema()
STACK = jsonschema.Draft202012Validator(SCHEMA)
ROOT_SHAPE = record(ServiceStack)
RECORDS = [shape for shape in records_below(ROOT_SHAPE)[1:] if not shape.partial]
LAYER = [shape for shape in records_below(record(ServiceStack, partial=True))[1:] if shape.partial]
BEYOND_SCHEMA = {"EW105"}
NAMED = {bad.path.stem: bad for bad in bad_inputs()}
YAMLS = [path for path in sorted(ROOT.glob("golden/**/*.yaml")) if "kind: ServiceStack" in path.read_text("utf-8")]


def complaints(node: Node, shape: RecordShape = ROOT_SHAPE) -> list[str]:
    """Return what the engine has against a node, less what no schema can say."""
    report = Report()
    check_shape(node, shape, report)
    return [in_a_line(item) for item in report.items if item.code not in BEYOND_SCHEMA]


def validator(shape: RecordShape) -> jsonschema.Draft202012Validator:
    """Return what the schema says of one type: of a part of it that stands in one file, or of the whole."""
    name, definitions = shape.name, SCHEMA["$defs"]
    whole = [] if shape.partial or f"Complete{name}" not in definitions else [{"$ref": f"#/$defs/Complete{name}"}]
    types = (
        list(set(definitions[name]["type"]) - {"null"}) if isinstance(definitions[name]["type"], list) else ["object"]
    )
    return jsonschema.Draft202012Validator(
        {**definitions[name], "type": types, "$defs": definitions, "anyOf": whole or [{}]}
    )


VALIDATORS = {shape: validator(shape) for shape in (*RECORDS, *LAYER)}


def test_the_schema_is_valid_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].startswith("https://envwright.dev/schema/v1/")


@pytest.mark.parametrize("bad", NAMED.values(), ids=NAMED)
def test_bad_inputs(bad: Bad) -> None:
    node = read(bad.text, bad.path.name)
    report = Report()
    check(node, ServiceStack, report)
    assert tuple(map(in_a_line, report.items)) == bad.expected
    assert STACK.is_valid(plain(node)) == bool(bad.schema_accepts), bad.schema_accepts or "the schema must refuse it"


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: str(path.relative_to(ROOT)))
def test_goldens(path: Path) -> None:
    """Each file for itself: whether they are right together is the pipeline's to say."""
    node = read(path.read_text(encoding="utf-8"), path.name)
    assert [error.message for error in STACK.iter_errors(plain(node))] == []
    assert complaints(node, record(ServiceStack, partial=True)) == []


def _scalar_keys() -> dict[str, tuple[RecordShape, KeyShape]]:
    """One key for every shape of a scalar that the contract has."""
    found: dict[Shape, tuple[RecordShape, KeyShape]] = {}
    for shape in RECORDS:
        for key in shape.keys.values():
            if isinstance(key.shape, TextShape | NumberShape | FlagShape | ChoiceShape):
                found.setdefault(key.shape, (shape, key))
    return {f"{shape.name}.{key.name}": (shape, key) for shape, key in found.values()}


@pytest.mark.parametrize(("shape", "key"), _scalar_keys().values(), ids=_scalar_keys())
def test_every_kind_of_scalar(shape: RecordShape, key: KeyShape) -> None:
    schema = {**SCHEMA["$defs"][shape.name]["properties"][key.name], "$defs": SCHEMA["$defs"]}
    of_key = jsonschema.Draft202012Validator(schema)
    for value in ANYTHING[1:]:
        report = Report()
        check(nodes({key.name: value}), shape.declared, report)
        found = [item for item in report.items if item.summary.startswith((f"{key.name}:", f"{key.name} "))]
        assert of_key.is_valid(value) == (not found), (value, found)


def _without_components(value: Any) -> Any:
    """Return a value in which no service uses a component: that alone decides what it may lack."""
    if isinstance(value, list):
        return [_without_components(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_components(item) for name, item in value.items() if name != "use"}


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_generated_values_of_every_type(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from([*RECORDS, *LAYER]))
    value = data.draw(values(shape))
    value = value if shape.filled_by else _without_components(value)
    judged = shape
    if shape.filled_by and isinstance(value, dict) and isinstance(value.get("use"), list) and value["use"]:
        judged = record(shape.declared, partial=True, item_key="name")  # components bring what it lacks
    errors = [error.message for error in VALIDATORS[shape].iter_errors(value)]
    found = complaints(nodes(value), judged)
    assert bool(errors) == bool(found), (shape, value, errors, found)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in below for place in _places(item, (*path, name)))]


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_changed(item, rest, new) if index == first else item for index, item in enumerate(value)]
    return {name: _changed(item, rest, new) if name == first else item for name, item in value.items()}


COMPLETE = plain(read((ROOT / "tests/contract/complete.yaml").read_text(encoding="utf-8"), "complete.yaml"))
ALONE = _changed(_changed(COMPLETE, ("spec", "imports"), []), ("spec", "services", 0, "use"), None)


def test_the_complete_document_is_valid() -> None:
    for document in (COMPLETE, ALONE):
        assert complaints(nodes(document)) == []
        assert [error.message for error in STACK.iter_errors(document)] == []


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(_places(ALONE)[1:]), st.sampled_from(ANYTHING))
def test_mutations_of_a_complete_document(path: tuple[Any, ...], new: Any) -> None:
    document = _changed(ALONE, path, new)
    imports = document["spec"].get("imports") if isinstance(document["spec"], dict) else None
    alone = document["metadata"] is not None and not (isinstance(imports, list) and imports)
    shape = ROOT_SHAPE if alone else record(ServiceStack, partial=True)
    assert STACK.is_valid(document) == (not complaints(nodes(document), shape)), (path, new)


def test_what_a_file_lacks_may_come_from_elsewhere() -> None:
    service = {"name": "api", "workload": {"replicas": 2}}
    document = {"apiVersion": "envwright.dev/v1", "kind": "ServiceStack", "metadata": {"name": "shop"}}
    lacking = {**document, "spec": {"images": {"api": {"tagTemplate": "1"}}, "services": [service]}}
    assert not STACK.is_valid(lacking)
    assert not STACK.is_valid({**lacking, "spec": {"services": [service]}})
    assert STACK.is_valid({**lacking, "spec": {"services": [{**service, "use": ["http"]}]}})
    assert STACK.is_valid({**lacking, "spec": {**lacking["spec"], "imports": ["images.yaml"]}})
    assert STACK.is_valid({name: value for name, value in lacking.items() if name != "metadata"})
    assert STACK.is_valid({**lacking, "metadata": None})
    assert not STACK.is_valid({name: value for name, value in lacking.items() if name != "kind"})
    without_name = {**document, "spec": {"imports": ["a.yaml"], "services": [{"use": ["http"]}]}}
    assert not STACK.is_valid(without_name)


def test_sections_of_plugins_can_be_closed() -> None:
    model = {
        "type": "object",
        "properties": {"rule": {"$ref": "#/$defs/Rule"}},
        "additionalProperties": False,
        "$defs": {"Rule": {"enum": ["a", "b"]}},
    }
    closed = jsonschema.Draft202012Validator(stack_schema({"guard": model}))
    for section, open_, with_guard in (
        ({"guard": {"rule": "a"}}, True, True),
        ({"guard": None}, True, True),
        ({"guard": {"rule": "c"}}, True, False),
        ({"other": {}}, True, False),
    ):
        document = _changed(ALONE, ("spec", "plugins"), section)
        assert (STACK.is_valid(document), closed.is_valid(document)) == (open_, with_guard)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spec: {services: [{name: api, workload: {kind: job, image: x, retries: 1.0}}]}", "whole numbers"),
        ("spec: {services: [{name: api, workload: {kind: job, image: x, resources: {cpu: 1e3}}}]}", "letters"),
        ("spec: {vars: {mode: on}}", "YAML's versions"),
    ],
)
def test_what_the_schema_cannot_know(text: str, value: str) -> None:
    node = read(f"apiVersion: envwright.dev/v1\nkind: ServiceStack\nmetadata: {{name: x}}\n{text}\n", "x.yaml")
    assert STACK.is_valid(plain(node)), value
    assert complaints(node), value
