"""The Job around the containers: its name, its pod, and the objects that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from envwright.hookspecs import ImageJob, ImageRequest
from envwright.images.reference import parse
from envwright.images.resolve import SUFFIX_LENGTH
from envwright.kubernetes.workload.container import resources
from envwright.kubernetes.workload.pod import toleration
from envwright.model.duration import seconds
from envwright.model.rendered import KubernetesObject
from envwright.plan.canonical import digest_of
from envwright_plugins.builders.containers import USER, Json, ask, clone, container, copy, push, variable
from envwright_plugins.builders.network import policy_for
from envwright_plugins.builders.place import FILES, in_pod
from envwright_plugins.builders.scripts import UNLESS_THERE, shell
from envwright_plugins.builders.settings import Builders, TrustLevel

CONTENT_LABEL = "dev.envwright.content"
JOB_LABEL = "envwright.dev/image-job"
DOCKERFILE = "Dockerfile"
LONGEST = 40
SECRETS = {"push": "push_secret", "registry": "build_secret", "git": "git_secret"}


class Build(NamedTuple):
    """What tells one builder from another.

    `command` is what builds, to the letter, and writes an archive to ARCHIVE, of the format that skopeo calls
    `archive`. `files` are for the Job's ConfigMap, by their names. `storage`: it has files of its own to keep.
    `script` is a constant that runs the command that it is given, unless the image is there.
    """

    image: str
    command: tuple[str, ...]
    archive: str
    security: Mapping[str, Any]
    env: Mapping[str, str] = {}
    files: Mapping[str, str] = {}
    storage: bool = True
    script: str = UNLESS_THERE


class Context(NamedTuple):
    """What a builder is asked for, with the settings and the trust level that hold for it."""

    request: ImageRequest
    settings: Builders
    level: TrustLevel

    @property
    def reference(self) -> str:
        """The image to push."""
        return str(self.request.image.reference)


def build_job(context: Context, build: Build) -> ImageJob:
    """Return the Job that asks the registry, clones, builds, asks again and pushes."""
    request, settings, level = context
    files = {**build.files, **({DOCKERFILE: request.dockerfile} if request.dockerfile else {})}
    building = container(
        "build",
        build.image,
        shell(build.script, "build", *build.command),
        ["work", *(["storage"] if build.storage else []), *(["registry"] if level.build_secret else [])],
        files=files,
        env=[variable(name, value) for name, value in build.env.items()],
        resources=resources(settings.resources),
        security=dict(build.security),
    )
    content = asked_content(context)
    first = [clone(settings, level), building]
    if content is not None:
        # again before it is pushed: another environment may have built it meanwhile, and no tag is written over
        asking, again = (
            ask(context.reference, settings, level, content=content, again=later) for later in (False, True)
        )
        first = [asking, *first, again]
    return image_job(context, first, push(context.reference, build.archive, settings, level), files)


def asked_content(context: Context) -> str | None:
    """Return what the registry is asked for besides the name: the content's digest where the name does not say it.

    None if the content is not known: then there is nothing to ask.
    """
    content = context.request.image.content
    if content is None:
        return None
    suffix = content.removeprefix("sha256:")[:SUFFIX_LENGTH]
    return "" if parse(context.reference).tag.endswith(suffix) else content


def mirror_job(context: Context) -> ImageJob:
    """Return the Job that asks the registry and copies the image there."""
    request, settings, level = context
    first = [ask(context.reference, settings, level)]
    return image_job(context, first, copy(str(request.image.upstream), context.reference, settings, level), {})


def image_job(context: Context, first: list[Json], last: Json, files: Mapping[str, str]) -> ImageJob:
    """Return a Job of init containers and a last container, with its ConfigMap and its network policy.

    Its name is a digest of all that it does: in a namespace that environments share, no two of them have one.
    """
    request, settings, level = context
    spec = pod_spec(settings, level, first, last)
    environment = request.environment
    whose = [environment.project, environment.environment, environment.slot, request.name]
    work = {"whose": whose, "files": dict(files), "pod": spec}
    name = f"{request.purpose}-{as_name(request.name)}-{digest_of(work).removeprefix('sha256:')[:10]}"
    labels = labels_of(request)
    pods = {JOB_LABEL: name}
    metadata: Json = {"name": name, "labels": labels, **({"namespace": level.namespace} if level.namespace else {})}
    objects: list[Json] = []
    if files:
        spec = {**spec, "volumes": [*spec["volumes"], {"name": "files", "configMap": {"name": name}}]}
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(files)})
    if settings.network.policy:
        objects.append(policy_for(metadata, pods, settings.network))
    timeout = seconds(settings.timeout)
    job: Json = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {
            "activeDeadlineSeconds": timeout,
            "backoffLimit": 0,
            "template": {"metadata": {"labels": {**labels, **pods}}, "spec": spec},
        },
    }
    mark = request.image.mark
    return ImageJob(KubernetesObject(job, mark), timeout, tuple(KubernetesObject(each, mark) for each in objects))


def pod_spec(settings: Builders, level: TrustLevel, first: list[Json], last: Json) -> Json:
    """Return the pod with the volumes that its containers mount, but for the ConfigMap."""
    mounted = {mount["name"] for each in (*first, last) for mount in each["volumeMounts"]}
    parts: Json = {
        "serviceAccountName": level.service_account,
        "nodeSelector": dict(level.node_selector),
        "tolerations": [toleration(each) for each in level.tolerations],
    }
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "securityContext": {"fsGroup": USER, "fsGroupChangePolicy": "OnRootMismatch"},
        "initContainers": first,
        "containers": [last],
        "volumes": list(volumes_of(settings, level, mounted)),
        **{name: part for name, part in parts.items() if part},
    }


def volumes_of(settings: Builders, level: TrustLevel, mounted: set[str]) -> Iterable[Json]:
    """Yield the volumes with these names."""
    for name in ("work", "storage"):
        if name in mounted:
            yield {"name": name, "emptyDir": {"sizeLimit": settings.storage}}
    for name, field in SECRETS.items():
        if name in mounted:
            secret: Json = {"secretName": getattr(level, field), "defaultMode": 0o440}
            if name != "git":
                secret["items"] = [{"key": ".dockerconfigjson", "path": "config.json"}]
            yield {"name": name, "secret": secret}


def labels_of(request: ImageRequest) -> Json:
    """Return the labels of everything that the Job is made of."""
    return {
        "app.kubernetes.io/component": request.purpose,
        "app.kubernetes.io/managed-by": "envwright",
        "app.kubernetes.io/name": as_name(request.name),
        "app.kubernetes.io/part-of": request.environment.project,
    }


def as_name(image: str) -> str:
    """Return an image's name as a part of an object's."""
    return re.sub("[^a-z0-9]+", "-", image.lower())[:LONGEST].strip("-") or "image"


def dockerfile_of(context: Context) -> str:
    """Return where the Dockerfile is in the pod."""
    if context.request.dockerfile:
        return f"{FILES}/{DOCKERFILE}"
    return in_pod(context.settings.source.path, str(context.request.image.dockerfile))


def folder_of(context: Context) -> str:
    """Return where the image's context is in the pod."""
    return in_pod(context.settings.source.path, str(context.request.image.context))


def cache_of(context: Context) -> str:
    """Return the repository that keeps what builds of this image may use again, empty if nothing is kept."""
    return f"{context.level.cache}/{as_name(context.request.name)}" if context.level.cache else ""


def labels_of_image(context: Context) -> tuple[str, ...]:
    """Return the labels of the image, as `KEY=VALUE`: its content, whatever its name is."""
    content = context.request.image.content
    return (f"{CONTENT_LABEL}={content}",) if content else ()
