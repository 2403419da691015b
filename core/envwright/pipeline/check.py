"""Step 9: render the units' objects and check them."""

from __future__ import annotations

from envwright.model.diagnostic import Refused, Report
from envwright.pipeline.inheritance import owners_of
from envwright.pipeline.state import State, World


def check(state: State, world: World) -> State:
    """Render every enabled unit and check its objects: names, namespaces, secrets, isolation, plugin guardrails.

    What the owner of a shared namespace has is left to it.

    Raises Refused: EW2xx for templates, EW5xx for objects, EW6xx for isolation and secrets, EW410 for what Argo CD or
    Flux cannot carry, and what plugins report.
    """
    # a third of the engine, which `resolve` and `validate` do without: 60 ms at every start of the pre-commit hook
    from envwright.pipeline.output import report_lacks
    from envwright.pipeline.rendering import render_units

    report = Report()
    try:
        found = render_units(state, world, report)
        if not report.failed and state.dialect.owners_keep and owners_of(state.selection.environment, state.inherited):
            from envwright.pipeline.sharing import only_added  # few environments share a namespace

            found = only_added(state, world, found, report)
        rendered = state.but(
            resolved=found.environment,
            units=found.units,
            secrets=found.secrets,
            made_images=found.images,
            omissions=found.omissions,
            variables_read=state.variables_read | found.read,
        )
        report_lacks(rendered, report)
    except Refused as error:  # of a plugin, which ends the step with what was found before it
        report.extend(error.diagnostics)
        return state.after(report)
    return rendered.after(report)
