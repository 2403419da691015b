"""Shapes in a user's words: for diagnostics, the JSON Schema and the reference."""

from __future__ import annotations

from envwright.contract.shapes import ChoiceShape, FlagShape, KeyShape, NumberShape, ScalarShape, TextShape


def expected(shape: ScalarShape) -> str:
    """Return what a scalar's place takes: `text`, `a whole number`, `one of a, b`."""
    if isinstance(shape, TextShape):
        return "text"
    if isinstance(shape, FlagShape):
        return "`true` or `false`"
    if isinstance(shape, ChoiceShape):
        return "one of " + ", ".join(value or '""' for value in shape.values)
    return "a number" if shape.fraction else "a whole number"


def bounds(shape: NumberShape) -> str:
    """Return the range of a number: `1 or more`; empty without one."""
    least, most = shape.range
    if least is not None and most is not None:
        return f"from {least} to {most}"
    return f"{least} or more" if least is not None else f"{most} or less" if most is not None else ""


def explanation(key: KeyShape) -> str:
    """Return the description of a key and what its type does not show, in Markdown sentences."""
    shape, sentences = key.shape, [key.description]
    if isinstance(shape, TextShape) and shape.pattern is not None:
        sentences.append(f"Takes {shape.pattern.says}.")
    if isinstance(shape, NumberShape) and bounds(shape):
        sentences.append(f"Takes {bounds(shape)}.")
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
