"""JSON as people read it: what fits a line stands on one line."""

from __future__ import annotations

import json
from typing import Any

_WIDTH = 120


def json_text(value: Any) -> str:
    """Return `value` as the text of a JSON file, in the order of its keys, with a line break at the end."""
    return _lines(value, "", 0) + "\n"


def _lines(value: Any, indent: str, used: int) -> str:
    """Return `value` for a place after `used` characters of a line; further lines begin with `indent`."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or used + len(line) < _WIDTH:
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        parts = [deeper + _lines(item, deeper, len(deeper)) for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    parts = []
    for name, item in value.items():
        start = f"{deeper}{json.dumps(name, ensure_ascii=False)}: "
        parts.append(start + _lines(item, deeper, len(start)))
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
