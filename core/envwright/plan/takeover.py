"""Objects that take over from others what only one can hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from envwright.model.plan import PlannedObject
from envwright.model.transition import DeleteFirst, Disruption, ObjectRef
from envwright.plan.exclusive import holdings, ingress_hosts, is_shared_claim
from envwright.plan.references import Reference
from envwright.plan.tree import Identity, Tree, facts_of, identity_of


def delete_first(
    deleted: Iterable[PlannedObject], created: Iterable[PlannedObject], predecessor: Tree, target: Tree
) -> Iterator[DeleteFirst]:
    """Yield which of the `deleted` objects must be gone before which of the `created` ones is applied."""
    shared = frozenset((*_shared_claims(predecessor), *_shared_claims(target)))
    holders: dict[str, list[PlannedObject]] = defaultdict(list)
    for old in deleted:
        for held in holdings(predecessor.read(old.file), shared):
            holders[held].append(old)
    for new in created if holders else ():
        for held in sorted(holdings(target.read(new.file), shared) & holders.keys()):
            for old in holders[held]:
                yield DeleteFirst(delete=_ref(old), before=_ref(new), holds=held)


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
            yield Disruption(**facts_of(new), reason=f"{host} moves here from {old.kind} {old.name}")


def _shared_claims(tree: Tree) -> Iterator[Reference]:
    for item in tree.plan.objects:
        if item.kind == "PersistentVolumeClaim" and is_shared_claim(tree.read(item.file)):
            yield Reference(item.kind, item.namespace, item.name)


def _ingresses(tree: Tree) -> dict[Identity, str]:
    return {identity_of(item): item.digest for item in tree.plan.objects if item.kind == "Ingress"}


def _hosts(tree: Tree) -> dict[str, PlannedObject]:
    ingresses = (item for item in tree.plan.objects if item.kind == "Ingress")
    return {host: item for item in ingresses for host in ingress_hosts(tree.read(item.file))}


def _ref(item: PlannedObject) -> ObjectRef:
    return ObjectRef(api_version=item.api_version, kind=item.kind, namespace=item.namespace, name=item.name)
