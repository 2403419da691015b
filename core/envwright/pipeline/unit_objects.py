"""The objects of one unit: what it declares, its typed Jobs and those of plugins, after every transform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from envwright.hookspecs import UnitFacts
from envwright.images.reference import parse
from envwright.kubernetes.mounts import with_mounts
from envwright.kubernetes.places import Place
from envwright.kubernetes.transform import transform_unit
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.typed_jobs import NO_JOBS, TypedJobs, typed_jobs
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Diagnostic, Refused, Related, Report
from envwright.model.language import Development
from envwright.model.mark import Mark
from envwright.model.nodes import Node
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage, ResolvedUnit
from envwright.pipeline.context import scope_of
from envwright.pipeline.extensions import extra_jobs, transformed
from envwright.pipeline.graph import unit_nodes
from envwright.pipeline.manifests import ManifestRenderer, image_function
from envwright.pipeline.places import place_in
from envwright.pipeline.state import State, World
from envwright.pipeline.strategies import inputs_of, strategy_of
from envwright.templates.scope import Scope


class MadeUnit(NamedTuple):
    """What one unit makes, and what came to light on the way, all of it plain values: another process may make it.

    `objects` are all that it puts into the cluster, before Secrets and Jobs are taken out of them; `jobs` its typed
    Jobs and those of plugins, as they were before any transform. `images` are the stages that it is developed in, by
    name; `read` the passed variables that its manifests read.
    """

    objects: tuple[KubernetesObject, ...]
    jobs: tuple[RenderedJob, ...]
    development: Development | None
    images: Mapping[str, ResolvedImage]
    omissions: tuple[Omission, ...]
    read: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


class Surroundings(NamedTuple):
    """What the units of one environment are made in.

    `nodes` are their declarations by name, `images` the references of the environment's images by name.
    """

    state: State
    world: World
    nodes: Mapping[str, Node]
    images: Mapping[str, str | None]
    scope: Scope

    @property
    def environment(self) -> ResolvedEnvironment:
        """The environment, its images without the stages for development."""
        return self.state.environment

    def make(self, unit: ResolvedUnit) -> MadeUnit:
        """Return what a unit makes. Raises Refused (of a plugin), with what was found before it."""
        making = Making(self, unit)
        try:
            return making.made()
        except Refused as error:
            raise Refused((*making.report.items, *error.diagnostics)) from None


def surroundings_of(state: State, world: World) -> Surroundings:
    """Return what the units of the environment are made in."""
    images = state.environment.images
    references = {name: image.reference for name, image in images.items()}
    scope = scope_of(state, state.context, image_function(images))
    return Surroundings(state, world, unit_nodes(state.spec), references, scope)


def manifests_in(around: Surroundings, report: Report) -> ManifestRenderer:
    """Return what renders manifest files as the units of the environment do."""
    every_go = around.state.dialect.go_manifests
    return ManifestRenderer(around.world.reader, around.scope, report, every_go=every_go)


class Making:
    """The making of one unit.

    `jobs` are its typed Jobs and those of plugins once `with_jobs` has run, `images` the stages that it is developed in
    once `facts` has.
    """

    def __init__(self, around: Surroundings, unit: ResolvedUnit) -> None:
        self.around = around
        self.unit = unit
        self.state = around.state
        self.host = around.world.host
        self.place: Place = place_in(around.nodes[unit.name])
        self.report = Report()
        self.manifests = manifests_in(around, self.report)
        self.jobs: tuple[RenderedJob, ...] = ()
        self.images: Mapping[str, ResolvedImage] = {}

    def made(self) -> MadeUnit:
        """Return all that the unit makes."""
        own = self.declared_objects()
        facts = self.facts(own)
        omissions: list[Omission] = []
        objects = transformed(facts, self.with_jobs(facts, own), self.host, omissions, self.report)
        return MadeUnit(
            objects=objects,
            jobs=self.jobs,
            development=facts.development,
            images=self.images,
            omissions=tuple(omissions),
            read=frozenset(self.manifests.read),
            diagnostics=tuple(self.report.items),
        )

    def with_jobs(self, facts: UnitFacts, own: tuple[KubernetesObject, ...]) -> tuple[KubernetesObject, ...]:
        """Return the unit's objects after its typed Jobs and those of plugins, each with what it needs before it."""
        typed = self.typed_jobs(facts)
        extra = extra_jobs(facts, own, self.host)
        self.jobs = (*typed.jobs, *(each.job for each in extra))
        needed = (*typed.objects, *(item for each in extra for item in each.objects))
        return (*needed, *(job.object for job in self.jobs), *own)

    def declared_objects(self) -> tuple[KubernetesObject, ...]:
        """Return what the unit's manifests and its workload make, after its excludes, patches and mounts."""
        return transform_unit(self.made_objects(), self.unit.declared, self.place, self.report)

    def made_objects(self) -> list[KubernetesObject]:
        """Return what the unit's manifests and its workload make."""
        found = self.manifest_objects()
        if self.unit.declared.workload is not None:
            found += workload_objects(self.unit.declared.workload, self.workload_context().below("workload"))
        return found

    def manifest_objects(self) -> list[KubernetesObject]:
        """Return what the unit's manifests make; a file that it lists twice is reported (EW502) and read once."""
        first: dict[str, Mark] = {}
        found: list[KubernetesObject] = []
        for index, file in enumerate(self.unit.declared.manifests):
            where = self.place(("manifests", index))
            if file.path in first:
                related = [Related("first listed here", first[file.path])]
                summary = f'unit "{self.unit.name}" lists {file.path} twice'
                self.report.error("EW502", summary, where, hint="list it once", related=related)
            else:
                first[file.path] = where
                found += self.manifests.objects(file, where)
        return found

    def facts(self, objects: tuple[KubernetesObject, ...]) -> UnitFacts:
        """Return what plugins see of the unit with these objects."""
        strategy = strategy_of(self.unit, self.state.dialect)
        facts = UnitFacts(self.around.environment, self.unit, self.place, self.state.settings, strategy)
        if strategy == "restart":
            contents = self.around.world.contents
            inputs = inputs_of(self.unit, self.around.environment, contents, self.place, self.report)
            return facts._replace(inputs=inputs)
        return self.developed(facts, objects) if strategy == "hot-reload" else facts

    def developed(self, facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> UnitFacts:
        """Return the facts of a unit that runs under a reloader."""
        # Dockerfiles, their stages and contexts: where no unit is developed, a render does without
        from envwright.pipeline.development import Developments

        developments = Developments(self.state, self.around.world, self.report)
        facts = facts._replace(development=developments.of(facts, objects))
        self.images = developments.images
        return facts

    def typed_jobs(self, facts: UnitFacts) -> TypedJobs:
        """Return the migrations and hooks that the unit declares, each with the unit's claims mounted."""
        declared = self.unit.declared
        if isinstance(declared, Service) and declared.migrations:
            from envwright.pipeline.migrations import Migrations  # stages and contexts, as in `developed`

            declared = Migrations(self.state, self.around.world, self.report).written_out(declared, facts)
        elif not (declared.hooks.before_deploy or declared.hooks.after_ready):
            return NO_JOBS  # as most units
        typed = typed_jobs(declared, self.workload_context())
        return typed._replace(jobs=tuple(map(self.mounted, typed.jobs)))

    def mounted(self, job: RenderedJob) -> RenderedJob:
        """Return a typed Job with the unit's claims mounted; those of its manifests have them already."""
        mounts = self.unit.declared.mounts
        return job._replace(object=with_mounts(job.object, mounts, self.place, self.report)) if mounts else job

    def workload_context(self) -> WorkloadContext:
        """Return where the unit's workload and typed Jobs stand."""
        environment = self.around.environment
        declared = self.unit.declared
        return WorkloadContext(
            name=self.unit.name,
            project=environment.project,
            image=declared.image if isinstance(declared, Service) else "",
            images=self.around.images,
            pull_policy=environment.declared.image_pull_policy,
            reader=self.around.world.reader,
            place=self.place,
            report=self.report,
            parse_image=parse,
        )
