"""Durations as the contract writes them."""

from __future__ import annotations

import re

UNITS = {"h": 3600, "m": 60, "s": 1}
PARTS = re.compile(r"([0-9]+)([hms])")


def seconds(text: str) -> int:
    """Return how many seconds a duration such as `90s` or `1h30m` lasts. Raises ValueError for any other text."""
    parts = PARTS.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(number) * UNITS[unit] for number, unit in parts)
