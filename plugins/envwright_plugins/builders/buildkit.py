"""The builder `buildkit`: rootless BuildKit, daemon and client in one container for one build.

https://github.com/moby/buildkit/blob/master/docs/rootless.md says what it needs of its pod: to make user namespaces,
which the runtime's profiles of seccomp and AppArmor forbid, and no sandbox for processes, which a container without
privileges cannot make. So commands of the build may see the processes of BuildKit: it is given nothing to push with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import hookimpl
from envwright_plugins.builders.choose import job_of
from envwright_plugins.builders.place import ARCHIVE, FILES, REGISTRY, STORAGE

if TYPE_CHECKING:
    from envwright_plugins.builders.job import Build, Context

CONFIGURATION = "buildkitd.toml"


@hookimpl
def envwright_image_builder() -> ImageBuilder:
    """Register the builder."""
    return ImageBuilder("buildkit", job_for)


def job_for(request: ImageRequest) -> ImageJob | None:
    """Return the Job that builds an image, None where this is not the builder."""
    return job_of("buildkit", request, build)


def build(context: Context) -> Build:
    """Return how BuildKit builds the image."""
    from envwright_plugins.builders.containers import ROOTLESS
    from envwright_plugins.builders.job import Build, cache_of, dockerfile_of, folder_of, labels_of_image

    image, settings = context.request.image, context.settings
    folder, _, file = dockerfile_of(context).rpartition("/")
    command = [
        "buildctl-daemonless.sh",
        "build",
        "--frontend=dockerfile.v0",
        f"--local=context={folder_of(context)}",
        f"--local=dockerfile={folder}",
        f"--opt=filename={file}",
        *([f"--opt=target={image.target}"] if image.target else []),
        *(f"--opt=build-arg:{name}={value}" for name, value in image.build_args.items()),
        *(f"--opt=label:{label}" for label in labels_of_image(context)),
        f"--output=type=oci,dest={ARCHIVE}",
    ]
    if cache := cache_of(context):
        cache = f"type=registry,ref={cache}:buildkit"
        command += [f"--import-cache={cache}", f"--export-cache={cache},mode=max,ignore-error=true"]
    flags = ["--oci-worker-no-process-sandbox", f"--root={STORAGE}/buildkit"]
    files = {}
    if settings.insecure_registries:
        files[CONFIGURATION] = "".join(f'[registry."{name}"]\n  http = true\n' for name in settings.insecure_registries)
        flags.append(f"--config={FILES}/{CONFIGURATION}")
    env = {"BUILDKITD_FLAGS": " ".join(flags), **({"DOCKER_CONFIG": REGISTRY} if context.level.build_secret else {})}
    return Build(settings.tools.buildkit, tuple(command), "oci-archive", ROOTLESS, env, files)
