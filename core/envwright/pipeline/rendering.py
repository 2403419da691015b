"""One environment's units as objects: rendered, changed, finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from envwright.kubernetes.isolation.isolate import UnitObjects, isolate
from envwright.kubernetes.jobs import take_jobs
from envwright.kubernetes.kinds import CustomKinds, custom_kinds
from envwright.kubernetes.mounts import with_mounts
from envwright.kubernetes.objects import finish, report_duplicates
from envwright.kubernetes.secrets import take_secrets
from envwright.kubernetes.transform import transform_unit
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.typed_jobs import COMMAND, typed_jobs
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Report
from envwright.model.duration import seconds
from envwright.model.nodes import Node
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment, ResolvedUnit
from envwright.pipeline.context import scope_of
from envwright.pipeline.graph import unit_nodes
from envwright.pipeline.manifests import ManifestRenderer, image_function
from envwright.pipeline.places import place_in
from envwright.pipeline.state import State, World


def all_objects(unit: RenderedUnit) -> Sequence[KubernetesObject]:
    """Return the objects of a unit and its Jobs."""
    return (*unit.objects, *(job.object for job in unit.jobs))


def render_units(
    state: State, world: World, report: Report
) -> tuple[tuple[RenderedUnit, ...], tuple[Omission, ...], set[str]]:
    """Return the enabled units in deploy order, what isolation left out, and the passed variables that were read."""
    run = Rendering(state, world, report)
    units = [unit for name in state.environment.order if (unit := run.chosen(name)) is not None]
    made = tuple(UnitObjects(unit.name, run.objects(unit)) for unit in units)
    custom = custom_kinds(found.content for unit in made for found in unit.objects)
    omissions: tuple[Omission, ...] = ()
    if state.environment.instance_scope == "isolated":
        mode = state.selection.cluster_scope or state.environment.declared.cluster_scope
        made, omissions = isolate(made, mode, namespace=state.namespace, custom=custom, report=report)
    rendered = tuple(run.finished(unit, found.objects, custom) for unit, found in zip(units, made, strict=True))
    report_duplicates([found for unit in rendered for found in all_objects(unit)], report)
    return rendered, omissions, run.manifests.read


class Rendering:
    """One environment's rendering."""

    def __init__(self, state: State, world: World, report: Report) -> None:
        self.state = state
        self.world = world
        self.report = report
        self.environment: ResolvedEnvironment = state.environment
        self.units = {unit.name: unit for unit in self.environment.units}
        self.nodes: Mapping[str, Node] = unit_nodes(state.spec)
        self.images = {name: image.reference for name, image in self.environment.images.items()}
        scope = scope_of(state, state.context, image_function(self.environment.images))
        self.manifests = ManifestRenderer(world.reader, scope, report, every_go=state.dialect.go_manifests)
        suffix = f"-{self.environment.slot}" if self.environment.slot else ""
        self.identity = f"{self.environment.project}/{self.environment.environment}{suffix}"

    def chosen(self, name: str) -> ResolvedUnit | None:
        """Return an enabled unit, None if `--only` leaves it out."""
        only = self.state.selection.only
        return self.units[name] if not only or name in only else None

    def objects(self, unit: ResolvedUnit) -> tuple[KubernetesObject, ...]:
        """Return what the unit's manifests and its workload make, after its excludes, patches and mounts."""
        place = place_in(self.nodes[unit.name])
        found = [
            manifest
            for index, file in enumerate(unit.declared.manifests)
            for manifest in self.manifests.objects(file, place(("manifests", index)))
        ]
        if unit.declared.workload is not None:
            found += workload_objects(unit.declared.workload, self.workload_context(unit).below("workload"))
        return transform_unit(found, unit.declared, place, self.report)

    def finished(self, unit: ResolvedUnit, objects: tuple[KubernetesObject, ...], custom: CustomKinds) -> RenderedUnit:
        """Return the unit with its Secrets and Jobs taken out, every object as it goes into its file."""
        mode = self.state.dialect.secret_manifests
        timeout = self.ready_timeout(unit)
        kept, secrets = take_secrets(
            objects, mode, unit=unit.name, namespace=self.environment.namespace, report=self.report
        )
        plain, jobs = take_jobs(kept, phase=unit.phase, timeout=timeout)
        self.check_tools(unit)
        typed, files = typed_jobs(unit.declared, self.workload_context(unit))
        typed = tuple(self.mounted(job, unit) for job in typed)
        rendered = RenderedUnit(
            name=unit.name,
            phase=unit.phase,
            kind=unit.kind,
            depends_on=tuple(name for name in unit.depends_on if name in self.environment.order),
            objects=tuple(self.finish(found, unit, custom) for found in (*files, *plain)),
            jobs=tuple(self.finish_job(job, unit, custom) for job in (*typed, *jobs)),
            secrets=secrets,
            ready_timeout=timeout,
            options=options_of(unit),
        )
        self.check_by_plugins(rendered)
        return rendered

    def mounted(self, job: RenderedJob, unit: ResolvedUnit) -> RenderedJob:
        """Return a typed Job with the unit's claims mounted; those of its manifests have them already."""
        if not unit.declared.mounts:
            return job
        place = place_in(self.nodes[unit.name])
        return job._replace(object=with_mounts(job.object, unit.declared.mounts, place, self.report))

    def finish(self, found: KubernetesObject, unit: ResolvedUnit, custom: CustomKinds) -> KubernetesObject:
        """Return an object as it goes into its file."""
        return finish(
            found,
            namespace=self.environment.namespace,
            environment=self.identity,
            unit=unit.name,
            custom=custom,
            report=self.report,
        )

    def finish_job(self, job: RenderedJob, unit: ResolvedUnit, custom: CustomKinds) -> RenderedJob:
        """Return a Job as it goes into its file."""
        return job._replace(object=self.finish(job.object, unit, custom))

    def check_by_plugins(self, unit: RenderedUnit) -> None:
        """Let every plugin check the unit's objects."""
        found = self.world.host.diagnostics(
            "envwright_check_objects",
            environment=self.environment,
            unit=unit.name,
            objects=tuple(all_objects(unit)),
            settings=self.state.settings,
        )
        self.report.extend(found)

    def check_tools(self, unit: ResolvedUnit) -> None:
        """Report each migration whose tool nobody knows."""
        place = place_in(self.nodes[unit.name])
        for index, migration in enumerate(unit.declared.migrations if isinstance(unit.declared, Service) else ()):
            if migration.tool != COMMAND:
                summary = f'no installed plugin knows the migration tool "{migration.tool}"'
                hint = "install the plugin that brings it, or write `command` and what it shall run"
                self.report.error("EW106", summary, place(("migrations", index, "tool")), hint=hint)

    def ready_timeout(self, unit: ResolvedUnit) -> int:
        """Return how long the unit may take to become ready, in seconds."""
        return seconds(unit.declared.readiness.timeout or self.environment.orchestration.readiness.timeout)

    def workload_context(self, unit: ResolvedUnit) -> WorkloadContext:
        """Return where the unit's workload and typed Jobs stand."""
        return WorkloadContext(
            name=unit.name,
            project=self.environment.project,
            image=unit.declared.image if isinstance(unit.declared, Service) else "",
            images=self.images,
            pull_policy=self.environment.declared.image_pull_policy,
            reader=self.world.reader,
            place=place_in(self.nodes[unit.name]),
            report=self.report,
        )


def options_of(unit: ResolvedUnit) -> dict[str, object]:
    """Return the reconciler's settings of a unit as plain JSON values."""
    declared = unit.declared
    return {
        "onConflict": declared.on_conflict,
        "replace": declared.replace,
        "prune": declared.prune,
        "ownership": [
            {"kind": owned.kind, "name": owned.name, "paths": list(owned.paths)} for owned in declared.ownership
        ],
        "readiness": dict(declared.readiness.custom),
    }
