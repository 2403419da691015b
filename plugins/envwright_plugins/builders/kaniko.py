"""The builder `kaniko`: takes images apart in its own container, as root, and needs nothing else of its pod.

So a namespace with Pod Security `baseline` holds it. Commands of the build run where kaniko itself does, and see all
that it sees: it is given nothing to push with, and writes an archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import hookimpl
from envwright_plugins.builders.choose import job_of
from envwright_plugins.builders.place import ARCHIVE, REGISTRY

if TYPE_CHECKING:
    from envwright_plugins.builders.job import Build, Context

SECURITY: dict[str, Any] = {"runAsUser": 0, "runAsGroup": 0, "seccompProfile": {"type": "RuntimeDefault"}}


@hookimpl
def envwright_image_builder() -> ImageBuilder:
    """Register the builder."""
    return ImageBuilder("kaniko", job_for)


def job_for(request: ImageRequest) -> ImageJob | None:
    """Return the Job that builds an image, None where this is not the builder."""
    return job_of("kaniko", request, build)


def build(context: Context) -> Build:
    """Return how kaniko builds the image."""
    from envwright_plugins.builders.job import Build, cache_of, dockerfile_of, folder_of, labels_of_image

    image, settings = context.request.image, context.settings
    command = [
        "/kaniko/executor",
        f"--context=dir://{folder_of(context)}",
        f"--dockerfile={dockerfile_of(context)}",
        *([f"--target={image.target}"] if image.target else []),
        *(f"--build-arg={name}={value}" for name, value in image.build_args.items()),
        *(f"--label={label}" for label in labels_of_image(context)),
        *(f"--insecure-registry={name}" for name in settings.insecure_registries),
        f"--destination={context.reference}",
        "--skip-unused-stages=true",
        "--no-push",
        f"--tar-path={ARCHIVE}",
    ]
    if cache := cache_of(context):
        command += ["--cache=true", f"--cache-repo={cache}"]
    env = {"DOCKER_CONFIG": REGISTRY} if context.level.build_secret else {}
    return Build(settings.tools.kaniko, tuple(command), "docker-archive", SECURITY, env, storage=False)
