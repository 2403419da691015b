"""The order of a plan as numbers: what has a smaller one is applied first and waited for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envwright.kubernetes.pods import pod_spec_of
from envwright.plan.layout import Layout, Manifest, Part
from envwright.plan.needs import wire
from envwright.plan.references import named_by, reference_to

# between two phases: a new unit renumbers its own phase alone
PHASE = 1000
CLAIM = "PersistentVolumeClaim"


def waves(layout: Layout) -> dict[str, int]:
    """Return the wave of every manifest of a layout by its file.

    Namespaces have 0 and definitions of custom resources 1. A phase begins at a multiple of 1000; inside it come what
    no other unit of the phase waits for, then what waits for that, and of one unit what its Jobs need, those Jobs one
    by one, its objects, and the Jobs after them. Two waves differ if one must wait for the other, as the steps of the
    plan do. A claim comes with the first that mounts it: there may be no volume for it before, and Argo CD would wait.
    """
    found = {manifest.path: 0 for part in layout.first for manifest in part.prerequisites}
    found.update({manifest.path: 1 for part in layout.first for manifest in part.definitions})
    for number, phase in enumerate(layout.phases, 1):
        wiring = wire(layout, phase)
        ends: list[int] = []
        for part, waits in zip(wiring.parts, wiring.waits, strict=True):
            wave = max((ends[index] for index in waits), default=number * PHASE)
            for manifests in _in_order(part):
                found.update(dict.fromkeys((manifest.path for manifest in manifests), wave))
                wave += 1
            ends.append(wave)
    return {**found, **_with_their_pods(layout, found)}


def _with_their_pods(layout: Layout, found: Mapping[str, int]) -> dict[str, int]:
    """Return the waves of claims that are mounted later than they would come."""
    claims = {reference_to(item.object): item.path for _, item in layout.manifests() if item.object.kind == CLAIM}
    later: dict[str, int] = {}
    for _, manifest in layout.manifests() if claims else ():
        spec = pod_spec_of(manifest.object.content)
        for path in (claims[each] for each in named_by(spec or {}, manifest.object.namespace) if each in claims):
            later[path] = min(later.get(path, found[manifest.path]), found[manifest.path])
    return {path: wave for path, wave in later.items() if wave > found[path]}


def _in_order(part: Part) -> Iterator[tuple[Manifest, ...]]:
    """Yield what a part does at once, in its order; nothing is left out where there is nothing to do."""
    groups = (
        part.prerequisites,
        *((job.manifest,) for job in part.before),
        part.objects,
        *((job.manifest,) for job in (*part.main, *part.after)),
    )
    return (group for group in groups if group)
