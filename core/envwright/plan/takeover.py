"""Objects that take over from others what only one can hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from envwright.model.plan import PlannedObject
from envwright.model.transition import DeleteFirst, Disruption, ObjectRef
from envwright.plan.exclusive import holdings, ingress_hosts, is_shared_claim
from envwright.plan.references import Reference
from envwright.plan.tree import Identity, Tree, facts_of, identity_of

INGRESS = "Ingress"


class Takeover(NamedTuple):
    """What an object that is gone from the render holds, and another one that is new wants."""

    old: PlannedObject
    new: PlannedObject
    holds: str


def takeovers(
    gone: Iterable[PlannedObject], created: Iterable[PlannedObject], predecessor: Tree, target: Tree
) -> Iterator[Takeover]:
    """Yield what the `created` objects take over from those that are `gone`."""
    shared = frozenset((*_shared_claims(predecessor), *_shared_claims(target)))
    holders: dict[str, list[PlannedObject]] = defaultdict(list)
    for old in gone:
        for held in holdings(predecessor.read(old.file), shared):
            holders[held].append(old)
    for new in created if holders else ():
        for held in sorted(holdings(target.read(new.file), shared) & holders.keys()):
            yield from (Takeover(old, new, held) for old in holders[held])


def deletes_first(of_deleted: Iterable[Takeover]) -> Iterator[DeleteFirst]:
    """Yield which deleted objects must be gone before which new ones are applied."""
    for old, new, holds in of_deleted:
        yield DeleteFirst(delete=_ref(old), before=_ref(new), holds=holds)


def waits(of_deleted: Iterable[Takeover]) -> Iterator[Disruption]:
    """Yield the new objects that begin when others are gone; hosts of an Ingress are told by `moved_hosts`."""
    for old, new, holds in of_deleted:
        if new.kind != INGRESS:
            reason = f"down until {old.kind} {old.name} is gone, as both hold {holds}"
            yield Disruption(**facts_of(new), reason=reason)


def held_up(of_kept: Iterable[Takeover]) -> Iterator[Disruption]:
    """Yield the new objects that want what others go on holding."""
    for old, new, holds in of_kept:
        yield Disruption(**facts_of(new), reason=f"cannot have {holds}: {old.kind} {old.name} holds it and is kept")


def moved_hosts(predecessor: Tree, target: Tree) -> Iterator[Disruption]:
    """Yield the hosts that another Ingress serves now, or none."""
    if _ingresses(predecessor) == _ingresses(target):
        return
    before, after = _hosts(predecessor), _hosts(target)
    for host, old in sorted(before.items()):
        new = after.get(host)
        if new is None:
            yield Disruption(**facts_of(old), reason=f"{host} is no longer served")
        elif identity_of(new) != identity_of(old):
            place = f"{old.namespace}/" if old.namespace != new.namespace else ""
            yield Disruption(**facts_of(new), reason=f"{host} moves here from {old.kind} {place}{old.name}")


def _shared_claims(tree: Tree) -> Iterator[Reference]:
    for item in tree.plan.objects:
        if item.kind == "PersistentVolumeClaim" and is_shared_claim(tree.read(item.file)):
            yield Reference(item.kind, item.namespace, item.name)


def _ingresses(tree: Tree) -> dict[Identity, str]:
    return {identity_of(item): item.digest for item in tree.plan.objects if item.kind == INGRESS}


def _hosts(tree: Tree) -> dict[str, PlannedObject]:
    ingresses = (item for item in tree.plan.objects if item.kind == INGRESS)
    return {host: item for item in ingresses for host in ingress_hosts(tree.read(item.file))}


def _ref(item: PlannedObject) -> ObjectRef:
    return ObjectRef(api_version=item.api_version, kind=item.kind, namespace=item.namespace, name=item.name)
