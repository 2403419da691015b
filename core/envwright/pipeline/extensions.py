"""What plugins bring to step 9: further Jobs, transforms of objects, Jobs that make images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from envwright.hookspecs import ExtraJob, ImageBuilder, ImageJob, ImageRequest, Transformed, UnitFacts
from envwright.host import Host, Registered
from envwright.kubernetes.pods import pod_spec_of
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject, Omission, RenderedImage, RenderedJob, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage
from envwright.plan.references import images_of

MADE_BY_JOBS: Mapping[str, Literal["build", "mirror"]] = {"build": "build", "mirror": "mirror"}


def extra_jobs(facts: UnitFacts, objects: tuple[KubernetesObject, ...], host: Host) -> tuple[ExtraJob, ...]:
    """Return the Jobs that plugins add to a unit."""
    return tuple(each for _, each in host.items("envwright_extra_jobs", ExtraJob, facts=facts, objects=objects))


def transformed(
    facts: UnitFacts, objects: tuple[KubernetesObject, ...], host: Host, omissions: list[Omission], report: Report
) -> tuple[KubernetesObject, ...]:
    """Return a unit's objects as the transforms of the plugins leave them; what those leave out adds up."""
    for each in host.transforms:
        found = each.answer(Transformed, each.value.transform, facts, objects)
        report.extend(found.diagnostics)
        omissions += found.omissions
        objects = found.objects
    return objects


def image_jobs(
    environment: ResolvedEnvironment, units: Iterable[RenderedUnit], settings: Mapping[str, object], host: Host
) -> tuple[RenderedImage, ...]:
    """Return the Jobs that make the images which pods of the environment use, as the installed builders render them.

    Raises Refused: EW990.
    """
    made = {name: image for name, image in environment.images.items() if image.type in MADE_BY_JOBS}
    if not made or not host.builders:
        return ()
    used = used_images(units)
    requests = (
        ImageRequest(name, MADE_BY_JOBS[image.type], image, image.generated, environment, settings)
        for name, image in made.items()
        if image.reference in used
    )
    return tuple(found for request in requests if (found := _image_job(request, host.builders.values())) is not None)


def used_images(units: Iterable[RenderedUnit]) -> frozenset[str]:
    """Return the image references of all pods of some units."""
    objects = (item for unit in units for item in (*unit.objects, *(job.object for job in unit.jobs)))
    specs = (pod_spec_of(item.content) for item in objects)
    return frozenset(image for spec in specs if spec is not None for image in images_of(spec))


def _image_job(request: ImageRequest, builders: Iterable[Registered[ImageBuilder]]) -> RenderedImage | None:
    for builder in builders:
        found = builder.maybe(ImageJob, builder.value.job_for, request)
        if found is not None:
            return RenderedImage(request.name, _as_step(found, request.purpose, request.image), found.objects)
    return None


def _as_step(found: ImageJob, purpose: Literal["build", "mirror"], image: ResolvedImage) -> RenderedJob:
    produces = (image.reference,) if image.reference else ()
    return RenderedJob(found.job, purpose, "main", found.timeout, produces=produces)
