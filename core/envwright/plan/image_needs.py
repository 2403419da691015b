"""Which steps that make an image a part waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envwright.kubernetes.pods import pod_spec_of
from envwright.plan.layout import Part
from envwright.plan.needs import Wiring
from envwright.plan.references import images_of

Ids = frozenset[str]


class ImageNeeds:
    """Gives each part the steps that make its pods' images, less those that an earlier part has waited for already.

    `made` maps references to the ids of the steps that make them.
    """

    def __init__(self, made: Mapping[str, str]) -> None:
        self._made = made
        self._there: Ids = frozenset()

    def of_phase(self, wiring: Wiring) -> Iterator[tuple[str, ...]]:
        """Yield the ids for each part of a phase, sorted; phases are asked for in their order."""
        before = self._there
        after: list[Ids] = []
        for part, waits in zip(wiring.parts, wiring.waits, strict=True):
            there = before.union(*(after[i] for i in waits))
            used = self._used(part)
            after.append(there | used)
            yield tuple(sorted(used - there))
        # a phase begins when all of the one before it is ready
        self._there = before.union(*after)

    def _used(self, part: Part) -> Ids:
        if not self._made:
            return frozenset()
        specs = (pod_spec_of(manifest.object.content) for manifest in part.manifests())
        return frozenset(
            self._made[image] for spec in specs if spec for image in images_of(spec) if image in self._made
        )
