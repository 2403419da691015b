"""A walk over nodes and shape together that puts other nodes in the place of scalars."""

from __future__ import annotations

from collections.abc import Callable

from envwright.contract.shapes import (
    AnyShape,
    ListShape,
    RecordShape,
    ScalarShape,
    Shape,
    TableShape,
)
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq

Change = Callable[[Scalar, ScalarShape | AnyShape, str], Node]
"""What to put in a scalar's place: called with the scalar, its shape and the name of its key."""


def rewrite(node: Node, shape: Shape, change: Change, label: str = "the value") -> Node:
    """Return `node` with every scalar replaced by what `change` makes of it.

    What does not fit its shape, or stands under an unknown key, stays as it is: `check` reports it. A node in which
    nothing changed is the same object.
    """
    if isinstance(node, Scalar):
        return _rewrite_scalar(node, shape, change, label)
    if isinstance(node, Seq):
        item = shape.item if isinstance(shape, ListShape) else shape if isinstance(shape, AnyShape) else None
        return node if item is None else _rewrite_items(node, item, change, label)
    return _rewrite_entries(node, shape, change)


def _rewrite_scalar(node: Scalar, shape: Shape, change: Change, label: str) -> Node:
    if isinstance(shape, RecordShape):
        short = shape.shorthand
        return node if short is None else _rewrite_scalar(node, short.shape, change, label)
    return node if isinstance(shape, ListShape | TableShape) else change(node, shape, label)


def _rewrite_items(node: Seq, shape: Shape, change: Change, label: str) -> Seq:
    items = tuple(rewrite(item, shape, change, label) for item in node.items)
    return node._replace(items=items) if any(map(_differ, items, node.items)) else node


def _differ(one: Node, other: Node) -> bool:
    return one is not other


def _rewrite_entries(node: Map, shape: Shape, change: Change) -> Map:
    changed: dict[str, Entry] = {}
    for name, entry in node.entries.items():
        below = _shape_under(shape, name)
        new = entry.node if below is None else rewrite(entry.node, below, change, name)
        if new is not entry.node:
            changed[name] = entry._replace(node=new)
    return node._replace(entries={**node.entries, **changed}) if changed else node


def _shape_under(shape: Shape, name: str) -> Shape | None:
    if isinstance(shape, RecordShape):
        key = shape.keys.get(name)
        return None if key is None else key.shape
    if isinstance(shape, TableShape):
        return shape.item
    return shape if isinstance(shape, AnyShape) else None
