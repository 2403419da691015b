"""Parts of objects as they are read here: whatever shape is wrong is nothing, for the API server to refuse."""

from __future__ import annotations

from typing import Any

Map = dict[str, Any]


def part(content: Any, *path: str) -> Any:
    """Return what stands at a path of nested maps, None if nothing does."""
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def map_at(content: Any, *path: str) -> Map:
    """Return the map at a path, empty if there is none."""
    found = part(content, *path)
    return found if isinstance(found, dict) else {}


def numbered(value: Any) -> list[tuple[int, Map]]:
    """Return the maps of a list, each with its position."""
    return (
        [(index, item) for index, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []
    )


def maps(value: Any) -> list[Map]:
    """Return the maps of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """Return the texts of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
