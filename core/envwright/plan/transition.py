"""Compare a plan with its predecessor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from envwright.kubernetes.objects import UNIT_ANNOTATION
from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark
from envwright.model.output import PLAN, instance_of
from envwright.model.plan import Plan, PlannedObject
from envwright.model.step import Apply, Prune, RunJob
from envwright.model.transition import (
    SCHEMA_VERSION,
    Disruption,
    ImageChange,
    KeptObject,
    MovedObject,
    ReplacedObject,
    Transition,
    UnitObject,
)
from envwright.plan.data import STATEFUL_SET, has_claims, left_behind
from envwright.plan.disruption import of_change, of_replacement
from envwright.plan.immutable import immutable_changes
from envwright.plan.settings import setting_changes
from envwright.plan.takeover import deletes_first, held_up, moved_hosts, takeovers, waits
from envwright.plan.tree import Identity, Tree, facts_of, identity_of, is_whole
from envwright.plan.writing import json_bytes

# what the reconciler never deletes, whatever the plan's policy
NEVER_PRUNED = frozenset({"CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim"})

MOST_NAMED = 100

AnyObject = TypeVar("AnyObject", bound=UnitObject)


class Gone(NamedTuple):
    """An object that the render has no longer, and why it stays in the cluster, empty if it goes."""

    item: PlannedObject
    reason: str


class Difference:
    """An object before and after, with its content on both sides.

    `immutable` are its fields that must not change; `only_moved` says that nothing but the unit is another one.
    """

    def __init__(self, old: PlannedObject, new: PlannedObject, predecessor: Tree, target: Tree) -> None:
        self.new = new
        self.before = predecessor.read(old.file)
        self.after = target.read(new.file)
        self.immutable = immutable_changes(self.before, self.after) if self.before and self.after else ()
        moved = bool(self.before) and old.unit != new.unit
        self.only_moved = moved and _without_unit(self.before) == _without_unit(self.after)


def compute_transition(predecessor: Tree | None, target: Tree) -> Transition:
    """Return what `target` changes against its predecessor, None for the first plan of an environment.

    Manifests are read only where the plans alone do not tell: of objects that changed, came or went.
    """
    if predecessor is None:
        return _transition(None, target, created=_objects(target.applied().values()))
    before, after = predecessor.applied(), target.applied()
    pairs = [(before[identity], item) for identity, item in after.items() if identity in before]
    created = [item for identity, item in after.items() if identity not in before]
    left = frozenset(identity_of(item) for item in target.plan.omitted if item.action == "owner")
    gone = [
        Gone(item, _why_kept(item, predecessor, target.plan, left))
        for identity, item in before.items()
        if identity not in after
    ]
    deleted = [item for item, reason in gone if not reason]
    taken = list(takeovers(deleted, created, predecessor, target))
    differing = [Difference(old, new, predecessor, target) for old, new in pairs if old.digest != new.digest]
    felt = [*_moved_environment(predecessor.plan, target.plan), *_disruptions(differing)]
    felt += [*moved_hosts(predecessor, target), *waits(taken)]
    if is_whole(target.plan):  # a plan of some units says nothing of the others
        kept = [item for item, reason in gone if reason and identity_of(item) not in left]
        felt += [*left_behind(kept, created, predecessor, target)]
        felt += [*held_up(takeovers(kept, created, predecessor, target))]
    return _transition(
        predecessor,
        target,
        created=_objects(created),
        changed=_objects(each.new for each in differing if not each.immutable and not each.only_moved),
        deleted=_objects(deleted),
        kept=_sorted(KeptObject(**facts_of(item), reason=reason) for item, reason in gone if reason),
        moved=_sorted(_moves(pairs)),
        replaced=_sorted(_replacements(differing, target.plan)),
        disruptive=_sorted(felt),
        delete_first=tuple(deletes_first(taken)),
    )


def transition_bytes(transition: Transition) -> bytes:
    """Return the bytes of `transition.json`, written like `plan.json`."""
    return json_bytes(transition)


def refuse_another(predecessor: Plan | None, plan: Plan, where: str, mark: Mark | None, *, hint: str) -> None:
    """Raise Refused (EW754) if the predecessor is of another environment; `where` names what holds it."""
    if predecessor is not None and (had := _whose(predecessor)) != (would := _whose(plan)):
        raise refuse("EW754", f"{where} holds {had}, not {would}", mark, hint=hint)


def _whose(plan: Plan) -> str:
    return f"{plan.project} {instance_of(plan.environment, plan.slot)}"


def refuse_emptying(predecessor: Plan | None, plan: Plan) -> None:
    """Raise Refused (EW703) if the predecessor has objects and `plan` has none."""
    if predecessor is not None and predecessor.objects and not plan.objects:
        had = [f"{item.kind} {item.namespace or 'cluster'}/{item.name} of {item.unit}" for item in predecessor.objects]
        raise refuse(
            "EW703",
            f"the render of {plan.environment} has no objects, its predecessor has {len(had)}",
            Mark(PLAN),
            detail="\n".join([*had[:MOST_NAMED], *([f"and {len(had) - MOST_NAMED} more"] if had[MOST_NAMED:] else [])]),
            hint="see which units are off with `envwright resolve`; where it is meant, `--allow-empty` asks for it",
        )


def _transition(predecessor: Tree | None, target: Tree, **changes: Any) -> Transition:
    before = predecessor.plan if predecessor else None
    nothing = dict.fromkeys(
        ("created", "changed", "deleted", "kept", "moved", "replaced", "disruptive", "delete_first"), ()
    )
    return Transition(
        **{
            **nothing,
            **changes,
            "schema_version": SCHEMA_VERSION,
            "predecessor": predecessor.digest if predecessor else None,
            "plan": target.digest,
            "runs": tuple(_runs(before, target.plan)),
            "steps": tuple(setting_changes(before, target.plan)),
            "images": tuple(_images(before, target.plan)),
        }
    )


def _why_kept(item: PlannedObject, predecessor: Tree, plan: Plan, left: Collection[Identity]) -> str:
    """Return why an object that is gone from the render stays in the cluster, empty if it goes."""
    policy = next((step for step in plan.steps if isinstance(step, Prune)), None)
    if policy is None:
        return "the plan prunes nothing"
    if identity_of(item) in left:
        return "the owner of the namespace has it now"
    if not item.prune:
        return "its unit has `prune: false`"
    if item.kind in NEVER_PRUNED:
        return f"a {item.kind} is never pruned"
    if item.kind in policy.protected_kinds:
        return f"`prunePolicy` protects the kind {item.kind}"
    if item.kind == STATEFUL_SET and has_claims(predecessor.read(item.file)):
        return "a StatefulSet with claims is never pruned"
    return ""


def _moves(pairs: Iterable[tuple[PlannedObject, PlannedObject]]) -> Iterator[MovedObject]:
    for old, new in pairs:
        if (old.unit, old.file) != (new.unit, new.file):
            yield MovedObject(**facts_of(new), from_unit=old.unit, file=new.file, from_file=old.file)


def _replacements(differing: Iterable[Difference], plan: Plan) -> Iterator[ReplacedObject]:
    consenting = {path for step in plan.steps if isinstance(step, Apply) and step.replace for path in step.manifests}
    for each in differing:
        if each.immutable:
            yield ReplacedObject(
                **facts_of(each.new), immutable_fields=each.immutable, consent=each.new.file in consenting
            )


def _without_unit(content: Mapping[str, Any]) -> dict[str, Any]:
    metadata = content["metadata"]
    annotations = {
        name: value for name, value in (metadata.get("annotations") or {}).items() if name != UNIT_ANNOTATION
    }
    return {**content, "metadata": {**metadata, "annotations": annotations}}


def _moved_environment(before: Plan, after: Plan) -> Iterator[Disruption]:
    if before.namespace != after.namespace:
        reason = f"the environment moves here from the namespace {before.namespace}, where its claims and Secrets stay"
        names = {"api_version": "v1", "kind": "Namespace", "namespace": "", "name": after.namespace}
        yield Disruption(**names, unit="", reason=reason)


def _disruptions(differing: Iterable[Difference]) -> Iterator[Disruption]:
    for each in differing:
        if each.before and each.after:
            reasons = (of_replacement if each.immutable else of_change)(each.before, each.after)
            for reason in reasons:
                yield Disruption(**facts_of(each.new), reason=reason)


def _runs(predecessor: Plan | None, plan: Plan) -> Iterator[str]:
    known = {step.id: step.digest for step in predecessor.steps} if predecessor else {}
    for step in plan.steps:
        if isinstance(step, RunJob) and (step.run_on == "always" or known.get(step.id) != step.digest):
            yield step.id


def _images(predecessor: Plan | None, plan: Plan) -> Iterator[ImageChange]:
    before = predecessor.inputs.images if predecessor else {}
    after = plan.inputs.images
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield ImageChange(name=name, before=old.reference if old else None, after=new.reference if new else None)


def _objects(items: Iterable[PlannedObject]) -> tuple[UnitObject, ...]:
    return _sorted(UnitObject(**facts_of(item)) for item in items)


def _sorted(items: Iterable[AnyObject]) -> tuple[AnyObject, ...]:
    return tuple(sorted(items, key=lambda item: (item.unit, item.kind, item.namespace, item.name, item.api_version)))
