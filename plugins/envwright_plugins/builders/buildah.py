"""The builder `buildah`: rootless, without a daemon.

It makes a user namespace, which the runtime's profiles of seccomp and AppArmor forbid, and runs commands in a chroot:
https://github.com/containers/buildah/blob/main/docs/tutorials/05-openshift-rootless-build.md. They see its processes,
and what those see: it is given nothing to push with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import hookimpl
from envwright_plugins.builders.choose import job_of
from envwright_plugins.builders.place import ARCHIVE, FILES, REGISTRY, STORAGE, THERE

if TYPE_CHECKING:
    from envwright_plugins.builders.job import Build, Context

CONFIGURATION = "registries.conf"
BUILT = "localhost/built"
BUILDAH = ("buildah", f"--root={STORAGE}/root", f"--runroot={STORAGE}/run")
DRIVER = "STORAGE_DRIVER"
# A build that writes the archive itself has no image from which to keep the last layer in the cache.
SCRIPT = f"""\
set -eu
if [ -e {THERE} ]; then exit; fi
"$@"
exec {" ".join(BUILDAH)} --storage-driver="${DRIVER}" push {BUILT} oci-archive:{ARCHIVE}
"""


@hookimpl
def envwright_image_builder() -> ImageBuilder:
    """Register the builder."""
    return ImageBuilder("buildah", job_for)


def job_for(request: ImageRequest) -> ImageJob | None:
    """Return the Job that builds an image, None where this is not the builder."""
    return job_of("buildah", request, build)


def build(context: Context) -> Build:
    """Return how Buildah builds the image."""
    from envwright_plugins.builders.containers import ROOTLESS
    from envwright_plugins.builders.job import Build, cache_of, dockerfile_of, folder_of, labels_of_image

    image, settings = context.request.image, context.settings
    command = [
        *BUILDAH,
        f"--storage-driver={settings.storage_driver}",
        "build",
        "--isolation=chroot",
        "--layers",
        f"--file={dockerfile_of(context)}",
        *([f"--target={image.target}"] if image.target else []),
        *(f"--build-arg={name}={value}" for name, value in image.build_args.items()),
        *(f"--label={label}" for label in labels_of_image(context)),
    ]
    if cache := cache_of(context):
        command += [f"--cache-from={cache}", f"--cache-to={cache}"]
    command += [f"--tag={BUILT}", folder_of(context)]
    env: dict[str, str] = {DRIVER: settings.storage_driver}
    files = {}
    if settings.insecure_registries:
        files[CONFIGURATION] = "".join(
            f'[[registry]]\nlocation = "{name}"\ninsecure = true\n' for name in settings.insecure_registries
        )
        env["CONTAINERS_REGISTRIES_CONF"] = f"{FILES}/{CONFIGURATION}"
    if context.level.build_secret:
        env["REGISTRY_AUTH_FILE"] = f"{REGISTRY}/config.json"
    return Build(settings.tools.buildah, tuple(command), "oci-archive", ROOTLESS, env, files, script=SCRIPT)
