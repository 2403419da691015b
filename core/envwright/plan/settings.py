"""What changes in the steps of a plan beside their objects: timeouts, the prune budget, Secrets, the order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from envwright.model.plan import Plan
from envwright.model.step import EnsureSecret, Step
from envwright.model.transition import StepChange
from envwright.plan.writing import camel_case, json_bytes

# what a step is called, what follows from its content, and what the objects, Jobs and images of a transition tell
TOLD = frozenset({"id", "verb", "digest", "manifests", "manifest", "produces"})
NEEDS = "needs"
PRUNE = "prune"


def setting_changes(before: Plan | None, after: Plan) -> Iterator[StepChange]:
    """Yield the settings that differ, in the order of the plan, then the Secrets that nothing asks for any more.

    Which steps a step needs is compared where both plans have the same steps: with others it follows from them.
    """
    if before is None:
        return
    known = {step.id: step for step in before.steps}
    passed = TOLD if known.keys() == {step.id for step in after.steps} else TOLD | {NEEDS}
    for step in after.steps:
        if step.id in known:
            yield from _differing(known.pop(step.id), step, passed)
        elif isinstance(step, EnsureSecret):
            yield StepChange(step=step.id, field="", before=None, after=step.name)
    for step in known.values():
        if isinstance(step, EnsureSecret):
            yield StepChange(step=step.id, field="", before=step.name, after=None)
    yield from _pruned(before, after)


def _pruned(before: Plan, after: Plan) -> Iterator[StepChange]:
    """Yield the units whose objects may be deleted now, or may not any more."""
    had, has = _kept_units(before), _kept_units(after)
    units = {item.unit for item in before.objects} & {item.unit for item in after.objects}
    for unit in sorted((had ^ has) & units):
        yield StepChange(step=PRUNE, field=f"unit {unit}", before=unit not in had, after=unit not in has)


def _kept_units(plan: Plan) -> frozenset[str]:
    return frozenset(item.unit for item in plan.objects if not item.prune)


def _differing(old: Step, new: Step, passed: frozenset[str]) -> Iterator[StepChange]:
    for name, value in vars(new).items():
        former = getattr(old, name, None)
        if name not in passed and value != former:
            yield StepChange(step=new.id, field=camel_case(name), before=_plain(former), after=_plain(value))


def _plain(value: Any) -> Any:
    return json.loads(json_bytes(value))
