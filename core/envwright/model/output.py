"""Names of the files of a rendered environment that its plan does not list.

`plan.json`, `PLAN.md` and `transition.json` are made of the plan; `pins.json` is what a
promotion set, `hold.json` what a rollback left, `hydrator.metadata` tells the commit of the source.
"""

from __future__ import annotations

PLAN = "plan.json"
REVIEW = "PLAN.md"
TRANSITION = "transition.json"
PINS = "pins.json"
HOLD = "hold.json"
METADATA = "hydrator.metadata"
MADE_OF_PLAN = frozenset({PLAN, REVIEW, TRANSITION})
