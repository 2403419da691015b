"""Step 8: build the deploy graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from envwright.contract.rules import check_list_names
from envwright.model.contract.orchestration import PHASES
from envwright.model.contract.unit import Dependency
from envwright.model.diagnostic import Related, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.model.resolved import ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.model.wrong_call import WrongCall
from envwright.pipeline.places import place_in
from envwright.pipeline.state import State, World
from envwright.pipeline.strategies import check_strategies

INFRASTRUCTURE_PHASE = PHASES[0]
UNGROUPED = "ungrouped"


def build_graph(state: State, world: World) -> State:
    """Find out which units are on, in which phase, and in which order they come up.

    Infrastructure first, then phase by phase; inside a phase the smallest name whose dependencies are met. Raises
    Refused: EW400 for a cycle, EW401 for an unknown dependency, EW402 for one that is off, EW403 for one in a later
    phase, EW404 for an unknown phase, EW105 and EW406 for a `deployOrder` that cannot be, EW330 and EW332 for
    strategies and stacks, and what plugins report. Raises WrongCall: EW405 for a unit of `--only` that is unknown or
    off.
    """
    report = Report()
    environment = state.environment
    units = {unit.name: unit for unit in environment.units}
    _check_only(state.selection.only, units)
    phases = _phases(state, environment.units, report)
    nodes = unit_nodes(state.spec)
    for unit in environment.units:
        if unit.enabled:
            _check_dependencies(unit, nodes[unit.name], units, phases, state.dialect.off_counts_as_met, report)
    report.raise_if_failed()
    order = deploy_order(environment.units, phases, report)
    built = environment.but(order=order, phases=phases)
    check_strategies(built, nodes, state.dialect, world.host, report)
    hook = {"environment": built, "place": place_in(state.spec), "settings": state.settings}
    report.extend(world.host.diagnostics("envwright_check_environment", **hook))
    return state.after(report, resolved=built)


def deploy_order(units: Iterable[ResolvedUnit], phases: tuple[str, ...], report: Report) -> tuple[str, ...]:
    """Return the names of the enabled units in deploy order; a cycle is reported (EW400) with its chain."""
    enabled = {unit.name: unit for unit in units if unit.enabled}
    order: list[str] = []
    for rung in sorted({_rung(unit, phases) for unit in enabled.values()}):
        members = {name: unit for name, unit in enabled.items() if _rung(unit, phases) == rung}
        needs = {name: {d for d in unit.depends_on if d in members} for name, unit in members.items()}
        ordered = _smallest_first(needs)
        order += ordered
        if len(ordered) < len(members):
            _report_cycle({name: needs[name] for name in needs if name not in ordered}, members, report)
    return tuple(order)


def dependency_mark(unit: Node, name: str) -> Mark:
    """Return the place of a name in a unit's `dependsOn`, the unit's own place if it is not there."""
    listed = unit.get("dependsOn") if isinstance(unit, Map) else None
    for item in listed.items if isinstance(listed, Seq) else ():
        found = item.get("name") if isinstance(item, Map) else item
        if isinstance(found, Scalar) and found.text == name:
            return found.mark
    return unit.mark


def _check_only(only: tuple[str, ...], units: Mapping[str, ResolvedUnit]) -> None:
    wrong = Report()
    for name in only:
        if name not in units:
            hint = did_you_mean(name, units) or f"the stack has: {', '.join(units) or 'none'}"
            wrong.error("EW405", f'unknown unit "{name}"', hint=hint)
        elif not units[name].enabled:
            unit = units[name]
            wrong.error("EW405", f'unit "{name}" is off in this environment', unit.mark, hint="leave it out of --only")
    if wrong.failed:
        raise WrongCall(wrong.items)


def _phases(state: State, units: tuple[ResolvedUnit, ...], report: Report) -> tuple[str, ...]:
    """Return every phase in its order, that of infrastructure first."""
    declared = tuple(dict.fromkeys((INFRASTRUCTURE_PHASE, *state.typed.orchestration.deploy_order)))
    unknown = sorted({unit.phase for unit in units} - {*declared})
    if state.dialect.ungrouped_last:
        return (*declared, *(phase for phase in unknown if phase != UNGROUPED), UNGROUPED)
    _check_deploy_order(state.spec, report)
    nodes = unit_nodes(state.spec)
    for unit in units:
        if unit.phase in unknown:
            where = place_in(nodes[unit.name])(("deployGroup",))
            hint = did_you_mean(unit.phase, declared) or "name it in `orchestration.deployOrder`"
            report.error("EW404", f'unit "{unit.name}" is in an unknown phase "{unit.phase}"', where, hint=hint)
    return declared


def _check_deploy_order(spec: Map, report: Report) -> None:
    orchestration = spec.get("orchestration")
    listed = orchestration.get("deployOrder") if isinstance(orchestration, Map) else None
    first: dict[str, Mark] = {}
    for place, item in enumerate(listed.items if isinstance(listed, Seq) else ()):
        if not isinstance(item, Scalar):
            continue
        if item.text in first:
            near = [Related("first here", first[item.text])]
            report.error("EW105", f'the phase "{item.text}" is named twice', item.mark, related=near)
        elif item.text == INFRASTRUCTURE_PHASE and place > 0:
            fault = f'the phase "{item.text}" is not the first: infrastructure comes up in it'
            report.error("EW406", fault, item.mark, hint="move it to the front, or leave it out")
        first.setdefault(item.text, item.mark)


def _rung(unit: ResolvedUnit, phases: tuple[str, ...]) -> int:
    if unit.kind == "infrastructure":
        return -1
    return phases.index(unit.phase) if unit.phase in phases else len(phases)


def _check_dependencies(
    unit: ResolvedUnit,
    node: Node,
    units: Mapping[str, ResolvedUnit],
    phases: tuple[str, ...],
    off_counts_as_met: bool,
    report: Report,
) -> None:
    if not off_counts_as_met:  # older formats take a name twice, too
        _refuse_repeated(node, report)
    for dependency in {each.name: each for each in unit.declared.depends_on}.values():
        name = dependency.name
        where = dependency_mark(node, name)
        target = units.get(name)
        if target is None:
            hint = did_you_mean(name, units) or "name a unit of `infrastructure` or `services`"
            report.error("EW401", f'unit "{unit.name}" depends on an unknown unit "{name}"', where, hint=hint)
        elif not target.enabled:
            _check_off(unit, dependency, target, where, off_counts_as_met, report)
        elif _rung(target, phases) > _rung(unit, phases):
            report.error(
                "EW403",
                f'unit "{unit.name}" ({unit.phase}) depends on "{name}" of the later phase {target.phase}',
                where,
                hint=_other_phase(unit, name),
                related=[Related(f'"{name}" is declared here', target.mark)],
            )


def _refuse_repeated(node: Node, report: Report) -> None:
    listed = node.get("dependsOn") if isinstance(node, Map) else None
    if isinstance(listed, Seq):
        check_list_names(listed, "name", report)


def _other_phase(unit: ResolvedUnit, dependency: str) -> str:
    if unit.kind == "infrastructure":  # it has no phase to move to
        return f'make "{dependency}" a unit of `infrastructure`, or "{unit.name}" one of `services`'
    return f'move "{dependency}" to an earlier phase, or "{unit.name}" to a later one'


def _check_off(
    unit: ResolvedUnit, dependency: Dependency, target: ResolvedUnit, where: Mark, counts_as_met: bool, report: Report
) -> None:
    if counts_as_met or dependency.optional:
        return
    report.error(
        "EW402",
        f'unit "{unit.name}" depends on "{target.name}", which is off in this environment',
        where,
        hint=f"write {{name: {target.name}, optional: true}} if it can do without",
        related=[Related(f'"{target.name}" is declared here', target.mark)],
    )


def _smallest_first(needs: Mapping[str, set[str]]) -> list[str]:
    waiting = {name: len(wanted) for name, wanted in needs.items()}
    wanted_by: dict[str, list[str]] = {name: [] for name in needs}
    for name, wanted in needs.items():
        for dependency in wanted:
            wanted_by[dependency].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    heapify(ready)
    ordered = []
    while ready:
        name = heappop(ready)
        ordered.append(name)
        for dependent in wanted_by[name]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heappush(ready, dependent)
    return ordered


def _report_cycle(needs: Mapping[str, set[str]], members: Mapping[str, ResolvedUnit], report: Report) -> None:
    chain = [min(needs)]
    while (following := min(needs[chain[-1]] & set(needs))) not in chain:
        chain.append(following)
    chain = chain[chain.index(following) :]
    related = [Related(f'"{name}" depends on "{after}"', members[name].mark) for name, after in _pairs(chain)]
    loop = " -> ".join([*chain, chain[0]])
    where = members[chain[0]].mark
    report.error("EW400", f"dependencies form a cycle: {loop}", where, hint="remove one of them", related=related)


def _pairs(chain: list[str]) -> list[tuple[str, str]]:
    return list(zip(chain, [*chain[1:], chain[0]], strict=True))


def unit_nodes(spec: Map) -> dict[str, Node]:
    """Return the declaration of every unit by name; the first of two with one name."""
    found: dict[str, Node] = {}
    for section in ("infrastructure", "services"):
        units = spec.get(section)
        for item in units.items if isinstance(units, Seq) else ():
            name = item.get("name") if isinstance(item, Map) else None
            if isinstance(name, Scalar):
                found.setdefault(name.text, item)
    return found
