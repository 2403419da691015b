"""The JSON Schema of `services.yaml`, draft 2020-12, from the shapes.

It is written for editors. A type is one entry of `$defs`; a record with a shorthand is one schema with two types, as
`properties` only speaks of maps and `pattern` only of text; rules between keys are `if`/`then`. `null` unsets a key, so
it is allowed wherever a key is optional. `errorMessage` and `patternErrorMessage` are annotations of the YAML language
server, which other readers ignore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envwright.contract.json_text import json_text
from envwright.contract.jsonschema_rules import record_rules
from envwright.contract.places import records_below
from envwright.contract.scalars import matches
from envwright.contract.shapes import (
    ChoiceShape,
    FlagShape,
    KeyShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    record,
)
from envwright.contract.wording import explanation
from envwright.model.contract.stack import ServiceStack

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ID = "https://envwright.dev/schema/v1/services.schema.json"

Schema = dict[str, Any]

_TEMPLATE = r"\{\{"
_NO_TEMPLATE = rf"(?![\s\S]*{_TEMPLATE})"
_NO_ROOT = "(?!/)"


def stack_schema(plugins: Mapping[str, Mapping[str, Any]] | None = None) -> Schema:
    """Return the schema of a `services.yaml`.

    `plugins` maps the sections of the plugins at hand to the JSON Schemas of their models, and no other section is
    allowed then; None leaves `spec.plugins` open.
    """
    root, *records = records_below(record(ServiceStack))
    schema = {"$schema": DRAFT, "$id": ID, **_record(root, nullable=False)}
    definitions = {shape.name: _record(shape, nullable=True) for shape in records}
    if plugins is not None:
        sections = {name: _hoisted(name, model, definitions) for name, model in sorted(plugins.items())}
        definitions["Spec"]["properties"]["plugins"].update(properties=sections, additionalProperties=False)
    return {**schema, "$defs": definitions}


def stack_schema_text(plugins: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Return the schema as the text of a file."""
    return json_text(stack_schema(plugins))


def _hoisted(section: str, model: Mapping[str, Any], definitions: dict[str, Any]) -> Any:
    """Return the schema of a plugin's model, its own definitions moved to the others under names of the plugin's."""

    def renamed(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: f"#/$defs/{section}.{item.removeprefix('#/$defs/')}"
                if name == "$ref" and isinstance(item, str)
                else renamed(item)
                for name, item in value.items()
                if name != "$defs"
            }
        return [renamed(item) for item in value] if isinstance(value, list) else value

    for name, definition in model.get("$defs", {}).items():
        definitions[f"{section}.{name}"] = renamed(definition)
    return renamed(model)


def _record(shape: RecordShape, *, nullable: bool) -> Schema:
    schema: Schema = {"title": shape.name, "description": shape.description, "type": _types(shape, nullable=nullable)}
    if shape.shorthand is not None:
        short = _shape(shape.shorthand.shape, nullable=False)
        schema.update({name: fact for name, fact in short.items() if name != "type"})
    schema["properties"] = {name: _key(key) for name, key in shape.keys.items()}
    schema["additionalProperties"] = False
    if shape.required:
        schema["required"] = list(shape.required)
    rules = record_rules(shape)
    return {**schema, "allOf": rules} if rules else schema


def _key(key: KeyShape) -> Schema:
    schema = _shape(key.shape, nullable=not key.required)
    facts = {"title": key.name, "description": explanation(key), **schema}
    default = _default(key.default)
    if default is not None:
        facts["default"] = default
    return {**facts, "examples": _examples(key)}


def _examples(key: KeyShape) -> list[Any]:
    """Return the example; for a templated choice all values, as no editor looks into an `else` to complete them."""
    if not isinstance(key.shape, ChoiceShape) or not key.shape.templated:
        return [key.example]
    return [key.example, *(value for value in key.shape.values if value != key.example)]


def _default(value: Any) -> Any:
    """Return a default that is worth saying as JSON: None for what is empty, and for records."""
    if isinstance(value, tuple):
        items = [_default(item) for item in value]
        return items if items and None not in items else None
    return value if isinstance(value, bool | int | float) or (isinstance(value, str) and value) else None


def _shape(shape: Shape, *, nullable: bool) -> Schema:
    if isinstance(shape, RecordShape):
        schema: Schema = {"$ref": f"#/$defs/{shape.name}"}
        return schema if nullable else {**schema, "type": _types(shape, nullable=False)}
    if isinstance(shape, ListShape):
        return {"type": _types(shape, nullable=nullable), "items": _shape(shape.item, nullable=False)}
    if isinstance(shape, TableShape):
        return _table(shape, nullable=nullable)
    if isinstance(shape, TextShape):
        return _text(shape, nullable=nullable)
    if isinstance(shape, NumberShape):
        return _number(shape, nullable=nullable)
    if isinstance(shape, ChoiceShape):
        return _choice(shape, nullable=nullable)
    if isinstance(shape, FlagShape):
        template = {"pattern": _TEMPLATE, "patternErrorMessage": "true, false or a template"} if shape.templated else {}
        return {"type": _types(shape, nullable=nullable), **template}
    return {}


def _types(shape: Shape, *, nullable: bool) -> str | list[str]:
    names = [*_type_names(shape), *(["null"] if nullable else [])]
    return names[0] if len(names) == 1 else names


def _type_names(shape: Shape) -> Iterator[str]:
    if isinstance(shape, RecordShape):
        yield "object"
        yield from _type_names(shape.shorthand.shape) if shape.shorthand is not None else ()
    elif isinstance(shape, ListShape | TableShape):
        yield "array" if isinstance(shape, ListShape) else "object"
    elif isinstance(shape, TextShape | ChoiceShape):
        yield "string"
        if isinstance(shape, TextShape) and shape.takes_numbers:
            yield "integer" if shape.pattern and not matches(shape.pattern.regex, "0.5") else "number"
    elif isinstance(shape, NumberShape | FlagShape):
        yield ("number" if shape.fraction else "integer") if isinstance(shape, NumberShape) else "boolean"
        yield from ["string"] if shape.templated else []


def _table(shape: TableShape, *, nullable: bool) -> Schema:
    schema: Schema = {"type": _types(shape, nullable=nullable)}
    pattern = shape.name.pattern
    if pattern is not None:
        schema["propertyNames"] = {"pattern": f"^({pattern.regex})$", "patternErrorMessage": f"takes {pattern.says}"}
    return {**schema, "additionalProperties": _shape(shape.item, nullable=True) or True}


def _text(shape: TextShape, *, nullable: bool) -> Schema:
    schema: Schema = {"type": _types(shape, nullable=nullable)}
    says = "a path relative to this file" if shape.path is not None else "no template"
    if shape.pattern is not None:
        regex, says = f"^({shape.pattern.regex})$", shape.pattern.says
    else:
        regex = f"{_NO_ROOT if shape.path is not None else ''}{'' if shape.templated else _NO_TEMPLATE}"
        regex = f"^{regex}" if regex else ""
    if regex:
        schema["pattern"] = f"{regex}|{_TEMPLATE}" if shape.templated else regex
        schema["patternErrorMessage"] = f"takes {says}"
    if shape.takes_numbers and shape.pattern is not None and not matches(shape.pattern.regex, "-1"):
        schema["minimum"] = 0
    return schema


def _number(shape: NumberShape, *, nullable: bool) -> Schema:
    schema: Schema = {"type": _types(shape, nullable=nullable)}
    if shape.range.least is not None:
        schema["minimum"] = shape.range.least
    if shape.range.most is not None:
        schema["maximum"] = shape.range.most
    if shape.templated:
        schema.update(pattern=_TEMPLATE, patternErrorMessage="takes a number or a template")
    return schema


def _choice(shape: ChoiceShape, *, nullable: bool) -> Schema:
    values = {"enum": [*shape.values, *([None] if nullable else [])]}
    if not shape.templated:
        return {"type": _types(shape, nullable=nullable), **values}
    template = {"type": "string", "pattern": _TEMPLATE}
    return {"type": _types(shape, nullable=nullable), "if": template, "else": values}
