"""What the declarations say of every key, and that their examples are right."""

from __future__ import annotations

import jsonschema
import pytest

from envwright.ast.plain import plain
from envwright.contract.check import check
from envwright.contract.flow import flow
from envwright.contract.jsonschema import stack_schema
from envwright.contract.places import records_below
from envwright.contract.shapes import KeyShape, ListShape, RecordShape, Shape, TableShape, record
from envwright.model.contract.stack import ServiceStack
from envwright.model.diagnostic import Report
from envwright.yaml.reader import read
from tests.contract.documents import nodes
from tests.support.paths import ROOT

SCHEMA = stack_schema()
RECORDS = records_below(record(ServiceStack))
LAYER = records_below(record(ServiceStack, partial=True))
KEYS = [(shape, key) for shape in RECORDS if not shape.partial for key in shape.keys.values()]
IDS = [f"{shape.name}.{key.name}" for shape, key in KEYS]


def properties(shape: RecordShape) -> dict[str, dict[str, object]]:
    schema = SCHEMA if shape.declared is ServiceStack else SCHEMA["$defs"][shape.name]
    found: dict[str, dict[str, object]] = schema["properties"]
    return found


@pytest.mark.parametrize(("shape", "key"), KEYS, ids=IDS)
def test_every_example_is_valid(shape: RecordShape, key: KeyShape) -> None:
    """An example stands in a record that is otherwise empty: only what is missing or decides elsewhere may be wrong."""
    report = Report()
    check(nodes({key.name: key.example}), shape.declared, report)
    beside = [item for item in report.items if item.code != "EW103" or item.summary.startswith(f"{key.name} ")]
    assert [item.summary for item in beside] == []
    schema = {**properties(shape)[key.name], "$defs": SCHEMA["$defs"]}
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(key.example)] == []


@pytest.mark.parametrize("shape", LAYER, ids=lambda shape: shape.name)
def test_every_key_of_the_schema_is_described(shape: RecordShape) -> None:
    assert properties(shape).keys() == shape.keys.keys()
    for name, schema in properties(shape).items():
        assert schema["title"] == name
        assert str(schema["description"]).endswith(".")
        assert schema["examples"]


@pytest.mark.parametrize(("_shape", "key"), KEYS, ids=IDS)
def test_examples_read_back_from_one_line(_shape: RecordShape, key: KeyShape) -> None:
    assert plain(read(f"example: {flow(key.example)}\n", "x.yaml")) == {"example": key.example}


def _seen(value: object, shape: Shape, found: set[tuple[str, str]]) -> None:
    if isinstance(shape, RecordShape) and isinstance(value, dict):
        for name, item in value.items():
            found.add((name, shape.keys[name].description))
            _seen(item, shape.keys[name].shape, found)
    elif isinstance(shape, ListShape | TableShape):
        for item in value if isinstance(value, list) else value.values():  # type: ignore[attr-defined]  # a map
            _seen(item, shape.item, found)


def test_the_complete_document_has_every_key() -> None:
    """A key that several types inherit counts once, and one with a short form may stand in that alone."""
    document = plain(read((ROOT / "tests/contract/complete.yaml").read_text(encoding="utf-8"), "complete.yaml"))
    found: set[tuple[str, str]] = set()
    _seen(document, record(ServiceStack), found)
    wanted = {(key.name, key.description) for shape, key in KEYS if key is not shape.shorthand}
    assert wanted - found == set()
