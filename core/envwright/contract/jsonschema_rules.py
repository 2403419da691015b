"""Rules between the keys of one record, as `if` and `then` of a JSON Schema."""

from __future__ import annotations

from typing import Any

from envwright.contract.shapes import ChoiceShape, RecordShape

Schema = dict[str, Any]


def record_rules(shape: RecordShape) -> list[Schema]:
    """Return what `envwright.contract.rules` checks of one record; a record without rules gives none."""
    rules = [*_allowed_with(shape), *_required_with(shape)]
    for group in (*shape.exclusive, *([shape.exactly_one] if shape.exactly_one else [])):
        rules.extend(_at_most_one(group))
    if shape.exactly_one and not shape.partial:
        rules.append(_at_least_one(shape.exactly_one))
    return rules


def _allowed_with(shape: RecordShape) -> list[Schema]:
    """Return one rule per set of values that forbid the same keys.

    It asks for the values that forbid, not for those that allow: a template or a mistake in it forbids nothing.
    """
    forbidden: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for key in shape.conditional:
        for sibling, allowed in key.allowed_with:
            others = tuple(value for value in _values(shape, sibling) if value not in allowed)
            forbidden.setdefault((sibling, others), []).append(key.name)
    return [
        {"if": _says(sibling, values), "then": _all_unset(keys, f"does not go with {sibling} {' or '.join(values)}")}
        for (sibling, values), keys in forbidden.items()
    ]


def _required_with(shape: RecordShape) -> list[Schema]:
    return [
        {"if": _says(sibling, values), "then": _set(key.name)}
        for key in shape.conditional
        for sibling, values in key.required_with
    ]


def _at_most_one(group: tuple[str, ...]) -> list[Schema]:
    pairs = [(name, list(group[index + 1 :])) for index, name in enumerate(group[:-1])]
    return [{"if": _set(name), "then": _all_unset(others, f"excludes {name}")} for name, others in pairs]


def _at_least_one(group: tuple[str, ...]) -> Schema:
    first, *others = group
    return {"if": _all_unset(others), "then": _set(first)}


def _values(shape: RecordShape, sibling: str) -> tuple[str, ...]:
    declared = shape.keys[sibling].shape
    return declared.values if isinstance(declared, ChoiceShape) else ()


def _says(sibling: str, values: tuple[str, ...]) -> Schema:
    return {"required": [sibling], "properties": {sibling: {"enum": list(values)}}}


def _set(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _all_unset(names: list[str], message: str = "") -> Schema:
    unset = {"type": "null", "errorMessage": message} if message else {"type": "null"}
    return {"properties": {name: dict(unset) for name in names}}
