"""Canonical YAML: for one value one text, so that a diff shows only what changed.

An object's keys come as apiVersion, kind, metadata, spec, then the rest; in every map below keys are sorted by code
point. Two blanks of indentation, lists in the column of their key as kubectl writes them, nothing folded, texts of
several lines as literal blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from envwright.yaml.quoting import inline, literal

_FIRST = ("apiVersion", "kind", "metadata", "spec")
_LONGEST_KEY = 1000  # parsers look no further than 1024 characters for a key's colon


def emit(value: Any) -> str:
    """Return one document: the canonical text of dicts with text keys, lists, text, numbers, booleans and None.

    It ends with a line break. Raises TypeError for a value of another type.
    """
    lines: list[str] = []
    if isinstance(value, dict) and value:
        first = [key for key in _FIRST if key in value]
        _map(value, [*first, *sorted(value.keys() - set(first))], "", lines)
    elif isinstance(value, list) and value:
        _list(value, "", lines)
    else:
        lines.append(_scalar(value, ""))
    lines.append("")
    return "\n".join(lines)


def _map(value: Mapping[str, Any], keys: Iterable[str], margin: str, lines: list[str]) -> None:
    for key in keys:
        below = value[key]
        written = inline(key)
        start = f"{margin}{written}:" if len(written) <= _LONGEST_KEY else f"{margin}? {written}\n{margin}:"
        if type(below) is str and "\n" not in below:  # most values
            lines.append(f"{start} {inline(below)}")
        elif type(below) is dict and below:
            lines.append(start)
            _map(below, sorted(below), margin + "  ", lines)
        elif type(below) is list and below:
            lines.append(start)
            _list(below, margin, lines)
        else:
            lines.append(f"{start} {_scalar(below, margin)}")


def _list(value: list[Any], margin: str, lines: list[str]) -> None:
    inner = margin + "  "
    for item in value:
        if type(item) is dict and item:
            first = len(lines)
            _map(item, sorted(item), inner, lines)
        elif type(item) is list and item:
            first = len(lines)
            _list(item, inner, lines)
        else:
            lines.append(f"{margin}- {_scalar(item, margin)}")
            continue
        lines[first] = f"{margin}- {lines[first][len(inner) :]}"


def _scalar(value: Any, margin: str) -> str:
    """Write a value that needs no lines of its own but those of a literal block."""
    if type(value) is str:
        block = literal(value, margin + "  ") if "\n" in value else None
        return inline(value) if block is None else block
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if value is None:
        return "null"
    if type(value) is float:
        return _float(value)
    if value == {} and type(value) is dict:
        return "{}"
    if value == [] and type(value) is list:
        return "[]"
    raise TypeError(f"no canonical YAML for {type(value).__name__}")


def _float(value: float) -> str:
    """Write a float that stays one in YAML 1.1 too: with a point, and a sign in its exponent."""
    if not isfinite(value):
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}[repr(value)]
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{exponent}{power}"
