"""The bytes of plan.json."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.model.rendered import RenderedUnit
from envwright.plan.canonical import canonical_json, digest_of_bytes
from envwright.plan.reading import read_plan
from envwright.plan.writing import json_bytes, plan_bytes
from tests.plan.stacks import stacks
from tests.plan.trees import tree
from tests.support.plans import plan_of, shop, unit

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_json_is_written_as_the_standard_library_writes_it(value: Any) -> None:
    expected = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    assert json_bytes(value) == expected.encode()


@settings(max_examples=30, deadline=None)
@given(stacks())
def test_a_plan_is_read_back_as_it_was(units: tuple[RenderedUnit, ...]) -> None:
    plan = plan_of(*units)
    assert read_plan(plan_bytes(plan)) == plan


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(min_size=1), JSON, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_a_dict_does_not_reach_the_bytes(values: dict[str, Any], random: Any) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)
    one, other = plan_of(unit("a"), vars=values), plan_of(unit("a"), vars=dict(shuffled))
    assert plan_bytes(one) == plan_bytes(other)


def test_fields_keep_the_order_of_their_declaration_and_are_in_camel_case() -> None:
    document = json.loads(plan_bytes(plan_of(unit("a"))))
    assert list(document)[:4] == ["schemaVersion", "oldestReconciler", "project", "environment"]
    assert list(document["steps"][0])[:7] == ["id", "verb", "phase", "unit", "needs", "timeout", "onFailure"]


def test_text_is_utf_8_as_it_is() -> None:
    assert "Привет 🎉".encode() in plan_bytes(plan_of(unit("a"), vars={"greeting": "Привет 🎉"}))


def test_the_digest_is_of_the_bytes() -> None:
    made = tree(*shop())
    assert made.digest == digest_of_bytes(plan_bytes(made.plan))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"", {1}, object()])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is not a JSON value"):
        json_bytes({"a": [value]})


def test_canonical_json_has_one_spelling() -> None:
    assert canonical_json({"b": [1, None], "a": "ü"}) == '{"a":"ü","b":[1,null]}'.encode()
