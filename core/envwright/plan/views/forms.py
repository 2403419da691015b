"""The forms in which `envwright plan` shows a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envwright.plan.tree import Tree
from envwright.plan.views.graph import plan_dot, plan_mermaid
from envwright.plan.views.markdown import plan_markdown
from envwright.plan.views.text import Style, plan_text
from envwright.plan.writing import plan_bytes

# Each gives the text of a tree's plan; only `text` has colours.
VIEWS: Mapping[str, Callable[[Tree, Style], str]] = {
    "text": lambda tree, style: plan_text(tree.plan, style, read=tree.read),
    "json": lambda tree, _style: plan_bytes(tree.plan).decode(),
    "markdown": lambda tree, _style: plan_markdown(tree.plan, tree.read),
    "mermaid": lambda tree, _style: plan_mermaid(tree.plan),
    "dot": lambda tree, _style: plan_dot(tree.plan),
}
