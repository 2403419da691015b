"""Writes the files that are made from the plan's types: `python -m envwright.plan.generate [ROOT]`.

`ROOT` is the checkout, the working directory if left out.
"""

from __future__ import annotations

import sys

from envwright.contract.generate import Generated, main
from envwright.contract.json_text import json_text
from envwright.plan.schema import plan_schema, transition_schema

PLAN: Generated = (
    ("schema/plan.schema.json", lambda: json_text(plan_schema())),
    ("schema/transition.schema.json", lambda: json_text(transition_schema())),
)

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], PLAN))
