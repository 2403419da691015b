"""Plans and transitions as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as _quoted
from math import isfinite
from typing import Any

from envwright.model.plan import Plan
from envwright.model.value import Value
from envwright.plan.canonical import digest_of_bytes

_STEP = "  "


class _Spelling(dict[str, str]):
    """How fields are spelled in JSON, remembered: a large plan asks a hundred thousand times."""

    def __missing__(self, name: str) -> str:
        first, *others = name.split("_")
        self[name] = spelled = first + "".join(map(str.capitalize, others))
        return spelled


_SPELLED = _Spelling()


def plan_bytes(plan: Plan) -> bytes:
    """Return the bytes of `plan.json`: two-space JSON in UTF-8, the fields in the order of their declaration."""
    return json_bytes(plan)


def plan_digest(plan: Plan) -> str:
    """Return `sha256:` of the bytes of `plan.json`, as the trailer `Plan-Digest` has it."""
    return digest_of_bytes(plan_bytes(plan))


def json_bytes(value: Any) -> bytes:
    """Return values and plain JSON values as two-space JSON with a line break at the end.

    Fields of a Value keep the order of their declaration and are named in camelCase, the keys of maps are sorted.
    Raises TypeError for what JSON does not know.
    """
    # `json.dumps` with an indent takes its slow path, written in Python: 4 times as long for a large plan, measured
    return (_text(value, "\n") + "\n").encode()


def camel_case(name: str) -> str:
    """Return how the field `name` is spelled in JSON: `on_failure` is `onFailure`."""
    return _SPELLED[name]


def _text(value: Any, line: str) -> str:
    """Return `value` as JSON; `line` is a line break with the indentation of the line that the value begins on."""
    inner = line + _STEP
    if isinstance(value, Value):
        entries = [f'"{_SPELLED[name]}": {_item(each, inner)}' for name, each in value.__dict__.items()]
        return _block("{", entries, "}", line)
    if isinstance(value, Mapping):
        entries = [f"{_quoted(name)}: {_item(value[name], inner)}" for name in sorted(value)]
        return _block("{", entries, "}", line)
    if isinstance(value, list | tuple):
        return _block("[", [_item(each, inner) for each in value], "]", line)
    return _scalar(value)


def _item(value: Any, line: str) -> str:
    # most of a plan is text: it is worth a way of its own
    return _quoted(value) if type(value) is str else _text(value, line)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and isfinite(value):
        return repr(value)
    raise TypeError(f"{value!r} is not a JSON value")


def _block(opening: str, entries: list[str], closing: str, line: str) -> str:
    if not entries:
        return opening + closing
    inner = line + _STEP
    return opening + inner + f",{inner}".join(entries) + line + closing
