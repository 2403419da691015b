"""The published schema and the engine give the same verdict.

Where the schema cannot know, one of these is the reason:

- names: that two items of a list, or of two lists, have different names cannot be said in JSON Schema (EW105)
- YAML's versions: the schema sees the value that one reader made, not the scalar as written (EW011)
- `1.0` is a whole number for JSON Schema, and text with digits behind the point for the engine
- a number for text is judged by its letters by the engine (`1e3` is no quantity), by its value by the schema
- a file that is imported has no `metadata`, which the root file must have: the engine looks at what is merged
"""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envwright.ast.plain import plain
from envwright.contract.check import check
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
RECORDS = [shape for shape in records_below(record(ServiceStack))[1:] if not shape.partial]
BEYOND_SCHEMA = {"EW105"}
NAMED = {bad.path.stem: bad for bad in bad_inputs()}
YAMLS = sorted(ROOT.glob("golden/**/services.yaml"))


def engine_accepts(node: Node, declared: type = ServiceStack) -> bool:
    report = Report()
    check(node, declared, report)
    return not [item for item in report.items if item.code not in BEYOND_SCHEMA]


def of_record(shape: RecordShape) -> jsonschema.Draft202012Validator:
    types = [name for name in SCHEMA["$defs"][shape.name]["type"] if name != "null"]
    return jsonschema.Draft202012Validator({**SCHEMA["$defs"][shape.name], "type": types, "$defs": SCHEMA["$defs"]})


VALIDATORS = {shape: of_record(shape) for shape in RECORDS}


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
def test_goldens(path: Any) -> None:
    node = read(path.read_text(encoding="utf-8"), path.name)
    assert STACK.is_valid(plain(node)) == engine_accepts(node)


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
    validator = jsonschema.Draft202012Validator(schema)
    for value in ANYTHING:
        report = Report()
        check(nodes({key.name: value}), shape.declared, report)
        complaints = [item for item in report.items if item.summary.startswith((f"{key.name}:", f"{key.name} "))]
        missing = value is None and key.required
        assert validator.is_valid(value) == (not complaints and not missing), (value, complaints)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_generated_values_of_every_type(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(RECORDS))
    value = data.draw(values(shape))
    errors = [error.message for error in VALIDATORS[shape].iter_errors(value)]
    report = Report()
    check(nodes(value), shape.declared, report)
    found = [in_a_line(item) for item in report.items if item.code not in BEYOND_SCHEMA]
    assert bool(errors) == bool(found), (shape.name, value, errors, found)


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


def test_the_complete_document_is_valid() -> None:
    report = Report()
    check(nodes(COMPLETE), ServiceStack, report)
    assert [in_a_line(item) for item in report.items] == []
    assert [error.message for error in STACK.iter_errors(COMPLETE)] == []


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(_places(COMPLETE)[1:]), st.sampled_from(ANYTHING))
def test_mutations_of_a_complete_document(path: tuple[Any, ...], new: Any) -> None:
    document = _changed(COMPLETE, path, new)
    assert STACK.is_valid(document) == engine_accepts(nodes(document)), (path, new)


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
    assert not engine_accepts(node), value
