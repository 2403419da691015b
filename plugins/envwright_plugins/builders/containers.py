"""The containers that every Job has, whatever builds: one asks the registry, one clones, the last one pushes.

They run one after the other. So the Secret for pushing is in containers that run nothing of the stack's, while no
command of the build runs any more, nor yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from envwright.kubernetes.objects import SOURCE_REPOSITORY_ANNOTATION, SOURCE_SHA_ANNOTATION
from envwright_plugins.builders.place import ARCHIVE, FILES, GIT, PUSH, REGISTRY, STORAGE, WORK
from envwright_plugins.builders.references import as_destination, as_source, tls
from envwright_plugins.builders.scripts import (
    ASK,
    CLONE,
    CREDENTIALS,
    REPOSITORY_VARIABLE,
    SHA_VARIABLE,
    UNLESS_THERE,
    literal,
    shell,
)
from envwright_plugins.builders.settings import Builders, TrustLevel

Json = dict[str, Any]

USER = 1000
MOUNTS: Mapping[str, str] = {"work": WORK, "storage": STORAGE, "push": PUSH, "registry": REGISTRY, "git": GIT}
READ_ONLY = frozenset({"push", "registry", "git"})
UNPRIVILEGED: Json = {
    "runAsUser": USER,
    "runAsGroup": USER,
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
# what builds without root: its image has this user, and its sub-ids; newuidmap gains privileges, so they cannot be
# forbidden
ROOTLESS: Json = {
    "runAsUser": USER,
    "runAsGroup": USER,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "Unconfined"},
    "appArmorProfile": {"type": "Unconfined"},
}
SMALL: Json = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "1Gi"}}


def container(
    name: str,
    image: str,
    command: list[str],
    volumes: Iterable[str],
    *,
    files: Iterable[str] = (),
    env: Sequence[Json] = (),
    resources: Json = SMALL,
    security: Json = UNPRIVILEGED,
) -> Json:
    """Return a container of the pod; `volumes` are those of the pod that it has, by their names.

    `files` are those of the Job's ConfigMap, each mounted by itself: elsewhere they are links, which builders mind.
    """
    mounts: list[Json] = [
        {"name": volume, "mountPath": MOUNTS[volume], **({"readOnly": True} if volume in READ_ONLY else {})}
        for volume in volumes
    ]
    mounts += [
        {"name": "files", "mountPath": f"{FILES}/{file}", "subPath": file, "readOnly": True} for file in sorted(files)
    ]
    return {
        "name": name,
        "image": image,
        "command": command,
        **({"env": list(env)} if env else {}),
        "resources": resources,
        "securityContext": security,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": mounts,
    }


def variable(name: str, value: str) -> Json:
    """Return an environment variable with this value to the letter."""
    return {"name": name, "value": literal(value)}


def authfile(option: str, volume: str) -> str:
    """Return the option of skopeo that names the credentials of a volume."""
    return f"--{option}={MOUNTS[volume]}/config.json"


def ask(reference: str, settings: Builders, level: TrustLevel, *, content: str = "", again: bool = False) -> Json:
    """Return the container that asks the registry whether the image is there.

    An image whose name does not say its content is there if its configuration does, in a label.
    """
    name = "ask-again" if again else "ask"
    command = [
        content,
        "inspect",
        "--config" if content else "--raw",
        "--retry-times=3",
        *tls("tls-verify", reference, settings.insecure_registries),
        *([authfile("authfile", "push")] if level.push_secret else []),
        as_source(reference),
    ]
    return container(name, settings.tools.skopeo, shell(ASK, name, *command), ["work", *secret_for_pushing(level)])


def clone(settings: Builders, level: TrustLevel) -> Json:
    """Return the container that checks out the exact commit."""
    repository = settings.source.repository
    env = [
        of_annotation(SHA_VARIABLE, SOURCE_SHA_ANNOTATION),
        variable(REPOSITORY_VARIABLE, repository)
        if repository
        else of_annotation(REPOSITORY_VARIABLE, SOURCE_REPOSITORY_ANNOTATION),
        variable("HOME", "/tmp"),  # noqa: S108  # in the container
        variable("GIT_TERMINAL_PROMPT", "0"),
    ]
    if level.git_secret:
        config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": CREDENTIALS}
        env += [variable(name, value) for name, value in config.items()]
    volumes = ["work", *(["git"] if level.git_secret else [])]
    return container("clone", settings.tools.git, shell(CLONE, "clone"), volumes, env=env)


def of_annotation(name: str, annotation: str) -> Json:
    """Return a variable with what an annotation of the pod says, empty if there is none."""
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": f"metadata.annotations['{annotation}']"}}}


def push(reference: str, archive: str, settings: Builders, level: TrustLevel) -> Json:
    """Return the container that pushes what was built, an archive of a format that skopeo knows by this name."""
    command = [
        "skopeo",
        "copy",
        "--retry-times=3",
        *tls("dest-tls-verify", reference, settings.insecure_registries),
        *([authfile("dest-authfile", "push")] if level.push_secret else []),
        f"{archive}:{ARCHIVE}",
        as_destination(reference),
    ]
    volumes = ["work", *secret_for_pushing(level)]
    return container("push", settings.tools.skopeo, shell(UNLESS_THERE, "push", *command), volumes)


def copy(upstream: str, reference: str, settings: Builders, level: TrustLevel) -> Json:
    """Return the container that copies an image of somebody else's: all its platforms, each by its digest."""
    reading = "registry" if level.build_secret else "push" if level.push_secret else ""
    command = [
        "skopeo",
        "copy",
        "--all",
        "--preserve-digests",
        "--retry-times=3",
        *tls("src-tls-verify", upstream, settings.insecure_registries),
        *tls("dest-tls-verify", reference, settings.insecure_registries),
        *([authfile("src-authfile", reading)] if reading else []),
        *([authfile("dest-authfile", "push")] if level.push_secret else []),
        as_source(upstream),
        as_destination(reference),
    ]
    volumes = ["work", *secret_for_pushing(level), *(["registry"] if level.build_secret else [])]
    return container("copy", settings.tools.skopeo, shell(UNLESS_THERE, "copy", *command), volumes)


def secret_for_pushing(level: TrustLevel) -> list[str]:
    """Return the volume with the credentials to push with, none if there are none."""
    return ["push"] if level.push_secret else []
