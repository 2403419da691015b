"""Nodes to plain values."""

from __future__ import annotations

from typing import Any

from envwright.model.nodes import Map, Node, Seq
from envwright.yaml.scalars import core_value


def plain(node: Node) -> Any:
    """Return a node as dicts with text keys, lists, text, numbers, booleans and None.

    A plain scalar means what YAML 1.2's core schema says, a quoted one is its text.
    """
    if isinstance(node, Map):
        return {name: plain(entry.node) for name, entry in node.entries.items()}
    if isinstance(node, Seq):
        return [plain(item) for item in node.items]
    return node.text if node.style else core_value(node.text)
