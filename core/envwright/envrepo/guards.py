"""What is not committed without being asked for: an environment emptied, more deleted than its budget allows."""

from __future__ import annotations

from envwright.model.diagnostic import Refused, diagnostic
from envwright.model.mark import Mark
from envwright.model.output import TRANSITION
from envwright.model.plan import Plan
from envwright.model.step import Prune
from envwright.model.transition import Transition
from envwright.plan.tree import Tree
from envwright.plan.views.wording import plural

MOST_NAMED = 100


def refuse_overspending(before: Tree | None, plan: Plan, transition: Transition) -> None:
    """Raise Refused (EW739), with the list, if a transition deletes more than `prunePolicy.maxPercent` of the objects.

    What counts is what the environment had: the share of its objects that will be gone from the cluster.
    """
    budget = next((step.max_percent for step in plan.steps if isinstance(step, Prune)), None)
    if before is None or budget is None:
        return
    had, gone = len(before.applied()), transition.deleted
    if not gone or len(gone) * 100 <= had * budget:
        return
    named = [f"{item.kind} {item.namespace or 'cluster'}/{item.name} of {item.unit}" for item in gone[:MOST_NAMED]]
    more = [f"and {len(gone) - MOST_NAMED} more"] if len(gone) > MOST_NAMED else []
    raise Refused(
        [
            diagnostic(
                "error",
                "EW739",
                f"{len(gone)} of {plural(had, 'object')} would be deleted, the budget is {budget} %",
                Mark(TRANSITION),
                detail="\n".join([*named, *more]),
                hint="pass --allow-prune if it is meant, or raise `orchestration.prunePolicy.maxPercent`",
            )
        ]
    )
