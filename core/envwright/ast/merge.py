"""Merging: a tree laid over another.

Maps merge deeply, named lists by the key that names their items, everything else is replaced. A null unsets what it
stands over. It stays in the tree until `drop_unset`, or a later merge could not know of it; for the same reason a map
or a list that replaced something else than its like (a null, a scalar) replaces whatever it is laid over later. So

    merge(merge(a, b), c) == merge(a, merge(b, c))        for all trees
    merge({}, a) == merge(a, {}) == a                     for all maps

hold without exception, provided that no named list defines a name twice (`refuse_duplicates`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.yaml.scalars import NULLS

Named = Callable[[tuple[str, ...]], str | None]
"""From the path of a list to the key that names its items, None for a list that is not named.

A path has one word per step from the root: the key of a map, `*` for an item of a list.
"""

ITEM = "*"


def nothing_named(_path: tuple[str, ...]) -> None:
    """Name no list: all of them are replaced."""


def merge(base: Map, over: Map, named: Named) -> Map:
    """Return `over` laid over `base`: every node keeps its place and tells what it overrode."""
    if not base.entries and base.overrode is None:
        return over
    if not over.entries and over.overrode is None:
        return base
    return merge_maps(base, over, Rules(named), ())


def name_of(item: Node, key: str | None) -> Scalar | None:
    """Return what names an item of a list: the scalar under `key`, or the item itself if it is a scalar.

    None if nothing names it, or if `key` is None.
    """
    named = item.get(key) if isinstance(item, Map) and key else item
    return named if key and isinstance(named, Scalar) and not is_unset(named) else None


def is_unset(node: Node) -> bool:
    """Return whether a node is a plain null, which unsets."""
    return isinstance(node, Scalar) and not node.style and node.text in NULLS


def drop_unset(tree: Map) -> Map:
    """Return the tree without the keys that a null unset; an item of a list stays, null or not."""
    kept = {name: Entry(entry.mark, _set_only(entry.node)) for name, entry in tree.entries.items()}
    return tree._replace(entries={name: entry for name, entry in kept.items() if not is_unset(entry.node)})


def _set_only(node: Node) -> Node:
    if isinstance(node, Seq):
        return node._replace(items=tuple(_set_only(item) for item in node.items))
    return drop_unset(node) if isinstance(node, Map) else node


class Rules(NamedTuple):
    """How lists merge: by `named`; with `empty_is_set` an empty list stays empty whatever stands below it."""

    named: Named
    empty_is_set: bool = False


def merge_maps(base: Map, over: Map, rules: Rules, path: tuple[str, ...]) -> Map:
    """Return a map laid over a map that stands at `path` too, key by key in the order of their first appearance."""
    entries = dict(base.entries)
    for name, entry in over.entries.items():
        below = entries.get(name)
        entries[name] = (
            entry if below is None else Entry(entry.mark, _merged(below.node, entry.node, rules, (*path, name)))
        )
    return over._replace(entries=entries, overrode=_overrode(over, base))


def _merged(base: Node, over: Node, rules: Rules, path: tuple[str, ...]) -> Node:
    if isinstance(base, Map) and isinstance(over, Map) and _only(Map, over):
        return merge_maps(base, over, rules, path)
    if isinstance(base, Seq) and isinstance(over, Seq) and _only(Seq, over):
        key = rules.named(path)
        if key is not None and not (rules.empty_is_set and not over.items):
            return _merged_list(base, over, key, rules, (*path, ITEM))
    return over._replace(overrode=_overrode(over, base))


def _merged_list(base: Seq, over: Seq, key: str, rules: Rules, path: tuple[str, ...]) -> Seq:
    items = list(base.items)
    places: dict[str, int] = {}
    for index, item in enumerate(items):
        if name := name_of(item, key):
            places.setdefault(name.text, index)
    for item in over.items:
        name = name_of(item, key)
        place = places.get(name.text) if name else None
        if place is None:
            items.append(item)
        else:
            items[place] = _merged(items[place], item, rules, path)
    return over._replace(items=tuple(items), overrode=_overrode(over, base))


def _only(kind: type[Node], node: Node) -> bool:
    """Return whether all that a node overrode was of its kind, so that it continues what stands below it."""
    overrode = node.overrode
    while overrode is not None:
        if not isinstance(overrode, kind):
            return False
        overrode = overrode.overrode
    return True


def _overrode(over: Node, base: Node) -> Node:
    """Return what `over` overrode, once it is laid over `base`: what it already did, and at the end of that `base`."""
    before = over.overrode
    return _place_of(base) if before is None else before._replace(overrode=_overrode(before, base))


def _place_of(node: Node) -> Node:
    """Return what a chain keeps of a node: of a map or a list its place, for its content has chains of its own."""
    if isinstance(node, Map):
        return node._replace(entries={})
    return node._replace(items=()) if isinstance(node, Seq) else node
