"""The forms in which `envwright plan` shows a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envwright.model.plan import Plan
from envwright.plan.views.graph import plan_dot, plan_mermaid
from envwright.plan.views.markdown import plan_markdown
from envwright.plan.views.text import Style, plan_text
from envwright.plan.writing import plan_bytes

# Each gives the text of a plan; only `text` has colours.
VIEWS: Mapping[str, Callable[[Plan, Style], str]] = {
    "text": plan_text,
    "json": lambda plan, _style: plan_bytes(plan).decode(),
    "markdown": lambda plan, _style: plan_markdown(plan),
    "mermaid": lambda plan, _style: plan_mermaid(plan),
    "dot": lambda plan, _style: plan_dot(plan),
}
