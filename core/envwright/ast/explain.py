"""Where a value came from."""

from __future__ import annotations

from typing import NamedTuple

from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Seq


class Origin(NamedTuple):
    """A value and its place.

    `value` is a scalar's text as written, `a map` or `a list`; `via` says which component or environment brought it,
    empty for the stack itself.
    """

    value: str
    mark: Mark
    via: str


def explain(node: Node) -> tuple[Origin, ...]:
    """Return the value that holds and, after it, what it overrode, the last first; at least one."""
    chain = []
    current: Node | None = node
    while current is not None:
        value = "a map" if isinstance(current, Map) else "a list" if isinstance(current, Seq) else current.text
        chain.append(Origin(value, current.mark, current.via))
        current = current.overrode
    return tuple(chain)
