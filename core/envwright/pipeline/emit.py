"""Step 10: emit the plan and every file of the output."""

from __future__ import annotations

from envwright.model.diagnostic import Refused, Report
from envwright.pipeline.state import State, World


def emit(state: State, world: World) -> State:
    """Give every object its file, and make the plan, its review and all bytes of the output.

    Raises Refused: EW502 if two objects would share a file, EW990 for a plugin's rule or writer that cannot be.
    """
    from envwright.pipeline.output import output_of  # as in step 9: what does not plan does not pay for it

    report = Report()
    try:
        made = output_of(state, world)
    except Refused as error:
        report.extend(error.diagnostics)
        return state.after(report)
    return state.after(report, output=made.tree, files=made.files, shown=made.shown)
