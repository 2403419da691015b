"""Step 7: resolve namespace and image references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from envwright.model.contract.orchestration import PHASES
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.diagnostic import Refused, Report, placed
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage, ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.pipeline.context import resolved_image, shows_values
from envwright.pipeline.graph import UNGROUPED, unit_nodes
from envwright.pipeline.namespaces import check_namespaces
from envwright.pipeline.places import place_in
from envwright.pipeline.state import State, World


def resolve_references(state: State, world: World) -> State:
    """Check the namespace against every other environment's, and resolve every image to its reference.

    Raises Refused: EW305-EW308 and EW320 for namespaces and environment names, EW310-EW312 for images, EW001 for
    manifest files that are not there where no later step would find out.
    """
    report = Report()
    check_namespaces(state, world, report)
    images = resolve_images(state, world, report)
    units = _units(state, images, report)
    if state.goal == "validate":  # all others that need the files open them
        _check_files(units, state, world, report)
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
        documents=typed.documents,
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


def _check_files(units: Iterable[ResolvedUnit], state: State, world: World, report: Report) -> None:
    """Report the manifest files of enabled units that are not there."""
    nodes = unit_nodes(state.spec)
    for unit in units:
        for index, file in enumerate(unit.declared.manifests if unit.enabled else ()):
            if not world.reader.exists(file.path):
                try:
                    world.reader.read(file.path)
                except Refused as error:
                    place = place_in(nodes[unit.name])
                    report.extend(placed(error.diagnostics, place(("manifests", index, "path"))))


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


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Seq) else ()
