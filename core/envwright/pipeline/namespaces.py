"""The part of step 7 that keeps environments apart: each has a namespace of its own, and so has every slot."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envwright.hookspecs import EnvironmentFacts
from envwright.model.contract.types import DnsLabel, Hostname
from envwright.model.diagnostic import Refused, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Map
from envwright.pipeline.context import namespace_facts
from envwright.pipeline.environments import kind_of, max_slots
from envwright.pipeline.inheritance import owner_of
from envwright.pipeline.state import State, World

DNS_LABEL = re.compile(DnsLabel.__metadata__[0].regex)  # type: ignore[attr-defined]  # Annotated keeps it there
HOSTNAME = re.compile(Hostname.__metadata__[0].regex)  # type: ignore[attr-defined]  # the same


def check_namespaces(state: State, world: World, report: Report) -> None:
    """Check the namespace by itself, as one of a slot, and against every other environment's; and the domain."""
    if not DNS_LABEL.fullmatch(state.namespace):
        hint = "lower-case letters, digits and `-`, at most 63, no `-` at the ends"
        report.error("EW305", f'"{state.namespace}" is not a namespace name', _template_mark(state), hint=hint)
    if state.selection.slot:
        _check_slots(state, world, report)
    domain = state.context["Domain"]
    if domain and not HOSTNAME.fullmatch(domain):
        template = state.environment_tree.get("domainTemplate") or state.environment_tree
        report.error("EW309", f'"{domain}" is not a domain', template.mark, hint="such as shop.example.org")
    facts = _facts_of_all(state, world)
    _check_shared(state, facts, report)
    # in a run over all environments each has its own turn
    for name in (state.selection.environment,) if state.facts else state.inherited:
        if name in facts:
            report.extend(world.host.diagnostics("envwright_check_namespace", facts=facts[name]))
        _check_name(name, state.inherited, report)


def first_facts(state: State, world: World) -> dict[tuple[str, int], EnvironmentFacts]:
    """Return what is known of every environment, by name and slot: slot 1 of each that has slots.

    They are the same whichever environment is selected, so a run over all of them computes them once. One whose
    template does not evaluate is left out.
    """
    wanted = [(name, 1 if kind_of(name, node) == "slot" else 0) for name, node in state.inherited.items()]
    found = {key: _facts(state, world, *key) for key in wanted}
    return {key: facts for key, facts in found.items() if facts is not None}


def _facts(state: State, world: World, name: str, slot: int) -> EnvironmentFacts | None:
    if (name, slot) in state.facts:
        return state.facts[name, slot]
    try:
        return namespace_facts(state, world, name, slot)
    except Refused:
        return None  # it is reported when that environment is the selected one


def _facts_of_all(state: State, world: World) -> dict[str, EnvironmentFacts]:
    # in a run over hundreds of environments each asks for all: those without slots are taken as they are
    found: dict[str, EnvironmentFacts | None] = {name: facts for (name, slot), facts in state.facts.items() if not slot}
    for name in state.inherited.keys() - found.keys():
        slot = _likely_slot(state, name) if kind_of(name, state.inherited[name]) == "slot" else 0
        found[name] = _facts(state, world, name, slot)
    return {name: facts for name in state.inherited if (facts := found[name]) is not None}


def _likely_slot(state: State, environment: str) -> int:
    """Return the slot of an environment that is most likely to have the selected one's namespace."""
    if environment == state.selection.environment:
        return state.selection.slot
    numbers = re.findall("[1-9][0-9]{0,5}", state.namespace)
    return int(numbers[-1]) if numbers else 1


def _check_slots(state: State, world: World, report: Report) -> None:
    """Check that the selected slot, the first and the last one have namespaces of their own, each with its number."""
    name = state.selection.environment
    hint = "add `{{ .Slot }}` to `namespaceTemplate`"
    seen = {state.namespace: state.selection.slot}
    if not _has_number(state.namespace, state.selection.slot):
        report.error("EW308", f'the namespace "{state.namespace}" lacks the slot', _template_mark(state), hint=hint)
        return
    for slot in sorted({1, max_slots(state.environment_tree)} - {state.selection.slot}):
        facts = _facts(state, world, name, slot)
        if facts is None:
            continue
        if facts.namespace in seen:
            fault = f'slots {seen[facts.namespace]} and {slot} have one namespace, "{facts.namespace}"'
        elif not _has_number(facts.namespace, slot):
            fault = f'the namespace "{facts.namespace}" of slot {slot} lacks the slot'
        else:
            seen[facts.namespace] = slot
            continue
        report.error("EW308", fault, _template_mark(state), hint=hint)
        return


def _check_shared(state: State, facts: Mapping[str, EnvironmentFacts], report: Report) -> None:
    """Report every other environment in the selected one's namespace, unless one environment owns it for both.

    The message is the same from both sides.
    """
    selected = state.selection.environment
    owner = owner_of(selected, state.inherited)
    order = list(state.inherited)
    for name, other in facts.items():
        if name == selected or other.namespace != state.namespace or owner_of(name, state.inherited) == owner:
            continue
        earlier, later = sorted((selected, name), key=order.index)
        report.error(
            "EW306",
            f'environments "{earlier}" and "{later}" have one namespace, {state.namespace}',
            facts[later].mark if later in facts else _template_mark(state),
            hint="give one a namespace of its own, or write `sharesNamespaceOf`",
        )


def _check_name(name: str, inherited: Mapping[str, Map], report: Report) -> None:
    stem, _, number = name.rpartition("-")
    owner = inherited.get(stem)
    if number.isdecimal() and owner is not None and kind_of(stem, owner) == "slot":
        fault = f'environment "{name}" could be a slot of "{stem}"'
        report.error("EW307", fault, inherited[name].mark, hint="rename it")


def _has_number(namespace: str, slot: int) -> bool:
    return re.search(rf"(?<![0-9]){slot}(?![0-9])", namespace) is not None


def _template_mark(state: State) -> Mark:
    template = state.environment_tree.get("namespaceTemplate")
    return (template or state.environment_tree).mark
