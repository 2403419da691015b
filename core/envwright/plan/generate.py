"""Writes the files that are made from the plan's types: `python -m envwright.plan.generate [ROOT]`.

`ROOT` is the checkout, the working directory if left out.
"""

from __future__ import annotations

import sys

from envwright.contract.generate import Generated, main
from envwright.plan.schema import plan_schema_text, transition_schema_text

PLAN: Generated = (
    ("schema/plan.schema.json", plan_schema_text),
    ("schema/transition.schema.json", transition_schema_text),
)

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], PLAN))
