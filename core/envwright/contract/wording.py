"""Shapes in a user's words: for diagnostics, the JSON Schema and the reference."""

from __future__ import annotations

from envwright.contract.shapes import ChoiceShape, FlagShape, KeyShape, NumberShape, ScalarShape, TextShape
from envwright.model.contract.types import Range


def expected(shape: ScalarShape) -> str:
    """Return what a scalar's place takes: `text`, `a whole number from 1 to 9`, `one of a, b`."""
    if isinstance(shape, TextShape):
        return "text"
    if isinstance(shape, FlagShape):
        return "`true` or `false`"
    if isinstance(shape, ChoiceShape):
        return "one of " + ", ".join(value or '""' for value in shape.values)
    return _number(shape)


def _number(shape: NumberShape) -> str:
    least, most = shape.range
    kind = "a number" if shape.fraction else "a whole number"
    if least is not None and most is not None:
        return f"{kind} from {least} to {most}"
    return f"{kind} of {least} or more" if least is not None else f"{kind} up to {most}" if most is not None else kind


def explanation(key: KeyShape) -> str:
    """Return the description of a key and what its type does not show, in Markdown sentences."""
    shape, sentences = key.shape, [key.description]
    if isinstance(shape, TextShape) and shape.pattern is not None:
        sentences.append(f"Takes {shape.pattern.says}.")
    if isinstance(shape, NumberShape) and shape.range != Range():
        sentences.append(f"Takes {expected(shape)}.")
    if isinstance(shape, TextShape | NumberShape | FlagShape | ChoiceShape) and shape.templated:
        sentences.append("May hold a template.")
    for sibling, values in key.allowed_with:
        sentences.append(f"Only with `{sibling}` {_or(values)}.")
    for sibling, values in key.required_with:
        sentences.append(f"Needed with `{sibling}` {_or(values)}.")
    return " ".join(sentences)


def _or(values: tuple[str, ...]) -> str:
    *first, last = (f"`{value}`" for value in values)
    return f"{', '.join(first)} or {last}" if first else last
