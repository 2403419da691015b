"""The JSON Schema of `services.yaml`, draft 2020-12, from the shapes.

A file says a part of what a stack is: imports, a file that imports it, and components may bring what it leaves out. So
there are two layers. The definition of a type says what its keys may hold, and requires only what nothing else could
bring: the name of an item, the keys of an item that is never merged. `Complete...` says what all files together must
have; it holds for a file that has `metadata`, as only a root file has, and no imports, but for services that `use` a
component.

The schema is written for editors. A record with a shorthand is one schema with two types, as `properties` only speaks
of maps and `pattern` only of text; rules between keys are `if` and `then`. `null` unsets a key, so it is allowed
wherever a key is optional. `errorMessage`, `patternErrorMessage` and `doNotSuggest` are annotations of the YAML
language server, which other readers ignore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envwright.contract.json_text import json_text
from envwright.contract.jsonschema_rules import NOTHING_IN, SET, completeness_rules, record_rules
from envwright.contract.jsonschema_values import Schema, shape_schema, types
from envwright.contract.places import records_below
from envwright.contract.shapes import ChoiceShape, KeyShape, ListShape, RecordShape, Shape, TableShape, record
from envwright.contract.wording import explanation
from envwright.model.contract.stack import ServiceStack
from envwright.model.value import Value

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ID = "https://envwright.dev/schema/v1/services.schema.json"


def stack_schema(plugins: Mapping[str, Mapping[str, Any]] | None = None) -> Schema:
    """Return the schema of a `services.yaml`.

    `plugins` maps the sections of the plugins at hand to the JSON Schemas of their models, and no other section is
    allowed then; None leaves `spec.plugins` open.
    """
    root, *records = records_below(record(ServiceStack, partial=True))
    unset = {shape for part in (root, *records) for shape in _records_that_null_unsets(part)}
    definitions = {shape.name: _record(shape, nullable=shape in unset) for shape in records}
    if len(definitions) != len(records):
        raise TypeError("a type stands where it is merged and where it is not: the schema has one name for it")
    complete = _complete(record(ServiceStack), definitions)
    if plugins is not None:
        _close_plugins(plugins, definitions)
    schema = {
        "$schema": DRAFT,
        "$id": ID,
        **_record(root, nullable=False),
        "required": ["apiVersion", "kind", "spec"],
    }
    return {**schema, "if": _WHOLE_STACK, "then": complete, "$defs": definitions}


_WHOLE_STACK = {
    "required": ["metadata"],
    "properties": {"metadata": SET, "spec": {"properties": {"imports": NOTHING_IN}}},
}


def model_schema(declared: type[Value]) -> Schema:
    """Return the schema of a type by itself, such as a plugin's settings, with the types below it in `$defs`."""
    root, *records = records_below(record(declared))
    definitions = {shape.name: _record(shape, nullable=False) for shape in records}
    schema = _record(root, nullable=False)
    return {**schema, "$defs": definitions} if definitions else schema


def stack_schema_text(plugins: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Return the schema as the text of a file."""
    return json_text(stack_schema(plugins))


def _records_that_null_unsets(shape: RecordShape) -> Iterator[RecordShape]:
    """Yield the records below the optional keys of a record, and those in maps; an item of a list is never null."""
    for key in shape.keys.values():
        below = key.shape.item if isinstance(key.shape, TableShape) else key.shape
        if isinstance(below, RecordShape) and (below is not key.shape or not key.required):
            yield below


def _record(shape: RecordShape, *, nullable: bool) -> Schema:
    """Return the definition of a type."""
    schema: Schema = {"title": shape.name, "description": shape.description, "type": types(shape, nullable=nullable)}
    if shape.shorthand is not None:
        short = shape_schema(shape.shorthand.shape, nullable=False)
        values = short.pop("enum", None)  # speaks of maps too, unlike the others
        schema.update({fact: value for fact, value in short.items() if fact != "type"})
        if values is not None:
            schema.update({"if": {"type": "string"}, "then": {"enum": values}})
    schema["properties"] = {key.name: _key(key) for key in shape.keys.values()}
    schema["additionalProperties"] = False
    if shape.required:
        schema["required"] = list(shape.required)
    rules = [*record_rules(shape), *([] if shape.partial else completeness_rules(shape))]
    return {**schema, "allOf": rules} if rules else schema


def _key(key: KeyShape) -> Schema:
    schema = shape_schema(key.shape, nullable=not key.required)
    facts = {"title": key.name, "description": explanation(key), **schema}
    default = _default(key.default)
    if default is not None and not key.allowed_with:  # editors write defaults down, also where the key may not stand
        facts["default"] = default
    return {**facts, "examples": _examples(key)}


def _examples(key: KeyShape) -> list[Any]:
    """Return the example and, where a choice stands in a `then` or an `else`, all values: no editor looks there."""
    return [key.example, *(value for value in _conditional_values(key.shape) if value != key.example)]


def _conditional_values(shape: Shape) -> tuple[Any, ...]:
    if isinstance(shape, RecordShape) and shape.shorthand is not None:
        short = shape.shorthand.shape
        return short.values if isinstance(short, ChoiceShape) else ()
    return shape.values if isinstance(shape, ChoiceShape) and shape.templated else ()


def _default(value: Any) -> Any:
    """Return a default that is worth saying as JSON: None for what is empty, and for records."""
    if isinstance(value, tuple):
        items = [_default(item) for item in value]
        return items if items and None not in items else None
    return value if isinstance(value, bool | int | float) or (isinstance(value, str) and value) else None


def _complete(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    """Return what a complete value has that one file may leave out, empty if that is nothing.

    Adds the definitions that it refers to.
    """
    if isinstance(shape, ListShape) and shape.key:
        items = _complete(shape.item, definitions)
        return {"items": items} if items else {}
    if isinstance(shape, TableShape):
        values = _complete(shape.item, definitions)
        return {"additionalProperties": values} if values else {}
    if not isinstance(shape, RecordShape) or shape.partial:
        return {}
    name = f"Complete{shape.name}"
    if name not in definitions:
        schema = _complete_record(shape, definitions)
        if not schema:
            return {}
        definitions[name] = schema
    return {"$ref": f"#/$defs/{name}"}


def _complete_record(shape: RecordShape, definitions: dict[str, Schema]) -> Schema:
    already = definitions.get(shape.name, {}).get("required", [])
    required = [name for name in shape.required if name not in already]
    below = {key.name: _complete(key.shape, definitions) for key in shape.keys.values() if not key.partial}
    # a `$ref` of its own, or the language server would not see what stands beside it
    properties = {name: {"allOf": [schema], "doNotSuggest": True} for name, schema in below.items() if schema}
    rules = completeness_rules(shape, required)
    parts = {"required": required, "properties": properties, "allOf": rules}
    schema: Schema = {keyword: value for keyword, value in parts.items() if value}
    if not schema or not shape.filled_by:
        return schema
    return {"if": {"properties": {shape.filled_by: NOTHING_IN}}, "then": schema}


def _close_plugins(plugins: Mapping[str, Mapping[str, Any]], definitions: dict[str, Schema]) -> None:
    """Allow the sections of these plugins and no other."""
    sections = {name: _section(name, model, definitions) for name, model in sorted(plugins.items())}
    definitions["Spec"]["properties"]["plugins"].update(properties=sections, additionalProperties=False)


def _section(section: str, model: Mapping[str, Any], definitions: dict[str, Schema]) -> Any:
    """Return the schema of a plugin's model, its own definitions moved to the others under names of the plugin's."""

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        rest = {name: moved(item) for name, item in value.items() if name not in ("$defs", "$ref")}
        reference = str(value.get("$ref", "")).removeprefix("#/$defs/")
        return {"$ref": f"#/$defs/{section}.{reference}", **rest} if reference else rest

    for name, definition in model.get("$defs", {}).items():
        definitions[f"{section}.{name}"] = moved(definition)
    schema = moved(model)
    return {**schema, "type": ["object", "null"]} if schema.get("type") == "object" else schema
