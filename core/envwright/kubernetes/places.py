"""Paths into documents and declarations, and the places they stand at."""

from __future__ import annotations

from collections.abc import Callable

from envwright.model.mark import Mark

Path = tuple[str | int, ...]
"""Keys and list positions from a root: of a document, or of a unit's declaration."""

Place = Callable[[Path], Mark]
"""Answers where a part of a unit's declaration stands: `("patches", 0)`. The unit's own place is good enough."""


def dotted(path: Path) -> str:
    """Return the path as people write it: `spec.containers[0].image`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
