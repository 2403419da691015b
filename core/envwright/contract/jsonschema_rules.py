"""Rules between the keys of one record, as `if` and `then` of a JSON Schema.

Each rule recognizes one mistake in its `if` and refuses it in its `then`, by `false` at the key that is too much or by
`required` for the one that is missing: an editor marks that key, and no rule offers anything for completion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from envwright.contract.shapes import ChoiceShape, RecordShape

Schema = dict[str, Any]

SET = {"not": {"type": "null"}}
"""A key that is there and not null, where it is also required."""
_UNSET = {"type": "null"}


NOTHING_IN = {"not": {"type": "array", "minItems": 1}}
"""A list that is absent, null or empty."""


def record_rules(shape: RecordShape) -> list[Schema]:
    """Return the rules that hold for whatever part of a record stands in one file."""
    rules = [*_allowed_with(shape)]
    for group in (*shape.exclusive, shape.exactly_one):
        rules.extend(_refused({one: SET}, other, f"excludes {one}") for one, other in combinations(group, 2))
    return rules


def completeness_rules(shape: RecordShape, required: Iterable[str] = ()) -> list[Schema]:
    """Return the rules for a record that nothing completes any more; `required` are keys that must not be null."""
    rules = [_refused({}, name, f"{name} is missing", _UNSET) for name in required]
    rules.extend(_required_with(shape))
    if shape.exactly_one:
        first, *others = shape.exactly_one
        message = f"needs one of {', '.join(shape.exactly_one)}"
        rules.append(_missing(dict.fromkeys(others, _UNSET), first, message))
    return rules


def _allowed_with(shape: RecordShape) -> Iterator[Schema]:
    """Yield a rule per key. It asks for the values that forbid it: a template or a mistake there forbids nothing."""
    for key in shape.keys.values():
        for sibling, allowed in key.allowed_with:
            forbidding = [value for value in _values(shape, sibling) if value not in allowed]
            yield _refused({sibling: {"enum": forbidding}}, key.name, f"goes with {sibling} {' or '.join(allowed)}")


def _required_with(shape: RecordShape) -> Iterator[Schema]:
    for key in shape.demanded:
        for sibling, values in key.required_with:
            message = f"{key.name} is missing: {sibling} {' or '.join(values)} needs it"
            yield _missing({sibling: {"enum": list(values)}}, key.name, message)


def _values(shape: RecordShape, sibling: str) -> tuple[str, ...]:
    declared = shape.keys[sibling].shape
    return declared.values if isinstance(declared, ChoiceShape) else ()


def _refused(condition: Schema, name: str, message: str, state: Schema = SET) -> Schema:
    """Return the rule that `name` is not there in a state where the condition on other keys holds."""
    return {
        "if": {"required": [*condition, name], "properties": {**condition, name: state}},
        "then": {"properties": {name: False}, "errorMessage": message},
    }


def _missing(condition: Schema, name: str, message: str) -> Schema:
    """Return the rule that `name` is set where the condition on other keys holds."""
    stated = [other for other, schema in condition.items() if schema is not _UNSET]
    return {
        "if": {"required": stated, "properties": {**condition, name: _UNSET}},
        "then": {"required": [name], "properties": {name: False}, "errorMessage": message},
    }
