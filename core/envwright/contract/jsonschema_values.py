"""What may stand at one place, as JSON Schema: text, numbers, lists, maps, references to records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.contract.scalars import matches
from envwright.contract.shapes import (
    ChoiceShape,
    FlagShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
)

Schema = dict[str, Any]

_TEMPLATE = r"\{\{"
_NO_TEMPLATE = rf"(?![\s\S]*{_TEMPLATE})"
_NO_ROOT = "(?!/)"


def shape_schema(shape: Shape, *, nullable: bool) -> Schema:
    """Return the schema of a value; `nullable` where `null` may stand instead of it, because it unsets."""
    if isinstance(shape, RecordShape):
        return {"$ref": f"#/$defs/{shape.name}"}  # its definition says whether null may stand for it
    if isinstance(shape, ListShape):
        return {"type": types(shape, nullable=nullable), "items": shape_schema(shape.item, nullable=False)}
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
        return {"type": types(shape, nullable=nullable), **template}
    return {}


def types(shape: Shape, *, nullable: bool) -> str | list[str]:
    """Return what stands under `type`: a name, or a list of names."""
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
    schema: Schema = {"type": types(shape, nullable=nullable)}
    pattern = shape.name.pattern
    if pattern is not None:
        schema["propertyNames"] = {"pattern": f"^({pattern.regex})$", "patternErrorMessage": f"takes {pattern.says}"}
    return {**schema, "additionalProperties": shape_schema(shape.item, nullable=True) or True}


def _text(shape: TextShape, *, nullable: bool) -> Schema:
    schema: Schema = {"type": types(shape, nullable=nullable)}
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
    schema: Schema = {"type": types(shape, nullable=nullable)}
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
        return {"type": types(shape, nullable=nullable), **values}
    template = {"type": "string", "pattern": _TEMPLATE}
    return {"type": types(shape, nullable=nullable), "if": template, "else": values}
