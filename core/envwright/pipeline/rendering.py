"""One environment's units as objects: rendered, changed, finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from envwright.hookspecs import Isolated, UnitFacts
from envwright.images.reference import parse
from envwright.kubernetes.isolation.isolate import UnitObjects, isolate
from envwright.kubernetes.jobs import take_jobs
from envwright.kubernetes.kinds import CustomKinds, custom_kinds
from envwright.kubernetes.mounts import with_mounts
from envwright.kubernetes.objects import finish, report_duplicates
from envwright.kubernetes.places import Place
from envwright.kubernetes.secrets import declared_secret, take_secrets
from envwright.kubernetes.transform import transform_unit
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.typed_jobs import TypedJobs, typed_jobs
from envwright.model.contract.environment import ClusterScope
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Related, Report
from envwright.model.duration import seconds
from envwright.model.language import Development
from envwright.model.mark import Mark
from envwright.model.nodes import Node, Seq
from envwright.model.rendered import (
    KubernetesObject,
    Omission,
    RenderedImage,
    RenderedJob,
    RenderedUnit,
    RequiredSecret,
)
from envwright.model.resolved import ResolvedEnvironment, ResolvedUnit
from envwright.pipeline.context import scope_of
from envwright.pipeline.development import Developments
from envwright.pipeline.extensions import extra_jobs, image_jobs, transformed
from envwright.pipeline.graph import unit_nodes
from envwright.pipeline.manifests import ManifestRenderer, image_function
from envwright.pipeline.migrations import Migrations
from envwright.pipeline.places import place_in
from envwright.pipeline.state import State, World
from envwright.pipeline.strategies import inputs_of, strategy_of


def all_objects(unit: RenderedUnit) -> Sequence[KubernetesObject]:
    """Return the objects of a unit and its Jobs."""
    return (*unit.objects, *(job.object for job in unit.jobs))


class RenderedUnits(NamedTuple):
    """The enabled units in deploy order, the stack's Secrets, the images that Jobs make, what was left out and read.

    `environment` has the images for development too. `read` are the passed variables that templates read.
    """

    environment: ResolvedEnvironment
    units: tuple[RenderedUnit, ...]
    secrets: tuple[RequiredSecret, ...]
    images: tuple[RenderedImage, ...]
    omissions: tuple[Omission, ...]
    read: frozenset[str]


def render_units(state: State, world: World, report: Report) -> RenderedUnits:
    """Return all that the enabled units put into the cluster. Raises Refused: EW990."""
    run = Rendering(state, world, report)
    units = [unit for name in state.environment.order if (unit := run.chosen(name)) is not None]
    made = tuple(UnitObjects(unit.name, run.objects(unit)) for unit in units)
    custom = custom_kinds(found.content for unit in made for found in unit.objects)
    isolated = state.environment.instance_scope == "isolated"
    mode = state.selection.cluster_scope or state.environment.declared.cluster_scope
    omissions = tuple(run.omissions)
    if isolated:
        made, cluster_scoped = isolate(made, mode, namespace=state.namespace, custom=custom, report=report)
        omissions += cluster_scoped
    assembled = tuple(run.assembled(unit, found.objects) for unit, found in zip(units, made, strict=True))
    if isolated:
        assembled, more = run.isolated_by_plugins(assembled, mode)
        omissions += more
    rendered = tuple(run.finished(unit, custom) for unit in assembled)
    environment = run.developed_environment()
    jobs = image_jobs(environment, rendered, state.settings, world.host)
    images = tuple(run.finished_image(image, custom) for image in jobs)
    of_images = (found for image in images for found in (*image.objects, image.job.object))
    report_duplicates([*(found for unit in rendered for found in all_objects(unit)), *of_images], report)
    return RenderedUnits(environment, rendered, stack_secrets(state), images, omissions, frozenset(run.manifests.read))


def stack_secrets(state: State) -> tuple[RequiredSecret, ...]:
    """Return the Secrets that the stack declares for this environment, which come before every unit."""
    nodes = state.spec.get("secrets")
    marks = [node.mark for node in nodes.items] if isinstance(nodes, Seq) else []
    declared = zip(state.typed.secrets, marks, strict=True)
    return tuple(declared_secret(secret, mark) for secret, mark in declared if secret.when)


class Rendering:
    """One environment's rendering."""

    def __init__(self, state: State, world: World, report: Report) -> None:
        self.state = state
        self.world = world
        self.report = report
        self.environment: ResolvedEnvironment = state.environment
        self.units = {unit.name: unit for unit in self.environment.units}
        self.enabled = frozenset(self.environment.order)
        self.nodes: Mapping[str, Node] = unit_nodes(state.spec)
        self.images = {name: image.reference for name, image in self.environment.images.items()}
        self.jobs: dict[tuple[str, str], RenderedJob] = {}
        self.developed: dict[str, Development | None] = {}
        self.omissions: list[Omission] = []
        self.developments = Developments(state, world, report)
        self.migrations = Migrations(state, world, report)
        scope = scope_of(state, state.context, image_function(self.environment.images))
        self.manifests = ManifestRenderer(world.reader, scope, report, every_go=state.dialect.go_manifests)
        suffix = f"-{self.environment.slot}" if self.environment.slot else ""
        self.identity = f"{self.environment.project}/{self.environment.environment}{suffix}"

    def developed_environment(self) -> ResolvedEnvironment:
        """Return the environment with the stages of images that its units are developed in."""
        images = {**self.environment.images, **self.developments.images}
        return self.environment.but(images=images) if self.developments.images else self.environment

    def chosen(self, name: str) -> ResolvedUnit | None:
        """Return an enabled unit, None if `--only` leaves it out."""
        only = self.state.selection.only
        return self.units[name] if not only or name in only else None

    def objects(self, unit: ResolvedUnit) -> tuple[KubernetesObject, ...]:
        """Return all objects of a unit, its typed Jobs and those of plugins among them, after every transform."""
        own = self.declared_objects(unit)
        facts = self.facts(unit, own)
        self.developed[unit.name] = facts.development
        return transformed(facts, self.with_jobs(unit, own, facts), self.world.host, self.omissions, self.report)

    def with_jobs(
        self, unit: ResolvedUnit, own: tuple[KubernetesObject, ...], facts: UnitFacts
    ) -> tuple[KubernetesObject, ...]:
        """Return a unit's objects after its typed Jobs and those of plugins, each with what it needs before it."""
        typed = self.typed_jobs(unit, facts)
        extra = extra_jobs(facts, own, self.world.host)
        jobs = (*typed.jobs, *(each.job for each in extra))
        self.jobs.update({(unit.name, job.object.name): job for job in jobs})
        needed = (*typed.objects, *(item for each in extra for item in each.objects))
        return (*needed, *(job.object for job in jobs), *own)

    def declared_objects(self, unit: ResolvedUnit) -> tuple[KubernetesObject, ...]:
        """Return what the unit's manifests and its workload make, after its excludes, patches and mounts."""
        place = place_in(self.nodes[unit.name])
        return transform_unit(self.made_objects(unit, place), unit.declared, place, self.report)

    def made_objects(self, unit: ResolvedUnit, place: Place) -> list[KubernetesObject]:
        """Return what the unit's manifests and its workload make."""
        found = self.manifest_objects(unit, place)
        if unit.declared.workload is not None:
            found += workload_objects(unit.declared.workload, self.workload_context(unit).below("workload"))
        return found

    def manifest_objects(self, unit: ResolvedUnit, place: Place) -> list[KubernetesObject]:
        """Return what the unit's manifests make; a file that it lists twice is reported (EW502) and read once."""
        first: dict[str, Mark] = {}
        found: list[KubernetesObject] = []
        for index, file in enumerate(unit.declared.manifests):
            where = place(("manifests", index))
            if file.path in first:
                related = [Related("first listed here", first[file.path])]
                summary = f'unit "{unit.name}" lists {file.path} twice'
                self.report.error("EW502", summary, where, hint="list it once", related=related)
            else:
                first[file.path] = where
                found += self.manifests.objects(file, where)
        return found

    def assembled(self, unit: ResolvedUnit, objects: tuple[KubernetesObject, ...]) -> RenderedUnit:
        """Return the unit with its Secrets and Jobs taken out of its objects."""
        mode = self.state.dialect.secret_manifests
        timeout = self.ready_timeout(unit)
        kept, secrets = take_secrets(
            objects, mode, unit=unit.name, namespace=self.environment.namespace, report=self.report
        )
        plain, jobs = take_jobs(kept, phase=unit.phase, timeout=timeout)
        return RenderedUnit(
            name=unit.name,
            phase=unit.phase,
            kind=unit.kind,
            depends_on=tuple(name for name in unit.depends_on if name in self.enabled),
            objects=plain,
            jobs=tuple(self.declared_job(unit, job) for job in jobs),
            secrets=secrets,
            ready_timeout=timeout,
            options=options_of(unit),
            development=self.developed[unit.name],
        )

    def isolated_by_plugins(
        self, units: tuple[RenderedUnit, ...], mode: ClusterScope
    ) -> tuple[tuple[RenderedUnit, ...], tuple[Omission, ...]]:
        """Return the units as every plugin's isolation leaves them, and what they go without."""
        found = self.world.host.fold(
            "envwright_isolate",
            "isolated",
            Isolated(units),
            environment=self.environment,
            mode=mode,
            settings=self.state.settings,
        )
        self.report.extend(found.diagnostics)
        return found.units, found.omissions

    def finished(self, unit: RenderedUnit, custom: CustomKinds) -> RenderedUnit:
        """Return the unit with every object as it goes into its file, and checked by the plugins."""
        finished = unit._replace(
            objects=tuple(self.finish(found, unit.name, custom) for found in unit.objects),
            jobs=tuple(self.finish_job(job, unit.name, custom) for job in unit.jobs),
        )
        self.check_by_plugins(finished)
        return finished

    def declared_job(self, unit: ResolvedUnit, job: RenderedJob) -> RenderedJob:
        """Return a Job with what the unit or a plugin declares of it; of a manifest's Job that is nothing."""
        known = self.jobs.get((unit.name, job.object.name))
        return job if known is None else known._replace(object=job.object)

    def mounted(self, job: RenderedJob, unit: ResolvedUnit) -> RenderedJob:
        """Return a typed Job with the unit's claims mounted; those of its manifests have them already."""
        if not unit.declared.mounts:
            return job
        place = place_in(self.nodes[unit.name])
        return job._replace(object=with_mounts(job.object, unit.declared.mounts, place, self.report))

    def finish(self, found: KubernetesObject, unit: str, custom: CustomKinds) -> KubernetesObject:
        """Return an object as it goes into its file."""
        return finish(
            found,
            namespace=self.environment.namespace,
            environment=self.identity,
            unit=unit,
            custom=custom,
            report=self.report,
        )

    def finish_job(self, job: RenderedJob, unit: str, custom: CustomKinds) -> RenderedJob:
        """Return a Job as it goes into its file."""
        return job._replace(object=self.finish(job.object, unit, custom))

    def finished_image(self, image: RenderedImage, custom: CustomKinds) -> RenderedImage:
        """Return the Job that makes an image with all that it needs, as they go into their files."""
        objects = tuple(self.finish(found, "", custom) for found in image.objects)
        return image._replace(job=self.finish_job(image.job, "", custom), objects=objects)

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

    def facts(self, unit: ResolvedUnit, objects: tuple[KubernetesObject, ...]) -> UnitFacts:
        """Return what plugins see of a unit with these objects."""
        place = place_in(self.nodes[unit.name])
        strategy = strategy_of(unit, self.state.dialect)
        facts = UnitFacts(self.environment, unit, place, self.state.settings, strategy)
        if strategy == "restart":
            inputs = inputs_of(unit, self.environment, self.world.contents, place, self.report)
            return facts._replace(inputs=inputs)
        return facts._replace(development=self.developments.of(facts, objects))

    def typed_jobs(self, unit: ResolvedUnit, facts: UnitFacts) -> TypedJobs:
        """Return the migrations and hooks that the unit declares, each with the unit's claims mounted."""
        declared = unit.declared
        if isinstance(declared, Service):
            declared = self.migrations.written_out(declared, facts)
        typed = typed_jobs(declared, self.workload_context(unit))
        return typed._replace(jobs=tuple(self.mounted(job, unit) for job in typed.jobs))

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
            parse_image=parse,
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
