"""Step 5: resolve environment inheritance, defaults, overrides and pins."""

from __future__ import annotations

from envwright.ast.merge import drop_unset, is_unset, merge, nothing_named
from envwright.contract.check import check as check_node
from envwright.contract.naming import named_lists
from envwright.model.contract.environment import EnvironmentKind, InstanceScope
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.diagnostic import Diagnostic, Report, diagnostic
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq, with_origin
from envwright.model.suggest import did_you_mean
from envwright.model.wrong_call import WrongCall
from envwright.pipeline.pins import lay_pins
from envwright.pipeline.state import State, World

DEFAULT_MAX_SLOTS = 10


def resolve_environment(state: State, _world: World) -> State:
    """Make the AST of the selected environment: inherited through `from`, its `overrides` and its pins laid over.

    Raises WrongCall: EW300 for an unknown environment, EW302-EW304 for a slot that does not fit. Raises Refused: EW110
    for overrides of an unknown unit.
    """
    report = Report()
    _check_selected(state)
    selected = state.selection.environment
    environment = with_map_origin(state.inherited[selected], selected)
    _check_slot(state, environment)
    spec = _override_units(spec_of(state.tree), selected, environment, report)
    spec = lay_pins(spec, state.selection.pins, report)
    return state.after(report, spec=spec, environment_tree=environment)


def environments_of(tree: Map) -> dict[str, Map]:
    """Return the declared environments by name, in the order of the file."""
    declared = spec_of(tree).get("environments")
    entries = declared.entries.items() if isinstance(declared, Map) else ()
    return {name: entry.node if isinstance(entry.node, Map) else Map({}, entry.mark) for name, entry in entries}


def with_map_origin(node: Map, environment: str) -> Map:
    """Return an environment's map, everything in it marked as brought by that environment."""
    marked = with_origin(node, f"environment {environment}")
    assert isinstance(marked, Map)  # noqa: S101  # with_origin keeps the type of its argument
    return marked


def kind_of(name: str, environment: Map) -> EnvironmentKind:
    """Return an environment's kind; left out, it is `production` for that name and `development` for all others."""
    kind = _text(environment, "kind")
    if kind is not None and kind.text in ("production", "development", "slot"):
        return kind.text  # type: ignore[return-value]  # narrowed by the line above
    return "production" if name == "production" else "development"


def instance_scope_of(name: str, environment: Map) -> InstanceScope:
    """Return whether an environment is `primary` or `isolated`; a slot is always isolated."""
    declared = _text(environment, "instanceScope")
    isolated = kind_of(name, environment) == "slot" or (declared is not None and declared.text == "isolated")
    return "isolated" if isolated else "primary"


def max_slots(environment: Map) -> int:
    """Return the highest slot number of an environment of kind `slot`."""
    slots = environment.get("slots")
    highest = _text(slots, "max") if isinstance(slots, Map) else None
    return int(highest.text) if highest is not None else DEFAULT_MAX_SLOTS


def which_environment(state: State) -> WrongCall:
    """Make the exception for a call that has to name an environment (EW300); the caller raises it."""
    hint = f"the stack has: {', '.join(state.inherited) or 'none'}"
    return WrongCall([diagnostic("error", "EW300", "say which environment: --env NAME", Mark(state.root), hint=hint)])


def no_environment(state: State) -> Diagnostic:
    """Return the warning for a stack that declares no environment (EW317): its units were not resolved."""
    hint = "write `environments: {production: {}}`; the contract alone was checked"
    return diagnostic("warning", "EW317", "the stack has no environment", spec_of(state.tree).mark, hint=hint)


def _check_selected(state: State) -> None:
    name = state.selection.environment
    if not name:
        raise which_environment(state)
    if name not in state.inherited:
        hint = did_you_mean(name, state.inherited) or f"the stack has: {', '.join(state.inherited) or 'none'}"
        raise WrongCall([diagnostic("error", "EW300", f'unknown environment "{name}"', Mark(state.root), hint=hint)])


def _check_slot(state: State, environment: Map) -> None:
    name, slot = state.selection.environment, state.selection.slot
    takes_slots = kind_of(name, environment) == "slot"
    if takes_slots and not slot:
        fault = ("EW302", f'environment "{name}" has slots: say which', "pass --slot N")
    elif slot and not takes_slots:
        fault = ("EW303", f'environment "{name}" takes no slots', "leave --slot out")
    elif takes_slots and not 1 <= slot <= max_slots(environment):
        fault = (
            "EW304",
            f"slot {slot} is outside 1-{max_slots(environment)}",
            "raise `slots.max`, or take another slot",
        )
    else:
        return
    raise WrongCall([diagnostic("error", fault[0], fault[1], _name_mark(state.tree, name), hint=fault[2])])


def _name_mark(tree: Map, name: str) -> Mark:
    """Return the place of an environment's name."""
    declared = spec_of(tree).get("environments")
    return declared.entries[name].mark if isinstance(declared, Map) else tree.mark


def _override_units(spec: Map, environment_name: str, environment: Map, report: Report) -> Map:
    overrides = environment.get("overrides")
    if not isinstance(overrides, Map):
        return spec
    known = {name: section for section in ("infrastructure", "services") for name in _unit_names(spec, section)}
    for name, entry in overrides.entries.items():
        if name not in known:
            hint = did_you_mean(name, known) or "name a unit of `infrastructure` or `services`"
            report.error("EW110", f'overrides of an unknown unit "{name}"', entry.mark, hint=hint)
    for section, unit_type in (("infrastructure", Infrastructure), ("services", Service)):
        units = spec.get(section)
        if isinstance(units, Seq):
            items = tuple(_overridden(unit, overrides, environment_name, unit_type, report) for unit in units.items)
            spec = replaced(spec, section, units._replace(items=items))
    return spec


def _overridden(
    unit: Node, overrides: Map, environment: str, unit_type: type[Infrastructure | Service], report: Report
) -> Node:
    name = _text(unit, "name")
    change = overrides.get(name.text) if name is not None else None
    if not isinstance(unit, Map) or not isinstance(change, Map):
        return unit
    merged = merge(unit, with_map_origin(change, environment), named_lists(unit_type))
    if unit_type is Infrastructure:  # its overrides were checked as a service's, which has more keys
        check_node(merged, Infrastructure, report)
    return merged


def variables_of(tree: Map, environment: Map) -> Map:
    """Return the stack's `vars` with an environment's own merged over them, less what a null unset."""
    variables, own = spec_of(tree).get("vars"), environment.get("vars")
    base = variables if isinstance(variables, Map) else Map({}, environment.mark)
    return drop_unset(merge(base, own, nothing_named) if isinstance(own, Map) else base)


def written_for(state: State) -> Map:
    """Return the document as it was written for the selected environment, after step 5: nothing evaluated yet.

    Its `vars` are those of the environment, and under `environments` the selected one has all that it inherits.
    """
    spec = replaced(state.spec, "vars", variables_of(state.tree, state.environment_tree))
    declared = spec.get("environments")
    if isinstance(declared, Map):
        selected = replaced(declared, state.selection.environment, state.environment_tree)
        spec = replaced(spec, "environments", selected)
    return replaced(state.tree, "spec", spec)


def replaced(tree: Map, key: str, node: Node) -> Map:
    """Return a map with another node under a key, at the key's place if it is there already."""
    mark = tree.entries[key].mark if key in tree.entries else node.mark
    return tree._replace(entries={**tree.entries, key: Entry(mark, node)})


def _unit_names(spec: Map, section: str) -> list[str]:
    units = spec.get(section)
    names = (_text(unit, "name") for unit in (units.items if isinstance(units, Seq) else ()))
    return [name.text for name in names if name is not None]


def spec_of(tree: Map) -> Map:
    """Return the stack's `spec`, empty if it has none."""
    spec = tree.get("spec")
    return spec if isinstance(spec, Map) else Map({}, tree.mark)


def _text(node: Node | None, key: str) -> Scalar | None:
    found = node.get(key) if isinstance(node, Map) else None
    return found if isinstance(found, Scalar) and not is_unset(found) else None
