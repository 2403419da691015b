"""Values written as JSON and as YAML."""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from typing import Any

from envwright.templates.fault import Fault
from envwright.templates.floats import json_number
from envwright.templates.values import MAPS


def json_text(value: Any) -> str:
    """Return `value` as JSON on one line, keys sorted. Raises Fault (EW203) for infinities and NaN."""
    kind = type(value)
    if kind is str:
        return _json_string(value)
    if kind in MAPS:
        pairs = [f"{_json_string(name)}:{json_text(item)}" for name, item in sorted(value.items())]
        return f"{{{','.join(pairs)}}}"
    if kind in (list, tuple):
        return f"[{','.join([json_text(item) for item in value])}]"
    return _plain(value)


def yaml_text(value: Any) -> str:
    """Return `value` as block YAML without a newline at the end, keys sorted, quoted where a reader might differ.

    Raises Fault (EW203) for infinities and NaN.
    """
    return "\n".join(_yaml_lines(value))


def _json_string(text: str) -> str:
    # the line separators of Unicode are escaped, as Go does: YAML and JavaScript would break the line there
    return encode_basestring(text).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _plain(value: bool | int | float | None) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float:
        if value - value != 0:
            raise Fault("EW203", "an infinite number cannot be written", argument=0)
        return json_number(value)
    return str(value)


def _yaml_lines(value: Any) -> list[str]:
    if type(value) in MAPS and value:
        lines: list[str] = []
        for name, item in sorted(value.items()):
            lines += _yaml_entry(f"{_yaml_string(name)}:", _yaml_lines(item), item, "  ")
        return lines
    if type(value) in (list, tuple) and value:
        return [line for item in value for line in _yaml_item(_yaml_lines(item))]
    if type(value) is str:
        return [_yaml_string(value)]
    return [json_text(value)]


def _yaml_entry(head: str, lines: list[str], item: Any, indent: str) -> list[str]:
    if type(item) in MAPS and item:
        return [head, *(indent + line for line in lines)]
    if type(item) in (list, tuple) and item:
        return [head, *lines]
    return [f"{head} {lines[0]}"]


def _yaml_item(lines: list[str]) -> list[str]:
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


_YAML_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@-]*(?::[A-Za-z0-9_./@-]+)*")
_YAML_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def _yaml_string(text: str) -> str:
    if _YAML_PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    return _json_string(text)
