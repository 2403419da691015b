"""The AST of services.yaml: maps, sequences and scalars, each with its mark and what it overrode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from envwright.model.mark import Mark

Style = Literal["", "'", '"', "|", ">"]


class Scalar(NamedTuple):
    """A scalar as written.

    `text` is the content after YAML's unescaping, `style` how it was quoted (empty: plain). `via` says how the node
    came to its place where that was not the file itself: `component go-service`, `environment ai`. `overrode` is the
    node that stood here before, None for the first.
    """

    text: str
    mark: Mark
    style: Style = ""
    via: str = ""
    overrode: Node | None = None


class Entry(NamedTuple):
    """A key of a map with its own place, and the node under it."""

    mark: Mark
    node: Node


class Map(NamedTuple):
    """A mapping with text keys, in the order of the file."""

    entries: Mapping[str, Entry]
    mark: Mark
    via: str = ""
    overrode: Node | None = None

    def get(self, name: str) -> Node | None:
        """Return the node under `name`, None if the key is absent."""
        entry = self.entries.get(name)
        return None if entry is None else entry.node


class Seq(NamedTuple):
    """A sequence, in the order of the file."""

    items: tuple[Node, ...]
    mark: Mark
    via: str = ""
    overrode: Node | None = None


Node = Scalar | Map | Seq


def with_origin(node: Node, via: str) -> Node:
    """Return `node` and everything below it marked as brought `via` something; what has a `via` keeps it."""
    if isinstance(node, Scalar):
        return node if node.via else node._replace(via=via)
    if isinstance(node, Seq):
        return node._replace(items=tuple(with_origin(item, via) for item in node.items), via=node.via or via)
    entries = {name: Entry(entry.mark, with_origin(entry.node, via)) for name, entry in node.entries.items()}
    return node._replace(entries=entries, via=node.via or via)
