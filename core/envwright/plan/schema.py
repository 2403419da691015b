"""The JSON Schemas of `plan.json` and `transition.json`, draft 2020-12, from the types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union

from envwright.contract.jsonschema import DRAFT
from envwright.model.contract.types import Pattern, Range
from envwright.model.plan import SCHEMA_VERSION, Plan
from envwright.model.transition import SCHEMA_VERSION as TRANSITION_VERSION
from envwright.model.transition import Transition
from envwright.model.value import Value
from envwright.plan.annotations import Hint, hint_of, hints_of, verb_of
from envwright.plan.writing import camel_case

BASE = "https://envwright.dev/schema/v1/"

Schema = dict[str, Any]

_SCALARS = {str: "string", int: "integer", bool: "boolean"}


def plan_schema() -> Schema:
    """Return the schema of `plan.json`."""
    return schema_of(Plan, "plan.schema.json", SCHEMA_VERSION)


def transition_schema() -> Schema:
    """Return the schema of `transition.json`."""
    return schema_of(Transition, "transition.schema.json", TRANSITION_VERSION)


def schema_of(root: type[Value], file: str, version: int) -> Schema:
    """Return the schema of documents of the type `root`; `file` ends its `$id`, `version` is their `schemaVersion`."""
    schema = {"$schema": DRAFT, "$id": BASE + file, "title": root.__name__, **_record(root)}
    schema["properties"]["schemaVersion"] = {**schema["properties"]["schemaVersion"], "const": version}
    return {**schema, "$defs": {each.__name__: _record(each) for each in _records_below(root)}}


def _records_below(root: type[Value]) -> list[type[Value]]:
    """Return the types that `root` is made of, sorted by name."""
    found: dict[str, type[Value]] = {}
    waiting = [root]
    while waiting:
        for annotation in hints_of(waiting.pop()).values():
            for member in _members(annotation):
                if member.__name__ not in found:
                    found[member.__name__] = member
                    waiting.append(member)
    return [found[name] for name in sorted(found)]


def _members(annotation: Any) -> Iterator[type[Value]]:
    hint = hint_of(annotation)
    if isinstance(hint.origin, type) and issubclass(hint.origin, Value):
        yield hint.origin
    elif hint.origin is not Literal:
        for argument in hint.arguments:
            yield from _members(argument)


def _record(declared: type[Value]) -> Schema:
    properties = {}
    for name, annotation in hints_of(declared).items():
        facts = declared.fields[name].facts
        about = {"description": facts["description"], "examples": [facts["example"]]}
        properties[camel_case(name)] = {**about, **_schema(annotation)}
    return {
        "type": "object",
        "description": " ".join((declared.__doc__ or "").split()),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema(annotation: Any) -> Schema:
    hint = hint_of(annotation)
    schema = _not_null(hint)
    if not hint.nullable:
        return schema
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _not_null(hint: Hint) -> Schema:
    if hint.origin is Union:
        return _union(hint.arguments)
    if hint.origin is tuple:
        return {"type": "array", "items": _schema(hint.arguments[0])}
    if hint.origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(hint.arguments[1])}
    if hint.origin is Literal:
        return {"enum": list(hint.arguments)}
    if hint.origin is Any:
        return {}
    if hint.origin in _SCALARS:
        return {"type": _SCALARS[hint.origin], **_limits(hint.facts)}
    return {"$ref": f"#/$defs/{hint.origin.__name__}"}


def _limits(facts: tuple[Any, ...]) -> Schema:
    limits: Schema = {}
    for fact in facts:
        if isinstance(fact, Pattern):
            limits["pattern"] = f"^({fact.regex})$"
        if isinstance(fact, Range):
            limits.update(
                {word: bound for word, bound in (("minimum", fact.least), ("maximum", fact.most)) if bound is not None}
            )
    return limits


def _union(members: tuple[type[Value], ...]) -> Schema:
    """Return the schema of a step: an editor offers the verbs, and then the keys of the verb at hand."""
    verbs = {verb_of(member): member.__name__ for member in members}
    return {
        "type": "object",
        "required": ["verb"],
        "properties": {"verb": {"enum": list(verbs)}},
        "allOf": [
            {
                "if": {"required": ["verb"], "properties": {"verb": {"const": verb}}},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for verb, name in verbs.items()
        ],
    }
