"""The plan and every file of the output."""

from __future__ import annotations

from envwright.kubernetes.secrets import declared_secret
from envwright.model.nodes import Seq
from envwright.model.rendered import RequiredSecret
from envwright.pipeline.state import State
from envwright.plan.build import build_plan, inputs_of
from envwright.plan.files import manifest_files
from envwright.plan.layout import lay_out
from envwright.plan.tree import Tree, rendered_tree
from envwright.plan.views.markdown import plan_markdown
from envwright.plan.writing import plan_bytes
from envwright.yaml.emit import emit as emit_yaml

PLAN = "plan.json"
REVIEW = "PLAN.md"


def output_of(state: State) -> tuple[Tree, dict[str, bytes]]:
    """Return the plan with its manifests, and every file by its path in the environment's directory.

    Raises Refused: EW502 if two objects would share a file.
    """
    environment = state.environment
    layout = lay_out(environment.phases, state.units, environment.namespace)
    manifests = manifest_files(layout, emit_yaml)
    plan = build_plan(
        environment,
        layout,
        _stack_secrets(state),
        state.omissions,
        inputs_of(environment, state.variables_read, _public(state)),
        manifests,
        whole=not state.selection.only,
    )
    plan_json = plan_bytes(plan)
    files = {**manifests, REVIEW: plan_markdown(plan).encode(), PLAN: plan_json}
    return rendered_tree(plan, plan_json, layout), files


def _public(state: State) -> dict[str, str]:
    """Return the public variables that were read and set, by value."""
    names = sorted(state.variables.public & state.variables_read & state.variables.values.keys())
    return {name: state.variables.values[name] for name in names}


def _stack_secrets(state: State) -> tuple[RequiredSecret, ...]:
    nodes = state.spec.get("secrets")
    marks = [node.mark for node in nodes.items] if isinstance(nodes, Seq) else []
    declared = zip(state.typed.secrets, marks, strict=True)
    return tuple(declared_secret(secret, mark) for secret, mark in declared if secret.when)
