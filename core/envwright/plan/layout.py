"""Where everything goes: what each unit does in which phase, and the file that holds each manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from envwright.kubernetes.paths import image_paths, manifest_paths
from envwright.model.diagnostic import refuse
from envwright.model.rendered import (
    JobStage,
    KubernetesObject,
    RenderedImage,
    RenderedJob,
    RenderedUnit,
    RequiredSecret,
)
from envwright.plan.order import apply_key
from envwright.plan.references import needed_by, reference_to, secrets_of

MIGRATIONS = "migrations"
NAMESPACE = ("", "Namespace")
DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")
FIRST = frozenset({NAMESPACE, DEFINITION})


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


class PlacedImage(NamedTuple):
    """An image that a Job makes: its name, what the Job needs first, and the Job."""

    name: str
    prerequisites: tuple[Manifest, ...]
    job: PlacedJob

    def manifests(self) -> Iterator[Manifest]:
        """Yield every manifest, the Job last."""
        yield from self.prerequisites
        yield self.job.manifest


class Part(NamedTuple):
    """What one unit does in one phase, field by field in the order of execution.

    `prerequisites` are those of the unit's objects that the Jobs in `before` need; in a part without a phase they are
    its Namespaces. `definitions` are its CustomResourceDefinitions, which only such a part has.
    """

    unit: RenderedUnit
    phase: str
    secrets: tuple[RequiredSecret, ...]
    prerequisites: tuple[Manifest, ...]
    definitions: tuple[Manifest, ...]
    before: tuple[PlacedJob, ...]
    objects: tuple[Manifest, ...]
    main: tuple[PlacedJob, ...]
    after: tuple[PlacedJob, ...]

    @property
    def empty(self) -> bool:
        """True if there is nothing to do."""
        return not (self.secrets or any(self.manifests()))

    def manifests(self) -> Iterator[Manifest]:
        """Yield every manifest, Jobs among them, in the order of execution."""
        yield from self.prerequisites
        yield from self.definitions
        yield from (job.manifest for job in self.before)
        yield from self.objects
        yield from (job.manifest for job in (*self.main, *self.after))


class Layout(NamedTuple):
    """The parts of all units: phases in their order, in each the units in deploy order. No part is empty.

    `first` are the parts without a phase: the Namespaces and CustomResourceDefinitions of each unit that has some. They
    come before all that may live in or be of them, whatever unit that is of. `phases` are those that have parts;
    `units` are all in deploy order, also those without a part; `images` are those that Jobs make, sorted by name.
    """

    units: tuple[RenderedUnit, ...]
    first: tuple[Part, ...]
    phases: tuple[str, ...]
    parts: tuple[Part, ...]
    images: tuple[PlacedImage, ...] = ()

    def manifests(self) -> Iterator[tuple[Part | None, Manifest]]:
        """Yield every manifest with its part, in the order of execution; those of images have none."""
        for part in self.first:
            for manifest in part.manifests():
                yield part, manifest
        for image in self.images:
            for manifest in image.manifests():
                yield None, manifest
        for part in self.parts:
            for manifest in part.manifests():
                yield part, manifest


def lay_out(
    phases: Sequence[str], units: Sequence[RenderedUnit], namespace: str, images: Sequence[RenderedImage] = ()
) -> Layout:
    """Give every unit's objects and Jobs their phase and file, and those of images theirs.

    `phases` are all phases in deploy order, `units` the enabled units in deploy order, `namespace` is the
    environment's. A service's migrations run in the phase `migrations`
    if that comes before the service's own. Raises Refused (EW502) if two objects would share a file, or if a unit has a
    Secret twice.
    """
    parts = [part for unit in units for part in _parts(unit, phases, namespace) if not part.empty]
    ranks = {phase: rank for rank, phase in enumerate(phases)}
    parts.sort(key=lambda part: ranks.get(part.phase, len(ranks)))
    present = dict.fromkeys(part.phase for part in parts)
    placed = sorted((_image(image, namespace) for image in images), key=lambda image: image.name)
    layout = Layout(tuple(units), _first_parts(units, namespace), tuple(present), tuple(parts), tuple(placed))
    _refuse_shared_files(layout)
    _refuse_secrets_twice(units)
    return layout


def _image(image: RenderedImage, namespace: str) -> PlacedImage:
    objects = sorted(image.objects, key=apply_key)
    *paths, of_job = image_paths(image.name, [*objects, image.job.object], namespace)
    manifests = tuple(Manifest(item, path) for item, path in zip(objects, paths, strict=True))
    return PlacedImage(image.name, manifests, PlacedJob(image.job, of_job))


def _first_parts(units: Iterable[RenderedUnit], namespace: str) -> tuple[Part, ...]:
    """Return the parts without a phase: few units have any."""
    found = []
    for unit in units:
        first = sorted((item for item in unit.objects if _kind_of(item) in FIRST), key=apply_key)
        if first:
            namespaces = [item for item in first if _kind_of(item) == NAMESPACE]
            definitions = [item for item in first if _kind_of(item) == DEFINITION]
            part = _part(unit, unit.phase, namespace, (), prerequisites=namespaces, definitions=definitions)
            found.append(part._replace(phase=""))
    return tuple(found)


def _parts(unit: RenderedUnit, phases: Sequence[str], namespace: str) -> Iterator[Part]:
    """Yield the unit's part in the phase of migrations, if it has one there, and the part in its own phase."""
    early = _migration_phase(unit, phases)
    migrations = [job for job in _jobs(unit, "before") if job.purpose == "migration"]
    before = [job for job in _jobs(unit, "before") if job.purpose != "migration"]
    objects = sorted((item for item in unit.objects if _kind_of(item) not in FIRST), key=apply_key)
    secrets = unit.secrets
    if migrations and early != unit.phase:
        prerequisites, objects = _split(objects, migrations)
        named = secrets_of((*prerequisites, *(job.object for job in migrations)))
        of_migrations = tuple(secret for secret in secrets if secret.name in named)
        yield _part(unit, early, namespace, of_migrations, prerequisites=prerequisites, before=migrations)
        migrations, secrets = [], tuple(secret for secret in secrets if secret.name not in named)
    before = [*migrations, *before]
    prerequisites, objects = _split(objects, before)
    yield _part(
        unit,
        unit.phase,
        namespace,
        secrets,
        prerequisites=prerequisites,
        before=before,
        objects=objects,
        main=_jobs(unit, "main"),
        after=_jobs(unit, "after"),
    )


def _part(
    unit: RenderedUnit,
    phase: str,
    namespace: str,
    secrets: tuple[RequiredSecret, ...],
    *,
    prerequisites: Sequence[KubernetesObject],
    definitions: Sequence[KubernetesObject] = (),
    before: Sequence[RenderedJob] = (),
    objects: Sequence[KubernetesObject] = (),
    main: Sequence[RenderedJob] = (),
    after: Sequence[RenderedJob] = (),
) -> Part:
    jobs = [*before, *main, *after]
    plain = [*prerequisites, *definitions, *objects]
    # in one call, for files get names that tell them apart
    paths = iter(manifest_paths(phase, unit.name, [*plain, *(job.object for job in jobs)], namespace))
    manifests = iter([Manifest(item, next(paths)) for item in plain])
    placed = iter([PlacedJob(job, next(paths)) for job in jobs])
    return Part(
        unit,
        phase,
        secrets,
        tuple(islice(manifests, len(prerequisites))),
        tuple(islice(manifests, len(definitions))),
        tuple(islice(placed, len(before))),
        tuple(manifests),
        tuple(islice(placed, len(main))),
        tuple(placed),
    )


def _split(
    objects: list[KubernetesObject], jobs: Sequence[RenderedJob]
) -> tuple[list[KubernetesObject], list[KubernetesObject]]:
    """Return those of `objects` that `jobs` need, and the others."""
    if not jobs:
        return [], objects
    needed = needed_by([job.object for job in jobs], objects)
    first = [item for item in objects if reference_to(item) in needed]
    return first, [item for item in objects if reference_to(item) not in needed]


def _kind_of(item: KubernetesObject) -> tuple[str, str]:
    return item.group, item.kind


def _migration_phase(unit: RenderedUnit, phases: Sequence[str]) -> str:
    if MIGRATIONS in phases and unit.phase in phases and phases.index(MIGRATIONS) < phases.index(unit.phase):
        return MIGRATIONS
    return unit.phase


def _jobs(unit: RenderedUnit, stage: JobStage) -> list[RenderedJob]:
    return [job for job in unit.jobs if job.stage == stage]


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
