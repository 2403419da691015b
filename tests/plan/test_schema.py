"""The JSON Schemas say what the types say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envwright.contract.generate import stale
from envwright.model.diagnostic import Refused
from envwright.model.plan import Plan
from envwright.plan.generate import PLAN
from envwright.plan.reading import Mismatch, read_plan, read_value
from envwright.plan.schema import plan_schema, transition_schema
from envwright.plan.writing import plan_bytes
from tests.support.paths import ROOT
from tests.support.plans import plan_of, secret, shop

SCHEMAS = {"plan": plan_schema(), "transition": transition_schema()}


def test_the_committed_files_are_fresh() -> None:
    assert stale(ROOT, PLAN) == (), "run `make schema` and commit what it wrote"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_valid_and_has_its_address(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://envwright.dev/schema/v1/{name}.schema.json"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_description_and_an_example_that_is_valid(name: str) -> None:
    schema = SCHEMAS[name]
    for record in (schema, *schema["$defs"].values()):
        assert record["description"]
        assert record["additionalProperties"] is False
        for spelled, about in record["properties"].items():
            assert about["description"].endswith("."), spelled
            (example,) = about["examples"]
            Draft202012Validator({**about, "$defs": schema["$defs"]}).validate(example)


def test_an_editor_learns_the_verbs_and_then_the_keys() -> None:
    items = SCHEMAS["plan"]["properties"]["steps"]["items"]
    verbs = items["properties"]["verb"]["enum"]
    assert verbs == ["ensure-secret", "apply", "run-job", "wait-ready", "restart", "prune"]
    assert [rule["then"]["$ref"].rpartition("/")[2] for rule in items["allOf"]] == [
        "EnsureSecret",
        "Apply",
        "RunJob",
        "WaitReady",
        "Restart",
        "Prune",
    ]


def test_a_plan_is_valid() -> None:
    plan = plan_of(*shop(), secrets=[secret("db", copy_from=("shared", "db"))], variables=["A"])
    assert list(Draft202012Validator(SCHEMAS["plan"]).iter_errors(json.loads(plan_bytes(plan)))) == []


SAMPLE = json.loads(plan_bytes(plan_of(*shop()[:3], secrets=[secret("db")])))
VALIDATOR = Draft202012Validator(SCHEMAS["plan"])


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, each in below for place in places(each, (*path, key)))]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(places(SAMPLE)[1:]), st.sampled_from([None, True, 0, -1, "", "apply", [], {}, "DELETE"]))
def test_schema_and_reader_agree_on_every_change(place: tuple[Any, ...], value: Any) -> None:
    document = json.loads(json.dumps(SAMPLE))
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    if value == "DELETE":
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    assert readable(document) == VALIDATOR.is_valid(document)


def readable(document: Any) -> bool:
    """Return whether the document has the shape of a plan; references between its parts are no matter of a schema."""
    if document.get("schemaVersion") != 1:
        return False  # refused before anything else is looked at
    try:
        read_value(Plan, document)
    except Mismatch:
        return False
    return True


def test_another_version_is_refused_by_both() -> None:
    document = {**SAMPLE, "schemaVersion": 2}
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(Refused, match="a newer envwright wrote it"):
        read_plan(json.dumps(document).encode())
