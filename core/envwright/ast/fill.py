"""Filling: what a component gives to a service that uses it."""

from __future__ import annotations

from envwright.ast.merge import Named, Rules, merge_maps, nothing_named
from envwright.model.nodes import Map, with_origin


def fill(node: Map, filler: Map, via: str, named: Named = nothing_named) -> Map:
    """Return `node` with what `filler` has and `node` leaves unset, deeply; what it brings is marked `via`.

    A list that is set is not filled, not even an empty one, unless `named` names it: then its items are filled, each by
    the item of its name, and items of other names come before them (items without a name too, each time anew). An empty
    one stays empty. A null is set too: it says that the key shall stay unset. To let later fillers win over earlier
    ones, fill with the last one first.
    """
    brought = with_origin(filler, via)
    assert isinstance(brought, Map)  # noqa: S101  # with_origin keeps the kind of its argument
    return merge_maps(brought, node, Rules(named, empty_is_set=True), ())._replace(overrode=node.overrode)
