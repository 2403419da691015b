"""Trees before and after, for tests of the transition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from envwright.model.rendered import Omission, RenderedUnit
from envwright.model.transition import ObjectRef, Transition
from envwright.plan.build import build_plan, inputs_of
from envwright.plan.files import manifest_files
from envwright.plan.layout import lay_out
from envwright.plan.transition import compute_transition
from envwright.plan.tree import Tree, rendered_tree
from envwright.plan.writing import plan_bytes
from tests.support.plans import emit, environment


def tree(*units: RenderedUnit, whole: bool = True, omissions: Sequence[Omission] = (), **changes: Any) -> Tree:
    """Make the tree of units that are given in deploy order, in `environment(**changes)`."""
    target = environment(**changes)
    layout = lay_out(target.phases, units, target.namespace)
    inputs = inputs_of(target, (), {})
    plan = build_plan(target, layout, (), omissions, inputs, manifest_files(layout, emit), whole=whole)
    return rendered_tree(plan, plan_bytes(plan), layout)


def transition(before: RenderedUnit, after: RenderedUnit) -> Transition:
    """Compare two states of one unit."""
    return compute_transition(tree(before), tree(after))


def names(items: tuple[ObjectRef, ...]) -> list[str]:
    """Return objects as `Kind name`."""
    return [f"{item.kind} {item.name}" for item in items]
