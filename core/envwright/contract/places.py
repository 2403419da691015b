"""Which records stand where below a shape."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.contract.shapes import ListShape, RecordShape, Shape, TableShape

_MOST = 3


def places_of(name: str, root: Shape) -> list[str]:
    """Return the paths of the records below `root` that know a key, as in `spec.services[].workload`, shortest first.

    Partial records are not looked at. More than three places help nobody: then there are none.
    """
    found = [path or "the root" for path, shape in _walk(root) if not shape.partial and name in shape.keys]
    return found if len(found) <= _MOST else []


def records_below(root: RecordShape) -> list[RecordShape]:
    """Return `root` and every record below it, those nearest to the root first."""
    return [shape for _, shape in _walk(root)]


def _walk(root: Shape) -> Iterator[tuple[str, RecordShape]]:
    """Visit every record once, level by level, with the path by which it was reached first."""
    seen: set[RecordShape] = set()
    level = [("", root)]
    while level:
        below: list[tuple[str, Shape]] = []
        for path, shape in level:
            if isinstance(shape, ListShape):
                below.append((f"{path}[]", shape.item))
            elif isinstance(shape, TableShape):
                below.append((f"{path}.*", shape.item))
            elif isinstance(shape, RecordShape) and shape not in seen:
                seen.add(shape)
                yield path, shape
                below.extend((f"{path}.{key.name}".lstrip("."), key.shape) for key in shape.keys.values())
        level = below
