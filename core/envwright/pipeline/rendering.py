"""One environment's units as objects: rendered, changed, finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from envwright.hookspecs import Isolated
from envwright.kubernetes.isolation.isolate import UnitObjects, isolate
from envwright.kubernetes.jobs import take_jobs
from envwright.kubernetes.kinds import CustomKinds, custom_kinds
from envwright.kubernetes.objects import finish, report_duplicates
from envwright.kubernetes.secrets import declared_secret, take_secrets
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Report
from envwright.model.duration import seconds
from envwright.model.nodes import Seq
from envwright.model.rendered import (
    KubernetesObject,
    Omission,
    RenderedImage,
    RenderedJob,
    RenderedUnit,
    RequiredSecret,
)
from envwright.model.resolved import ResolvedEnvironment, ResolvedUnit
from envwright.pipeline.extensions import image_jobs
from envwright.pipeline.state import State, World
from envwright.pipeline.unit_objects import MadeUnit, surroundings_of


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
    around = surroundings_of(state, world)
    only = state.selection.only
    units = [unit for unit in enabled_units(state.environment) if not only or unit.name in only]
    made: dict[str, MadeUnit] = {}
    for unit, found in zip(units, world.for_each(around.make, units), strict=True):
        report.extend(found.diagnostics)
        made[unit.name] = found
    run = Rendering(state, world, report, made)
    objects = tuple(UnitObjects(name, found.objects) for name, found in made.items())
    custom = custom_kinds(item.content for found in objects for item in found.objects)
    isolated = state.environment.instance_scope == "isolated"
    mode = state.selection.cluster_scope or state.environment.declared.cluster_scope
    omissions = tuple(item for found in made.values() for item in found.omissions)
    if isolated:
        objects, cluster_scoped = isolate(objects, mode, namespace=state.namespace, custom=custom, report=report)
        omissions += cluster_scoped
    assembled = tuple(run.assembled(unit, found.objects) for unit, found in zip(units, objects, strict=True))
    if isolated:
        assembled, more = run.isolated_by_plugins(assembled, mode)
        omissions += more
    rendered = tuple(run.finished(unit, custom) for unit in assembled)
    environment = developed(state.environment, made.values())
    jobs = image_jobs(environment, rendered, state.settings, world.host)
    images = tuple(run.finished_image(image, custom) for image in jobs)
    of_images = (found for image in images for found in (*image.objects, image.job.object))
    report_duplicates([*(found for unit in rendered for found in all_objects(unit)), *of_images], report)
    read = frozenset(name for found in made.values() for name in found.read)
    return RenderedUnits(environment, rendered, stack_secrets(state), images, omissions, read)


def stack_secrets(state: State) -> tuple[RequiredSecret, ...]:
    """Return the Secrets that the stack declares for this environment, which come before every unit."""
    nodes = state.spec.get("secrets")
    marks = [node.mark for node in nodes.items] if isinstance(nodes, Seq) else []
    declared = zip(state.typed.secrets, marks, strict=True)
    return tuple(declared_secret(secret, mark) for secret, mark in declared if secret.when)


def enabled_units(environment: ResolvedEnvironment) -> list[ResolvedUnit]:
    """Return the enabled units in deploy order."""
    units = {unit.name: unit for unit in environment.units}
    return [units[name] for name in environment.order]


def developed(environment: ResolvedEnvironment, made: Iterable[MadeUnit]) -> ResolvedEnvironment:
    """Return the environment with the stages of images that its units are developed in."""
    stages = {name: image for found in made for name, image in found.images.items()}
    return environment.but(images={**environment.images, **stages}) if stages else environment


class Rendering:
    """What becomes of the objects of one environment's units, which were `made` each by itself."""

    def __init__(self, state: State, world: World, report: Report, made: Mapping[str, MadeUnit]) -> None:
        self.state = state
        self.world = world
        self.report = report
        self.environment: ResolvedEnvironment = state.environment
        self.enabled = frozenset(self.environment.order)
        self.made = made
        self.jobs = {(name, job.object.name): job for name, found in made.items() for job in found.jobs}
        suffix = f"-{self.environment.slot}" if self.environment.slot else ""
        self.identity = f"{self.environment.project}/{self.environment.environment}{suffix}"

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
            development=self.made[unit.name].development,
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

    def ready_timeout(self, unit: ResolvedUnit) -> int:
        """Return how long the unit may take to become ready, in seconds."""
        return seconds(unit.declared.readiness.timeout or self.environment.orchestration.readiness.timeout)


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
