"""Step 6 on nodes: every template becomes a value of the type that its place asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from envwright.contract.found import quoted
from envwright.contract.rewrite import rewrite
from envwright.contract.scalars import check_scalar
from envwright.contract.shapes import AnyShape, FlagShape, NumberShape, ScalarShape, TextShape, shape_of
from envwright.contract.wording import expected
from envwright.model.diagnostic import Refused, Report
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.templates.formatting import text_of
from envwright.templates.values import described

# what Go's strconv.ParseBool knows, in any case
_TRUE = frozenset({"1", "t", "true"})
_FALSE = frozenset({"0", "f", "false"})

Evaluate = Callable[[Scalar], object]
"""Gives a template's result: text, or the value of a scalar that is one whole expression. Raises Refused."""


def evaluate_templates(
    node: Node,
    annotation: Any,
    evaluate: Evaluate,
    report: Report,
    *,
    empty_unsets: bool = False,
    everywhere: bool = False,
) -> Node:
    """Return `node`, a value of `annotation`, with the scalars that hold a template replaced by their results.

    A result is converted to the type of its place: text by Go's ParseBool to a truth value, digits to a number, a
    scalar to text; None unsets. Free JSON takes the result as it is, maps and lists too. Two rules of older formats:
    `empty_unsets`, empty text unsets where something else than text is asked for; `everywhere`, any scalar may hold a
    template, not only where the contract says so. Reports EW207 for a result that does not fit, and what `evaluate`
    raises; such a scalar stays as it is.
    """

    def change(scalar: Scalar, shape: ScalarShape | AnyShape, label: str) -> Node:
        if not (isinstance(shape, AnyShape) or shape.templated or everywhere):
            return scalar
        try:
            result = evaluate(scalar)
        except Refused as refused:
            report.extend(refused.diagnostics)
            return scalar
        if isinstance(shape, AnyShape):
            return node_of(result, scalar)
        if everywhere and isinstance(result, bool | int | float):
            result = _plain_text(result)  # older formats render text before they read it
        if empty_unsets and not isinstance(shape, TextShape) and isinstance(result, str) and not result.strip():
            result = None
        return _typed(result, scalar, shape, label, report)

    return rewrite(node, shape_of(annotation), change, holding="{{")


def node_of(value: object, origin: Scalar) -> Node:
    """Return the node for a value that a template at `origin` gave; every node in it has the template's mark."""
    if isinstance(value, Mapping):
        entries = {str(name): Entry(origin.mark, node_of(item, origin)) for name, item in value.items()}
        return Map(entries, origin.mark, origin.via, origin.overrode)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Seq(tuple(node_of(item, origin) for item in value), origin.mark, origin.via, origin.overrode)
    if isinstance(value, str):
        return origin._replace(text=value, style='"')
    return origin._replace(text=_plain_text(value), style="")


def _plain_text(value: object) -> str:
    """Return the plain scalar that every version of YAML reads as this null, truth value or number."""
    if value is None:
        return "null"
    if isinstance(value, float):
        mantissa, exponent, power = repr(value).partition("e")
        return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else repr(value)
    return text_of(value)


def _typed(result: object, scalar: Scalar, shape: ScalarShape, label: str, report: Report) -> Node:
    if result is None:
        return node_of(None, scalar)
    if isinstance(result, Mapping | Sequence) and not isinstance(result, str):
        kind = "a map" if isinstance(result, Mapping) else "a list"
        report.error("EW207", f"{label} takes {expected(shape)}, the template gave {kind}", scalar.mark)
        return scalar
    replacement = node_of(_converted(result, shape), scalar)
    faults = Report()
    check_scalar(replacement, shape, label, faults, templates=False)
    if not faults.items:
        return replacement
    fault = faults.items[0]
    wanted = fault.hint if fault.code == "EW106" else f"{label} takes {expected(shape)}"
    report.error("EW207", f"{label}: the template gave {_shown(result, scalar)}", scalar.mark, hint=wanted)
    return scalar


def _shown(result: object, scalar: Scalar) -> str:
    """Return the result for a message; only its kind if it may be made of a passed variable, which may be a secret."""
    if "env" in scalar.text:  # all functions that read variables have it in their names
        return described(result)
    return quoted(result) if isinstance(result, str) else text_of(result)


def _converted(result: object, shape: ScalarShape) -> object:
    """Return the result as the type of its place, or as it is where that cannot be."""
    if not isinstance(result, str):
        return result if isinstance(shape, FlagShape | NumberShape) else text_of(result)
    text = result.strip()
    if isinstance(shape, FlagShape) and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if isinstance(shape, NumberShape):
        return _number(text, shape.fraction)
    return result


def _number(text: str, fraction: bool) -> object:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        return int(text)
    whole, point, rest = digits.partition(".")
    if fraction and point and (whole + rest).isascii() and whole.isdigit() and rest.isdigit():
        return float(text)
    return text
