"""Names in the environment repository: branches, directories, and the files of an environment that no plan lists.

`plan.json`, `PLAN.md` and `transition.json` are made of the plan; `pins.json` is what a promotion set, `hold.json` what
a rollback left, `hydrator.metadata` tells the commit of the source.
"""

from __future__ import annotations

PLAN = "plan.json"
REVIEW = "PLAN.md"
TRANSITION = "transition.json"
PINS = "pins.json"
HOLD = "hold.json"
METADATA = "hydrator.metadata"
MADE_OF_PLAN = frozenset({PLAN, REVIEW, TRANSITION})


def instance_of(environment: str, slot: int) -> str:
    """Return the name of an environment, of its slot if it is one: `production`, `ai-7`."""
    return f"{environment}-{slot}" if slot else environment


def default_branch(project: str, instance: str) -> str:
    """Return the branch of the environment repository that an environment has unless it is told another."""
    return f"env/{project}/{instance}"


def default_directory(project: str, instance: str) -> str:
    """Return the directory of the environment repository that an environment has unless it is told another."""
    return f"{project}/{instance}"
