"""`PLAN.md` in the environment repository: the plan for a reviewer, and what the commit changes."""

from __future__ import annotations

from envwright.model.transition import Transition
from envwright.plan.views.changes import Sign, transition_markdown

# no text of a stack can begin a line of the page: names stand there as code
HEADING = b"\n## What this commit changes\n\n"
# what a reviewer has to have seen is never cut
NEVER_CUT: frozenset[Sign] = frozenset({"disrupt", "replace", "delete", "move", "order", "step"})


def with_changes(review: bytes, transition: Transition) -> bytes:
    """Return the page of a plan with every delete, move and replacement of a transition, and what is disruptive."""
    return review + HEADING + transition_markdown(transition, NEVER_CUT).replace("\n### ", "\n#### ").encode()


def changes_part(review: bytes) -> str:
    """Return what the page says of a commit: every operation, and what is disruptive."""
    return review.partition(HEADING)[2].decode()


def plan_part(review: bytes) -> bytes:
    """Return the page without what a commit changed."""
    return review.partition(HEADING)[0]
