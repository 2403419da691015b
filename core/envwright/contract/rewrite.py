"""A walk over nodes and shape together that puts other nodes in the place of scalars."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_not

from envwright.contract.shapes import (
    AnyShape,
    ListShape,
    RecordShape,
    ScalarShape,
    Shape,
    TableShape,
)
from envwright.model.nodes import Entry, Map, Node, Scalar

Change = Callable[[Scalar, ScalarShape | AnyShape, str], Node]
"""What to put in a scalar's place: called with the scalar, its shape and the name of its key."""


def rewrite(node: Node, shape: Shape, change: Change, *, holding: str = "", label: str = "the value") -> Node:
    """Return `node` with every scalar that holds the text `holding` replaced by what `change` makes of it.

    What does not fit its shape, or stands under an unknown key, stays as it is: `check` reports it. A node in which
    nothing changed is the same object.
    """
    if isinstance(node, Scalar):
        return _rewrite_scalar(node, shape, change, label) if holding in node.text else node
    if isinstance(node, Map):
        return _rewrite_entries(node, shape, change, holding)
    below = shape.item if isinstance(shape, ListShape) else shape if isinstance(shape, AnyShape) else None
    if below is None:
        return node
    items = tuple([rewrite(item, below, change, holding=holding, label=label) for item in node.items])
    return node._replace(items=items) if any(map(is_not, items, node.items)) else node


def _rewrite_scalar(node: Scalar, shape: Shape, change: Change, label: str) -> Node:
    if isinstance(shape, RecordShape):
        short = shape.shorthand
        return node if short is None else _rewrite_scalar(node, short.shape, change, label)
    return node if isinstance(shape, ListShape | TableShape) else change(node, shape, label)


def _rewrite_entries(node: Map, shape: Shape, change: Change, holding: str) -> Map:
    changed: dict[str, Entry] = {}
    for name, entry in node.entries.items():
        old = entry.node
        # most entries: what stays needs no shape, and to look for that would double the time of the walk
        if type(old) is Scalar and holding not in old.text:
            continue
        below = _shape_under(shape, name)
        new = old if below is None else rewrite(old, below, change, holding=holding, label=name)
        if new is not old:
            changed[name] = entry._replace(node=new)
    return node._replace(entries={**node.entries, **changed}) if changed else node


def _shape_under(shape: Shape, name: str) -> Shape | None:
    if isinstance(shape, RecordShape):
        key = shape.keys.get(name)
        return None if key is None else key.shape
    if isinstance(shape, TableShape):
        return shape.item
    return shape if isinstance(shape, AnyShape) else None
