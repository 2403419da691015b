"""What a plain scalar means: by YAML 1.2's core schema in services.yaml, as kubectl reads it in manifests.

Manifests are written for kubectl, so they are read as it does (sigs.k8s.io/yaml, a go-yaml 2): `yes`, `on` and `y` are
true, `0777` is octal, `1_000` a number, `12:30:45` and dates are text, and a number without a fraction becomes an
integer, however it was written, because the API server gets JSON. Numbers beyond 64 bits lose digits there and here.
"""

from __future__ import annotations

import re
from functools import lru_cache

Plain = str | int | float | bool | None

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CORE_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_KUBECTL_BOOLS = {
    **_CORE_BOOLS,
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "off", "Off", "OFF"], False),
}
_SPECIAL_FLOATS = {
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}

_CORE_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+").fullmatch
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?").fullmatch
_GO_INT = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))").fullmatch
_GO_POINT_FIRST = re.compile(r"\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?").fullmatch

_MAX_DIGITS = 400  # a longer number is above the largest float, and int() refuses thousands of digits
_EXACT_FLOATS = 1e21  # from here on Go writes a float with an exponent, even one without a fraction


def core_value(text: str) -> Plain:
    """Return what YAML 1.2's core schema makes of a plain scalar; an integer beyond 64 bits becomes a float."""
    if text in NULLS:
        return None
    if text[0] not in "+-.0123456789tTfF":
        return text
    if text in _CORE_BOOLS:
        return _CORE_BOOLS[text]
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if _CORE_INT(text) and len(text) <= _MAX_DIGITS:
        return _within_64_bits(_integer(text))
    return float(text) if _FLOAT(text) else text


def _integer(text: str) -> int:
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _within_64_bits(number: int) -> int | float:
    return number if -(2**63) <= number < 2**64 else float(number)


@lru_cache(maxsize=8192)  # a render repeats few words very often: this is its hottest function
def kubectl_value(text: str) -> Plain:
    """Return what kubectl makes of a plain scalar: infinities and NaN too, which have no place in its JSON."""
    if text in NULLS:
        return None
    first = text[0]
    if first in "yYnNtTfFoO":
        return _KUBECTL_BOOLS.get(text, text)
    if first in "+-.0123456789":
        if text in _SPECIAL_FLOATS:
            return _SPECIAL_FLOATS[text]
        return _kubectl_point_first(text) if first == "." else _kubectl_number(text)
    return text


def _kubectl_number(text: str) -> str | int | float:
    digits = text.replace("_", "")
    if len(digits) <= _MAX_DIGITS and (match := _GO_INT(digits)):
        sign, hexadecimal, binary, octal, decimal = match.groups()
        base = 16 if hexadecimal else 2 if binary else 8 if octal else 10
        number = int(sign + (hexadecimal or binary or octal or decimal), base)
        if -(2**63) <= number < 2**64:
            return number
    return _json_number(float(digits), text) if _FLOAT(digits) else text


def _kubectl_point_first(text: str) -> str | int | float:
    return _json_number(float(text), text) if _GO_POINT_FIRST(text) else text


def _json_number(number: float, text: str) -> str | int | float:
    if number in (float("inf"), float("-inf")):
        return text  # out of a float's range: Go leaves it text
    return int(number) if number.is_integer() and abs(number) < _EXACT_FLOATS else number
