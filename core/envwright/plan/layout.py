"""Where everything goes: what each unit does in which phase, and the file that holds each manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from envwright.model.diagnostic import refuse
from envwright.model.rendered import JobStage, KubernetesObject, RenderedJob, RenderedUnit, RequiredSecret
from envwright.plan.order import apply_key
from envwright.plan.references import needed_by, reference_to

MIGRATIONS = "migrations"

# Gives the file of a manifest relative to the output folder, from its phase, its unit's name and the object.
PathOf = Callable[[str, str, KubernetesObject], str]


class Manifest(NamedTuple):
    """An object and the file that holds it, relative to the output folder."""

    object: KubernetesObject
    path: str


class PlacedJob(NamedTuple):
    """A Job and the file that holds it."""

    job: RenderedJob
    path: str

    @property
    def manifest(self) -> Manifest:
        """The Job's object with its file."""
        return Manifest(self.job.object, self.path)


class Part(NamedTuple):
    """What one unit does in one phase, field by field in the order of execution.

    `prerequisites` are those of the unit's objects that the Jobs in `before` need.
    """

    unit: RenderedUnit
    phase: str
    secrets: tuple[RequiredSecret, ...] = ()
    prerequisites: tuple[Manifest, ...] = ()
    before: tuple[PlacedJob, ...] = ()
    objects: tuple[Manifest, ...] = ()
    main: tuple[PlacedJob, ...] = ()
    after: tuple[PlacedJob, ...] = ()

    def manifests(self) -> Iterator[Manifest]:
        """Yield every manifest, Jobs among them, in the order of execution."""
        yield from self.prerequisites
        yield from (job.manifest for job in self.before)
        yield from self.objects
        yield from (job.manifest for job in chain(self.main, self.after))

    @property
    def empty(self) -> bool:
        """True if there is nothing to do."""
        return not (self.secrets or self.prerequisites or self.before or self.objects or self.main or self.after)


class Layout(NamedTuple):
    """The parts of all units: phases in their order, in each the units in deploy order. No part is empty.

    `phases` are those that have parts; `units` are all in deploy order, also those without a part.
    """

    units: tuple[RenderedUnit, ...]
    phases: tuple[str, ...]
    parts: tuple[Part, ...]

    def manifests(self) -> Iterator[tuple[Part, Manifest]]:
        """Yield every manifest with its part, in the order of the parts."""
        for part in self.parts:
            for manifest in part.manifests():
                yield part, manifest


def lay_out(phases: Sequence[str], units: Sequence[RenderedUnit], path_of: PathOf) -> Layout:
    """Give every unit's objects and Jobs their phase and file.

    `phases` are all phases in deploy order, `units` the enabled units in deploy order. A service's migrations run in
    the phase `migrations` if that comes before the service's own. Raises Refused (EW502) if two objects would share a
    file, or if a unit has a Secret twice.
    """
    parts = [part for unit in units for part in _parts(unit, phases, path_of) if not part.empty]
    ranks = {phase: rank for rank, phase in enumerate(phases)}
    parts.sort(key=lambda part: ranks.get(part.phase, len(ranks)))
    layout = Layout(tuple(units), tuple(dict.fromkeys(part.phase for part in parts)), tuple(parts))
    _refuse_shared_files(layout)
    _refuse_secrets_twice(units)
    return layout


def _parts(unit: RenderedUnit, phases: Sequence[str], path_of: PathOf) -> Iterator[Part]:
    early = _early_phase(unit, phases)
    migrations = [job for job in _jobs(unit, "before") if job.purpose == "migration"]
    hooks = [job for job in _jobs(unit, "before") if job.purpose != "migration"]
    remaining: Sequence[KubernetesObject] = sorted(unit.objects, key=apply_key)
    secrets = unit.secrets
    if early != unit.phase and migrations:
        part, remaining = _part_before(Part(unit, early, secrets), migrations, remaining, path_of)
        yield part
        migrations, secrets = [], ()
    part, remaining = _part_before(Part(unit, unit.phase, secrets), [*migrations, *hooks], remaining, path_of)
    yield part._replace(
        objects=tuple(Manifest(item, path_of(unit.phase, unit.name, item)) for item in remaining),
        main=_placed(_jobs(unit, "main"), part, path_of),
        after=_placed(_jobs(unit, "after"), part, path_of),
    )


def _part_before(
    part: Part, jobs: Sequence[RenderedJob], objects: Sequence[KubernetesObject], path_of: PathOf
) -> tuple[Part, Sequence[KubernetesObject]]:
    """Return `part` with `jobs` and what they need of `objects`, and the objects that are left."""
    needed = needed_by([job.object for job in jobs], objects) if jobs else frozenset()
    first = [item for item in objects if reference_to(item) in needed]
    prerequisites = tuple(Manifest(item, path_of(part.phase, part.unit.name, item)) for item in first)
    rest = [item for item in objects if reference_to(item) not in needed] if needed else objects
    return part._replace(prerequisites=prerequisites, before=_placed(jobs, part, path_of)), rest


def _early_phase(unit: RenderedUnit, phases: Sequence[str]) -> str:
    if MIGRATIONS in phases and unit.phase in phases and phases.index(MIGRATIONS) < phases.index(unit.phase):
        return MIGRATIONS
    return unit.phase


def _jobs(unit: RenderedUnit, stage: JobStage) -> list[RenderedJob]:
    return [job for job in unit.jobs if job.stage == stage]


def _placed(jobs: Iterable[RenderedJob], part: Part, path_of: PathOf) -> tuple[PlacedJob, ...]:
    return tuple(PlacedJob(job, path_of(part.phase, part.unit.name, job.object)) for job in jobs)


def _refuse_shared_files(layout: Layout) -> None:
    seen: set[str] = set()
    for _, manifest in layout.manifests():
        if manifest.path in seen:
            item = manifest.object
            raise refuse("EW502", f"{item.kind} {item.name}: another object has the file {manifest.path}", item.source)
        seen.add(manifest.path)


def _refuse_secrets_twice(units: Iterable[RenderedUnit]) -> None:
    for unit in units:
        seen: set[str] = set()
        for secret in unit.secrets:
            if secret.name in seen:
                raise refuse("EW502", f"Secret {secret.name}: the unit {unit.name} has it twice", secret.source)
            seen.add(secret.name)
