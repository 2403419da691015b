"""A plan as a graph, for Mermaid and Graphviz: steps in their phases, an arrow from each to what waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from envwright.model.plan import Plan
from envwright.plan.views.escape import dot_label, mermaid_label
from envwright.plan.views.wording import name_of


def plan_mermaid(plan: Plan) -> str:
    """Return the plan as a Mermaid flowchart with a line break at the end."""
    nodes = _nodes(plan)
    lines = ["flowchart LR"]
    for number, (phase, steps) in enumerate(_phases(plan)):
        boxes = [f"{nodes[step]}[{mermaid_label(step)}]" for step in steps]
        if phase:
            lines += [f"  subgraph p{number}[{mermaid_label(phase)}]", *(f"    {box}" for box in boxes), "  end"]
        else:
            lines += [f"  {box}" for box in boxes]
    lines += [f"  {before} --> {after}" for before, after in _arrows(plan, nodes)]
    return "\n".join(lines) + "\n"


def plan_dot(plan: Plan) -> str:
    """Return the plan as a Graphviz digraph with a line break at the end."""
    nodes = _nodes(plan)
    name = dot_label(f"{plan.project} {name_of(plan)}")
    lines = [f"digraph {name} {{", "  rankdir=LR;", "  node [shape=box];"]
    for number, (phase, steps) in enumerate(_phases(plan)):
        boxes = [f"{nodes[step]} [label={dot_label(step)}];" for step in steps]
        if phase:
            cluster = [f"label={dot_label(phase)};", *boxes]
            lines += [f"  subgraph cluster_{number} {{", *(f"    {line}" for line in cluster), "  }"]
        else:
            lines += [f"  {box}" for box in boxes]
    lines += [f"  {before} -> {after};" for before, after in _arrows(plan, nodes)]
    return "\n".join([*lines, "}"]) + "\n"


def _nodes(plan: Plan) -> dict[str, str]:
    """Return a name for each step that needs no escaping."""
    return {step.id: f"s{number}" for number, step in enumerate(plan.steps)}


def _phases(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    for phase, steps in groupby(plan.steps, key=lambda step: step.phase):
        yield phase, [step.id for step in steps]


def _arrows(plan: Plan, nodes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for step in plan.steps:
        for need in step.needs:
            yield nodes[need], nodes[step.id]
