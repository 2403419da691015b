"""Scalars against the shapes that take one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import isfinite

from envwright.contract.found import ambiguity, describe, meaning, quoted
from envwright.contract.shapes import AnyShape, ChoiceShape, FlagShape, NumberShape, ScalarShape, TextShape
from envwright.contract.wording import expected
from envwright.model.diagnostic import Report
from envwright.model.nodes import Node, Scalar
from envwright.model.suggest import did_you_mean


def check_scalar(node: Node, shape: ScalarShape, label: str, report: Report, *, templates: bool) -> None:
    """Report what is wrong with `node` where `shape` stands; `templates` as in `check`.

    Reports EW102 for another type, EW106 for a value outside of pattern, range or choice, EW109 for an absolute path,
    EW011 for a plain scalar that YAML's versions read differently.
    """
    if not isinstance(node, Scalar):
        _refuse_type(node, shape, label, report)
    elif "{{" in node.text and shape.templated:
        if not templates:
            _check_value(node, shape, label, report)
    elif "{{" in node.text:
        report.error("EW106", f"{label} takes no template", node.mark, hint="write the value itself")
    elif node.style or not refuse_ambiguous(node, shape, label, report):
        _check_value(node, shape, label, report)


def refuse_ambiguous(scalar: Scalar, shape: ScalarShape | AnyShape, label: str, report: Report) -> bool:
    """Report EW011 for a plain scalar that YAML 1.1 and 1.2 read differently; return whether it is one."""
    difference = ambiguity(scalar)
    if difference:
        hint = _UNAMBIGUOUS.get(type(shape), f'quote it: "{scalar.text}"')
        report.error("EW011", f"{label}: {difference}", scalar.mark, hint=hint)
    return bool(difference)


def refuse_infinite(scalar: Scalar, label: str, report: Report) -> None:
    """Report EW106 for `.inf` and `.nan`, which JSON does not have."""
    value = meaning(scalar)
    if isinstance(value, float) and not isfinite(value):
        report.error(
            "EW106", f"{label}: {scalar.text} is no number in JSON", scalar.mark, hint="quote it if it is text"
        )


_UNAMBIGUOUS: dict[type, str] = {
    FlagShape: "write `true` or `false`",
    NumberShape: "write it as a decimal number without a leading zero",
    AnyShape: "quote it if it is text, or write the value that is meant",
}


def _check_value(scalar: Scalar, shape: ScalarShape, label: str, report: Report) -> None:
    _CHECKS[type(shape)](scalar, shape, label, report)


def _check_text(scalar: Scalar, shape: TextShape, label: str, report: Report) -> None:
    if not scalar.style:
        value = meaning(scalar)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not isinstance(value, str) and not (number and shape.takes_numbers):
            _refuse_type(scalar, shape, label, report)
            return
    if shape.pattern is not None and not matches(shape.pattern.regex, scalar.text):
        summary = f"{label}: {quoted(scalar.text)} is not allowed"
        report.error("EW106", summary, scalar.mark, hint=f"it takes {shape.pattern.says}")
    elif shape.path is not None and scalar.text.startswith("/"):
        hint = "write a path relative to this file"
        report.error("EW109", f"{label}: {quoted(scalar.text)} is an absolute path", scalar.mark, hint=hint)


def _check_number(scalar: Scalar, shape: NumberShape, label: str, report: Report) -> None:
    value = meaning(scalar)
    kinds = (int, float) if shape.fraction else (int,)
    if not isinstance(value, kinds) or isinstance(value, bool):
        _refuse_type(scalar, shape, label, report)
        return
    least, most = shape.range
    if (least is not None and value < least) or (most is not None and value > most):
        report.error(
            "EW106", f"{label}: {scalar.text} is out of range", scalar.mark, hint=f"it takes {expected(shape)}"
        )


def _check_flag(scalar: Scalar, shape: FlagShape, label: str, report: Report) -> None:
    if not isinstance(meaning(scalar), bool):
        _refuse_type(scalar, shape, label, report)


def _check_choice(scalar: Scalar, shape: ChoiceShape, label: str, report: Report) -> None:
    value = meaning(scalar)
    if not isinstance(value, str):
        _refuse_type(scalar, shape, label, report)
    elif value not in shape.values:
        hint = did_you_mean(value, shape.values) or f"it takes {expected(shape)}"
        report.error("EW106", f"{label}: {quoted(value)} is not allowed", scalar.mark, hint=hint)


def _refuse_type(node: Node, shape: ScalarShape, label: str, report: Report) -> None:
    hint = _hint(node, shape) if isinstance(node, Scalar) else ""
    report.error("EW102", f"{label} takes {expected(shape)}, found {describe(node)}", node.mark, hint=hint)


def _hint(scalar: Scalar, shape: ScalarShape) -> str:
    """Return how to write the scalar so that it fits, empty if quotes are not what is wrong with it."""
    if isinstance(shape, TextShape):
        says = "" if shape.pattern is None else f"it takes {shape.pattern.says}"
        if not scalar.text or (shape.pattern and not matches(shape.pattern.regex, scalar.text)):
            return says
        return f'quote it if it is text: "{scalar.text}"'
    if scalar.style and scalar.style in "'\"":
        fits = Report()
        _check_value(scalar._replace(style=""), shape, "", fits)
        return "" if fits.items else f"write it without quotes: {scalar.text}"
    return ""


@cache
def _full_match(regex: str) -> Callable[[str], object]:
    return re.compile(regex).fullmatch


def matches(regex: str, text: str) -> bool:
    """Whether the whole text matches."""
    return _full_match(regex)(text) is not None


_CHECKS: dict[type, Callable[..., None]] = {
    TextShape: _check_text,
    NumberShape: _check_number,
    FlagShape: _check_flag,
    ChoiceShape: _check_choice,
}
