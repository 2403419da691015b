"""Where a part of a unit's declaration stands."""

from __future__ import annotations

from envwright.ast.select import descend
from envwright.kubernetes.places import Path, Place
from envwright.model.mark import Mark
from envwright.model.nodes import Node


def place_in(unit: Node) -> Place:
    """Return what answers for paths inside a unit: the nearest place that is there."""

    def place(path: Path) -> Mark:
        return descend(unit, path).mark

    return place
