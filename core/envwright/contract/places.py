"""Where a key could stand: for the hint at a key that stands in the wrong place."""

from __future__ import annotations

from envwright.contract.shapes import ListShape, RecordShape, Shape, TableShape

_MOST = 2


def places_of(name: str, root: Shape) -> list[str]:
    """Return the paths of the records below `root` that know the key, shortest first and at most two.

    A path is written as in `spec.services[].workload`; what only stands in a partial record is not looked for.
    """
    found: list[str] = []
    seen: set[int] = set()
    level = [("", root)]
    while level and len(found) < _MOST:
        below: list[tuple[str, Shape]] = []
        for path, shape in level:
            if isinstance(shape, ListShape):
                below.append((f"{path}[]", shape.item))
            elif isinstance(shape, TableShape):
                below.append((f"{path}.*", shape.item))
            elif isinstance(shape, RecordShape) and not shape.partial and id(shape) not in seen:
                seen.add(id(shape))
                if name in shape.keys:
                    found.append(path or "the root")
                below.extend((f"{path}.{key.name}".lstrip("."), key.shape) for key in shape.keys.values())
        level = below
    return found[:_MOST]
