"""What waits for what inside a phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from envwright.model.rendered import RenderedUnit
from envwright.plan.layout import Layout, Part


class Wiring(NamedTuple):
    """The order inside a phase, by positions in `parts`.

    `waits[i]` are the parts that part `i` waits for, less those that follow from others; `last` are the parts that no
    other part of the phase waits for.
    """

    phase: str
    parts: tuple[Part, ...]
    waits: tuple[tuple[int, ...], ...]
    last: tuple[int, ...]

    @property
    def first(self) -> tuple[int, ...]:
        """The parts that wait for no other part of the phase."""
        return tuple(i for i, waits in enumerate(self.waits) if not waits)


def wire(layout: Layout, phase: str) -> Wiring:
    """Return what waits for what in `phase`, from `dependsOn`."""
    parts = tuple(part for part in layout.parts if part.phase == phase)
    position = {part.unit.name: i for i, part in enumerate(parts)}
    dependencies = _dependencies(layout.units, position)
    waits: list[tuple[int, ...]] = []
    before: list[int] = []  # for each part a bit set of all parts that come before it
    for part in parts:
        direct = sorted(dependencies[part.unit.name])
        implied = 0
        for i in direct:
            implied |= before[i]
        waits.append(tuple(i for i in direct if not implied >> i & 1))
        before.append(implied | sum(1 << i for i in direct))
    waited_for = {i for each in waits for i in each}
    return Wiring(phase, parts, tuple(waits), tuple(i for i in range(len(parts)) if i not in waited_for))


def _dependencies(units: Sequence[RenderedUnit], position: dict[str, int]) -> dict[str, frozenset[int]]:
    """Return for each unit the nearest parts of the phase that it depends on.

    A unit without a part in the phase is looked through: what it depends on counts instead. Dependencies stand before
    their dependents in `units`, so one pass is enough.
    """
    found: dict[str, frozenset[int]] = {}
    for unit in units:
        nearest: set[int] = set()
        for name in unit.depends_on:
            if name not in found:  # not rendered
                continue
            nearest |= {position[name]} if name in position else found[name]
        found[unit.name] = frozenset(nearest)
    return found
