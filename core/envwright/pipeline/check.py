"""Step 9: render the units' objects and check them."""

from __future__ import annotations

from envwright.model.diagnostic import Refused, Report
from envwright.pipeline.state import State, World


def check(state: State, world: World) -> State:
    """Render every enabled unit and check its objects: names, namespaces, secrets, isolation, plugin guardrails.

    Raises Refused: EW2xx for templates, EW5xx for objects, EW6xx for isolation and secrets, and what plugins report.
    """
    # a third of the engine, which `resolve` and `validate` do without: 60 ms at every start of the pre-commit hook
    from envwright.pipeline.rendering import render_units

    report = Report()
    try:
        found = render_units(state, world, report)
    except Refused as error:  # of a plugin, which ends the step with what was found before it
        report.extend(error.diagnostics)
        return state.after(report)
    return state.after(
        report,
        resolved=found.environment,
        units=found.units,
        made_images=found.images,
        omissions=found.omissions,
        variables_read=state.variables_read | found.read,
    )
