"""Which lists are named: what merging needs to know of the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from envwright.contract.shapes import ListShape, RecordShape, Shape, TableShape, shape_of


def named_lists(annotation: Any) -> Callable[[Sequence[str]], str | None]:
    """Return the rule by which lists merge: from the path of a list to the key that names its items.

    The path is from a value of `annotation` down, one word per map key and per list item (whatever word); the rule
    gives None where the list is not named, or the contract knows no list there.
    """
    root = shape_of(annotation)

    def named(path: Sequence[str]) -> str | None:
        shape: Shape | None = root
        for word in path:
            shape = _below(shape, word)
        return (shape.key or None) if isinstance(shape, ListShape) else None

    return named


def _below(shape: Shape | None, word: str) -> Shape | None:
    if isinstance(shape, RecordShape):
        key = shape.keys.get(word)
        return None if key is None else key.shape
    return shape.item if isinstance(shape, ListShape | TableShape) else None
