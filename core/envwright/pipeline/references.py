"""Step 7: resolve namespace and image references."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envwright.hookspecs import EnvironmentFacts
from envwright.model.contract.orchestration import PHASES
from envwright.model.contract.types import DnsLabel, Hostname
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.diagnostic import Refused, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage, ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.pipeline.context import namespace_facts, resolved_image, shows_values
from envwright.pipeline.environments import environments_of, inherit, kind_of
from envwright.pipeline.graph import UNGROUPED
from envwright.pipeline.state import State, World

DNS_LABEL = re.compile(DnsLabel.__metadata__[0].regex)  # type: ignore[attr-defined]  # Annotated keeps it there
HOSTNAME = re.compile(Hostname.__metadata__[0].regex)  # type: ignore[attr-defined]  # the same


def resolve_references(state: State, world: World) -> State:
    """Check the namespace against every other environment's, and resolve every image to its reference.

    Raises Refused: EW305-EW308 and EW320 for namespaces and environment names, EW310-EW312 for images.
    """
    report = Report()
    _check_namespaces(state, world, report)
    images = resolve_images(state, world, report)
    units = _units(state, images, report)
    return state.after(report, resolved=_environment(state, images, units))


def resolve_images(state: State, world: World, report: Report) -> Mapping[str, ResolvedImage]:
    """Return every image by name, in the order of the file."""
    shown = shows_values(state, state.variables_read)
    return {
        name: state.images.get(name) or resolved_image(state, world, name, image, report, shown=shown)
        for name, image in state.typed.images.items()
    }


def _environment(
    state: State, images: Mapping[str, ResolvedImage], units: tuple[ResolvedUnit, ...]
) -> ResolvedEnvironment:
    typed = state.typed
    declared = typed.environments[state.selection.environment]
    metadata = state.tree.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Map) else None
    return ResolvedEnvironment(
        stack=name.text if isinstance(name, Scalar) else state.context["Project"],
        project=state.context["Project"],
        environment=state.selection.environment,
        slot=state.selection.slot,
        namespace=state.namespace,
        domain=state.context["Domain"],
        declared=declared,
        instance_scope=declared.instance_scope,
        vars=state.context["Vars"],
        versions=state.context["Versions"],
        images=images,
        secrets=tuple(secret for secret in typed.secrets if secret.when),
        units=units,
        order=(),
        phases=(),
        webhook_runtime=typed.webhook_runtime,
        orchestration=typed.orchestration,
        gitops=typed.gitops,
    )


def _units(state: State, images: Mapping[str, ResolvedImage], report: Report) -> tuple[ResolvedUnit, ...]:
    primary = state.typed.environments[state.selection.environment].instance_scope == "primary"
    units = []
    sections: tuple[tuple[str, tuple[Infrastructure | Service, ...]], ...] = (
        ("infrastructure", state.typed.infrastructure),
        ("services", state.typed.services),
    )
    for section, declared in sections:
        for unit, node in zip(declared, _items(state.spec.get(section)), strict=True):
            _check_image(unit, node, images, report)
            service = isinstance(unit, Service)
            units.append(
                ResolvedUnit(
                    name=unit.name,
                    kind="service" if service else "infrastructure",
                    phase=_phase(unit, node, state.dialect.ungrouped_last),
                    enabled=bool(unit.enabled and unit.when and (unit.scope == "environment" or primary)),
                    depends_on=tuple(dependency.name for dependency in unit.depends_on),
                    declared=unit,
                    mark=node.mark,
                )
            )
    return tuple(units)


def _phase(unit: Infrastructure | Service, node: Node, ungrouped_last: bool) -> str:
    if not isinstance(unit, Service):
        return PHASES[0]
    grouped = isinstance(node, Map) and isinstance(node.get("deployGroup"), Scalar)
    return UNGROUPED if ungrouped_last and not grouped else unit.deploy_group


def _check_image(
    unit: Infrastructure | Service, node: Node, images: Mapping[str, ResolvedImage], report: Report
) -> None:
    image = unit.image if isinstance(unit, Service) else ""
    if image and image not in images:
        place = node.get("image") if isinstance(node, Map) else None
        hint = did_you_mean(image, images) or "define it in `images`"
        report.error("EW310", f'unknown image "{image}"', (place or node).mark, hint=hint)


def _check_namespaces(state: State, world: World, report: Report) -> None:
    environments = environments_of(state.tree)
    if not DNS_LABEL.fullmatch(state.namespace):
        hint = "lower-case letters, digits and `-`, at most 63, no `-` at the ends"
        report.error("EW305", f'"{state.namespace}" is not a namespace name', _template_mark(state), hint=hint)
    if state.selection.slot and not _has_number(state.namespace, state.selection.slot):
        hint = "add `{{ .Slot }}` to `namespaceTemplate`"
        report.error("EW308", f'the namespace "{state.namespace}" lacks the slot', _template_mark(state), hint=hint)
    domain = state.context["Domain"]
    if domain and not HOSTNAME.fullmatch(domain):
        template = state.environment_tree.get("domainTemplate") or state.environment_tree
        report.error("EW309", f'"{domain}" is not a domain', template.mark, hint="such as shop.example.org")
    others = _facts_of_all(state, world, environments)
    for facts in others.values():
        report.extend(world.host.diagnostics("envwright_check_namespace", facts=facts))
    _check_shared(state, others, report)
    for name in environments:
        _check_name(name, environments, report)


def _facts_of_all(state: State, world: World, environments: dict[str, Map]) -> dict[str, EnvironmentFacts]:
    facts = {}
    for name in environments:
        environment = inherit(name, environments, Report())
        slot = _likely_slot(state, name) if kind_of(name, environment) == "slot" else 0
        try:
            facts[name] = namespace_facts(state, world, name, slot, environment)
        except Refused:
            continue  # it is reported when that environment is the selected one
    return facts


def _likely_slot(state: State, environment: str) -> int:
    """Return the slot of an environment that is most likely to have the selected one's namespace."""
    if environment == state.selection.environment:
        return state.selection.slot
    numbers = re.findall("[1-9][0-9]{0,5}", state.namespace)
    return int(numbers[-1]) if numbers else 1


def _check_shared(state: State, facts: dict[str, EnvironmentFacts], report: Report) -> None:
    selected = state.selection.environment
    environments = environments_of(state.tree)
    for name, other in facts.items():
        if name == selected or other.namespace != state.namespace:
            continue
        shares = {_shared(environments[one]): two for one, two in ((selected, name), (name, selected))}
        if any(owner == partner for owner, partner in shares.items()):
            continue
        report.error(
            "EW306",
            f'environments "{selected}" and "{name}" have one namespace, {state.namespace}',
            _template_mark(state),
            hint="give one a namespace of its own, or write `sharesNamespaceOf`",
        )


def _shared(environment: Map) -> str:
    declared = environment.get("sharesNamespaceOf")
    return declared.text if isinstance(declared, Scalar) else ""


def _check_name(name: str, environments: dict[str, Map], report: Report) -> None:
    stem, _, number = name.rpartition("-")
    owner = environments.get(stem)
    if number.isdecimal() and owner is not None and kind_of(stem, inherit(stem, environments, Report())) == "slot":
        report.error(
            "EW307", f'environment "{name}" could be a slot of "{stem}"', environments[name].mark, hint="rename it"
        )


def _has_number(namespace: str, slot: int) -> bool:
    return re.search(rf"(?<![0-9]){slot}(?![0-9])", namespace) is not None


def _template_mark(state: State) -> Mark:
    template = state.environment_tree.get("namespaceTemplate")
    return (template or state.environment_tree).mark


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Seq) else ()
