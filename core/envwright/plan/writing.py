"""Plans and transitions as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from envwright.model.plan import Plan
from envwright.model.value import Value
from envwright.plan.canonical import digest_of_bytes

_STEP = "  "
_WORDS: dict[str, str] = {}


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
    word = _WORDS.get(name)
    if word is None:
        first, *others = name.split("_")
        word = _WORDS[name] = first + "".join(map(str.capitalize, others))
    return word


def _text(value: Any, line: str) -> str:
    """Return `value` as JSON; `line` is a line break with the indentation of the line that the value begins on."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    inner = line + _STEP
    if isinstance(value, Value):
        entries = [f'"{camel_case(name)}": {_text(item, inner)}' for name, item in value.__dict__.items()]
        return _block("{", entries, "}", line)
    if isinstance(value, Mapping):
        entries = [f"{encode_basestring(name)}: {_text(value[name], inner)}" for name in sorted(value)]
        return _block("{", entries, "}", line)
    if isinstance(value, list | tuple):
        return _block("[", [_text(item, inner) for item in value], "]", line)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _number(value: float) -> str:
    if value != value or value in {float("inf"), float("-inf")}:
        raise TypeError(f"{value} is not a JSON value")
    return repr(value)


def _block(opening: str, entries: list[str], closing: str, line: str) -> str:
    if not entries:
        return opening + closing
    inner = line + _STEP
    return opening + inner + f",{inner}".join(entries) + line + closing
