"""What an environment adds to a namespace that it shares: all that the owner's own render does not have.

The owner is rendered from the same source, so what is added stays a function of the source. Only environments that
share a namespace pay for it.
"""

from __future__ import annotations

from envwright.model.diagnostic import Refused, Report
from envwright.pipeline.context import resolve_context
from envwright.pipeline.environments import kind_of, resolve_environment
from envwright.pipeline.extensions import used_images
from envwright.pipeline.graph import build_graph
from envwright.pipeline.inheritance import owners_of
from envwright.pipeline.owned import Owned
from envwright.pipeline.references import resolve_references
from envwright.pipeline.rendering import RenderedUnits, render_units
from envwright.pipeline.state import Selection, State, World

STEPS_BEFORE = (resolve_environment, resolve_context, resolve_references, build_graph)  # steps 5 to 8


def only_added(state: State, world: World, found: RenderedUnits, report: Report) -> RenderedUnits:
    """Return what was rendered less what the environments hold whose namespace the selected one shares.

    What is left to them is among the omissions; where it differs from theirs, a warning says so (EW510). Reports an
    owner that does not render (EW509), with its errors.
    """
    owned = Owned(state.namespace)
    read = found.read
    for owner in owners_of(state.selection.environment, state.inherited):
        theirs = _render(state, world, owner, report)
        if theirs is None:
            return found
        owned.add(owner, theirs)
        read |= theirs.read
    units = tuple(owned.without(unit) for unit in found.units)
    added = found._replace(
        units=units,
        secrets=owned.secrets_without("", found.secrets),
        images=owned.images_without(found.images, used_images(units)),
        read=read,
    )
    owned.warn(report)
    return added._replace(omissions=(*found.omissions, *owned.omissions))


def _render(state: State, world: World, owner: str, report: Report) -> RenderedUnits | None:
    """Return what an owner's render has, None for one that is refused, which is reported."""
    takes_slots = kind_of(owner, state.inherited[owner]) == "slot"
    slot, scope = state.selection.slot if takes_slots else 0, state.selection.cluster_scope
    its = state.but(selection=Selection(environment=owner, slot=slot, cluster_scope=scope), diagnostics=())
    faults = Report()
    try:
        for step in STEPS_BEFORE:
            its = step(its, world)
        found = render_units(its, world, faults)
        faults.raise_if_failed()
    except Refused as error:
        name = state.selection.environment
        where = (state.environment_tree.get("sharesNamespaceOf") or state.environment_tree).mark
        summary = f'environment "{name}" shares the namespace of "{owner}", which does not render'
        report.error("EW509", summary, where, hint=f'what "{name}" adds is known once "{owner}" renders')
        known = {item[:4] for item in (*state.diagnostics, *report.items)}
        report.extend(item for item in error.diagnostics if item.severity == "error" and item[:4] not in known)
        return None
    return found._replace(read=found.read | its.variables_read)
