"""JSON values as YAML on one line: examples in hints and in the reference."""

from __future__ import annotations

import json
from typing import Any

from envwright.yaml.scalars import core_value
from envwright.yaml.versions import disagreement

_INDICATORS = frozenset("{}[],:\"'#\n|>&*!%@`")


def flow(value: Any) -> str:
    """Return a JSON value in YAML's flow style, quoted where YAML asks for it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(name)}: {flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _is_plain(value):
        return value
    if isinstance(value, str) and '"' in value and not set(value) & {"'", "\n"}:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    if core_value(text) != text or disagreement(text) or set(text) & _INDICATORS or text != text.strip():
        return False
    return text[0].isalnum() or text[0] in "./_"
