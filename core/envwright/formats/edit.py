"""Building nodes from nodes: what a conversion changes keeps the place that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq


def text_of(node: Node | None) -> str:
    """Return the stripped text of a scalar, empty for anything else and for `null`."""
    if not isinstance(node, Scalar) or (not node.style and node.text in ("~", "null", "Null", "NULL")):
        return ""
    return node.text.strip()


def map_at(tree: Map, key: str) -> Map | None:
    """Return the map under `key`, None if something else stands there."""
    node = tree.get(key)
    return node if isinstance(node, Map) else None


def items_at(tree: Map, key: str) -> tuple[Node, ...]:
    """Return the items of the list under `key`, none if something else stands there."""
    node = tree.get(key)
    return node.items if isinstance(node, Seq) else ()


def with_key(tree: Map, key: str, node: Node) -> Map:
    """Return `tree` with `node` under `key`, at the key's own place or, for a new key, last."""
    mark = tree.entries[key].mark if key in tree.entries else node.mark
    return tree._replace(entries={**tree.entries, key: Entry(mark, node)})


def without_keys(tree: Map, keys: Iterable[str]) -> Map:
    """Return `tree` without `keys`."""
    gone = frozenset(keys)
    return tree._replace(entries={name: entry for name, entry in tree.entries.items() if name not in gone})


def scalar(text: str, mark: Mark, via: str = "") -> Scalar:
    """Return a scalar that a conversion made: plain for words, quoted where it holds a template."""
    return Scalar(text, mark, "'" if "{{" in text else "", via)


def mapping(nodes: Mapping[str, Node], mark: Mark, via: str = "") -> Map:
    """Return a map that a conversion made; each key stands where its value does."""
    return Map({name: Entry(node.mark, node) for name, node in nodes.items()}, mark, via)
