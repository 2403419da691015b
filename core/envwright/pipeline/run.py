"""The ten steps as one list."""

from __future__ import annotations

from collections.abc import Callable

from envwright.model.diagnostic import Refused
from envwright.pipeline.check import check
from envwright.pipeline.components import merge_components
from envwright.pipeline.context import resolve_context
from envwright.pipeline.emit import emit
from envwright.pipeline.environments import resolve_environment
from envwright.pipeline.graph import build_graph
from envwright.pipeline.imports import resolve_imports
from envwright.pipeline.load import load
from envwright.pipeline.redaction import redacted
from envwright.pipeline.references import resolve_references
from envwright.pipeline.state import State, World
from envwright.pipeline.validate import validate

Step = Callable[[State, World], State]

STEPS: tuple[Step, ...] = (
    load,
    resolve_imports,
    merge_components,
    validate,
    resolve_environment,
    resolve_context,
    resolve_references,
    build_graph,
    check,
    emit,
)
STACK = STEPS[:4]  # what all environments of a stack have in common
RESOLVE = STEPS[4:8]
RENDER = STEPS[8:]


def run(state: State, world: World, steps: tuple[Step, ...] = STEPS) -> State:
    """Run `steps` in their order. Raises Refused at the end of the first step that finds an error.

    No diagnostic shows the value of a passed variable that is not public.
    """
    try:
        for step in steps:
            state = step(state, world)
    except Refused as error:
        raise type(error)(redacted(error.diagnostics, state.variables)) from None
    return state.but(diagnostics=redacted(state.diagnostics, state.variables))
