"""Plans and transitions as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from json.encoder import encode_basestring as _quoted
from math import isfinite
from typing import Any

from envwright.model.plan import Plan
from envwright.model.value import Value

_STEP = "  "


def plan_bytes(plan: Plan) -> bytes:
    """Return the bytes of `plan.json`: two-space JSON in UTF-8, the fields in the order of their declaration."""
    return json_bytes(plan)


def json_bytes(value: Any) -> bytes:
    """Return values and plain JSON values as two-space JSON with a line break at the end.

    Fields of a Value keep the order of their declaration and are named in camelCase, the keys of maps are sorted.
    Raises TypeError for what JSON does not know.
    """
    # `json.dumps` with an indent takes its slow path, written in Python: three times as long for a large plan, measured
    return (_text(value, "\n") + "\n").encode()


def camel_case(name: str) -> str:
    """Return how the field `name` is spelled in JSON: `on_failure` is `onFailure`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _text(value: Any, line: str) -> str:
    """Return `value` as JSON; `line` is a line break with the indentation of the line that the value begins on."""
    # in the order of how often a plan asks
    if type(value) is str:
        return _quoted(value)
    if value is True or value is False or value is None:
        return _WORDS[value]
    inner = line + _STEP
    if isinstance(value, Value):
        declared: Any = type(value)  # mypy takes the class of a frozen value for unhashable
        texts = [_quoted(each) if type(each) is str else _text(each, inner) for each in value.__dict__.values()]
        return _form(declared, line) % tuple(texts)
    if isinstance(value, tuple | list):
        return _block("[", [_text(each, inner) for each in value], "]", line)
    if isinstance(value, Mapping):
        return _block("{", [f"{_quoted(name)}: {_text(value[name], inner)}" for name in sorted(value)], "}", line)
    if isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return repr(value)
    raise TypeError(f"{value!r} is not a JSON value")


_WORDS = {True: "true", False: "false", None: "null"}


@cache
def _form(declared: type[Any], line: str) -> str:
    """Return the JSON of a Value that begins on `line`, with `%s` for each field."""
    return _block("{", [f'"{camel_case(name)}": %s' for name in declared.fields], "}", line)


def _block(opening: str, entries: list[str], closing: str, line: str) -> str:
    if not entries:
        return opening + closing
    inner = line + _STEP
    return opening + inner + f",{inner}".join(entries) + line + closing
