"""Names of the files of a rendered environment that are made of its plan, and that the plan itself does not list."""

from __future__ import annotations

PLAN = "plan.json"
REVIEW = "PLAN.md"
TRANSITION = "transition.json"
MADE_OF_PLAN = frozenset({PLAN, REVIEW, TRANSITION})
