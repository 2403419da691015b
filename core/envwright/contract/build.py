"""Checked nodes to the frozen values of the contract."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any, TypeVar

from envwright.ast.plain import plain
from envwright.contract.check import Passed, check
from envwright.contract.found import is_null, meaning
from envwright.contract.shapes import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    record,
)
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.model.value import Value

V = TypeVar("V", bound=Value)


def build(node: Node, declared: type[V], report: Report, passed: Passed | None = None) -> V | None:
    """Return the value of a node in which no template is left, or None if the check of it reported an error.

    Keys that are absent or null take their defaults; a key that holds partial units always does: they are merged, never
    read. Paths are in normal form. `passed` is what `check` found nothing wrong with before.
    """
    found = Report()
    check(node, declared, found, templates=False, passed=passed)
    report.extend(found.items)
    return None if found.failed else construct(node, declared)


def construct(node: Node, declared: type[V]) -> V:
    """Return the value of a node that was checked after step 6; what happens with any other is not defined."""
    value: V = _record(node, record(declared))
    return value


def _value(node: Node, shape: Shape) -> Any:
    return _VALUES[type(shape)](node, shape)


def _text(node: Scalar, shape: TextShape) -> str:
    return posixpath.normpath(node.text) if shape.path is not None and node.text else node.text


def _meaning(node: Scalar, _shape: NumberShape | FlagShape | ChoiceShape) -> Any:
    return meaning(node)


def _json(node: Node, _shape: AnyShape) -> Any:
    return plain(node)


def _list(node: Seq, shape: ListShape) -> tuple[Any, ...]:
    return tuple([_value(item, shape.item) for item in node.items])


def _table(node: Map, shape: TableShape) -> dict[str, Any]:
    return {
        name: _value(entry.node, shape.item)
        for name, entry in node.entries.items()
        if shape.null_is_value or not is_null(entry.node)
    }


def _record(node: Node, shape: RecordShape) -> Any:
    if not isinstance(node, Map):
        short = shape.shorthand
        return shape.declared(**{short.attribute: _value(node, short.shape)} if short is not None else {})
    given = {}
    keys = shape.keys
    for name, entry in node.entries.items():
        key = keys[name]
        if not key.partial and not is_null(entry.node):
            given[key.attribute] = _value(entry.node, key.shape)
    return shape.declared(**given)


_VALUES: dict[type, Callable[[Any, Any], Any]] = {
    TextShape: _text,
    NumberShape: _meaning,
    FlagShape: _meaning,
    ChoiceShape: _meaning,
    AnyShape: _json,
    ListShape: _list,
    TableShape: _table,
    RecordShape: _record,
}
