"""What becomes of data when the object that holds it goes from the render: it is never deleted, and never moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from envwright.model.plan import Plan, PlannedObject
from envwright.model.transition import Disruption
from envwright.plan.references import at, maps
from envwright.plan.tree import Tree, facts_of

CLAIM = "PersistentVolumeClaim"
STATEFUL_SET = "StatefulSet"

Content = Mapping[str, Any]


def has_claims(content: Content) -> bool:
    """Return whether an object is a StatefulSet that makes claims for its pods."""
    return content.get("kind") == STATEFUL_SET and bool(at(content, "spec", "volumeClaimTemplates"))


def left_behind(
    kept: Sequence[PlannedObject], created: Sequence[PlannedObject], predecessor: Tree, target: Tree
) -> Iterator[Disruption]:
    """Yield which of the `created` objects take the place of a `kept` one with data, and begin without that.

    Which one does is told by its unit and its name, as nothing says that an object was renamed: it is of the same unit
    or of a new one where the old one is gone, or has the same name in another namespace.
    """
    units = _units(predecessor.plan), _units(target.plan)
    for old in kept:
        if old.kind != CLAIM and not has_claims(predecessor.read(old.file)):
            continue
        for new in _successors(old, created, *units):
            if old.kind == CLAIM or has_claims(target.read(new.file)):
                yield Disruption(**facts_of(new), reason=_begins_empty(old, new))


def of_stateful_set(old: Content, new: Content) -> Iterator[str]:
    """Yield what deleting and creating a StatefulSet means for its claims."""
    before, after = _templates(old), _templates(new)
    if before and at(old, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete":
        yield "its claims are deleted with it: their data is lost"
        return
    for name in sorted(after.keys() - before.keys()):
        yield f"begins with empty claims {name}"
    for name in sorted(before.keys() - after.keys()):
        yield f"its claims {name} are kept with their data, and no longer used"
    if any(before[name] != after[name] for name in before.keys() & after.keys()):
        yield "its claims keep their data and stay as they are: only new ones are made as it says now"


def of_fewer_pods(old: Content, before: int, after: int) -> Iterator[str]:
    """Yield what scaling a StatefulSet down means for the claims of the pods that go."""
    deletes = at(old, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete"
    if after < before and deletes and has_claims(old):
        yield "the claims of the pods that go are deleted: their data is lost"


def _successors(
    old: PlannedObject, created: Sequence[PlannedObject], before: Collection[str], after: Collection[str]
) -> list[PlannedObject]:
    """Return what takes the place of `old`: those that have its name but for the unit's in it, or else the only one."""

    def related(new: PlannedObject) -> bool:
        if new.kind != old.kind:
            return False
        if new.namespace != old.namespace:
            return new.name == old.name
        return new.unit == old.unit or (old.unit not in after and new.unit not in before)

    found = [new for new in created if related(new)]
    named = [new for new in found if new.name == old.name.replace(old.unit, new.unit)]
    return named or (found if len(found) == 1 else [])


def _begins_empty(old: PlannedObject, new: PlannedObject) -> str:
    place = f"{old.namespace}/" if old.namespace != new.namespace else ""
    if old.kind == CLAIM:
        return f"begins empty: the data stays in {old.kind} {place}{old.name}, which is kept"
    return f"begins with empty claims: {old.kind} {place}{old.name} is kept with its data, and runs on"


def _units(plan: Plan) -> frozenset[str]:
    return frozenset(item.unit for item in plan.objects)


def _templates(content: Content) -> dict[str, Any]:
    templates = maps(at(content, "spec", "volumeClaimTemplates"))
    return {str(at(each, "metadata", "name")): each.get("spec") for each in templates}
