"""The volumes of a pod under a reloader: the source, where it runs from, and its caches."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any, NamedTuple

from envwright.hookspecs import UnitFacts
from envwright.kubernetes.mounts import maps, named
from envwright.model.diagnostic import Report
from envwright.model.duration import seconds
from envwright.model.language import Development, SourceMount
from envwright.model.rendered import KubernetesObject
from envwright_plugins.hot_reload.settings import NAME, Source, Sync

Json = dict[str, Any]

VOLUME = "hot-reload-source"
CACHE = "hot-reload-cache"
SYNC = "hot-reload-sync"
TREE = "/source"
SYNC_USER = 10001
# In place: a reloader's watch does not survive a directory that is replaced. Words of the settings are arguments.
SCRIPT = """\
set -eu
cd /source
git init --quiet
git remote add origin "$1" 2>/dev/null || git remote set-url origin "$1"
while :; do
  if git fetch --quiet --depth 1 origin "$2" && git checkout --quiet --force --detach FETCH_HEAD; then
    touch .git/synced
  fi
  sleep "$3"
done
"""


class Volumes(NamedTuple):
    """What a pod gets: volumes, mounts of the service's container, and containers that start before it."""

    volumes: tuple[Json, ...]
    mounts: tuple[Json, ...]
    init_containers: tuple[Json, ...] = ()


def volumes_of(
    spec: Mapping[str, Any],
    container: Mapping[str, Any],
    owner: KubernetesObject,
    facts: UnitFacts,
    development: Development,
    user: int | None,
    report: Report,
) -> Volumes:
    """Return the volumes for the source and the caches; what the unit mounts itself at these paths stays.

    Reports EW334 for a mount that would hide the dependencies, EW335 for one that cannot be made.
    """
    settings: Source = facts.settings[NAME].source
    taken = {str(each.get("mountPath")).rstrip("/") for each in maps(container.get("volumeMounts"))}
    wanted = [each for each in development.recipe.sources if not _is_mounted(each.path, taken)]
    mounts = [found for each in wanted if (found := _mount(each, settings, facts, development, report))]
    _check_dependencies(wanted, owner, facts, development, report)
    _check_names(spec, owner, report)
    source = _source_volume(settings) if mounts else None
    caches = tuple(path for path in dict.fromkeys(development.recipe.caches) if path not in taken)
    cached = [(f"{CACHE}-{number}", path) for number, path in enumerate(caches, 1)]
    sync = settings.sync if mounts else None
    return Volumes(
        (*([source] if source else ()), *({"name": name, "emptyDir": {}} for name, _ in cached)),
        (*mounts, *({"name": name, "mountPath": path} for name, path in cached)),
        (_sync_container(sync, user),) if sync is not None else (),
    )


def _is_mounted(path: str, taken: set[str]) -> bool:
    return any(path.rstrip("/") == other or path.startswith(f"{other}/") for other in taken if other)


def _mount(
    wanted: SourceMount, settings: Source, facts: UnitFacts, development: Development, report: Report
) -> Json | None:
    inside = posixpath.normpath(posixpath.join(settings.path, development.directory, wanted.directory))
    if inside.startswith(("..", "/")):
        hint = "set `plugins.hot-reload.source.path` to where the root file's directory is in the tree"
        summary = f'the source of "{facts.unit.name}", {development.directory}, is outside of the mounted tree'
        report.error("EW335", summary, facts.place(("codeUpdateStrategy",)), hint=hint)
        return None
    mount: Json = {"name": VOLUME, "mountPath": wanted.path}
    return mount if inside == "." else {**mount, "subPath": inside}


def _check_dependencies(
    mounts: list[SourceMount], owner: KubernetesObject, facts: UnitFacts, development: Development, report: Report
) -> None:
    for place in development.recipe.dependencies:
        for mount in mounts:
            if place.startswith(f"{mount.path.rstrip('/')}/"):
                report.error(
                    "EW334",
                    f'the source of "{facts.unit.name}" at {mount.path} would hide its dependencies in {place}',
                    facts.place(("codeUpdateStrategy",)),
                    hint="let the stage for development install them outside of it, such as one directory above",
                    detail=f"the pod is that of {owner.kind} {owner.name}, from {owner.source}",
                )


def _check_names(spec: Mapping[str, Any], owner: KubernetesObject, report: Report) -> None:
    if named(spec.get("volumes"), VOLUME) is not None:
        summary = f'{owner.kind} "{owner.name}" has a volume {VOLUME} already'
        report.error("EW335", summary, owner.source, hint="give it another name: hot-reload uses this one")


def _source_volume(settings: Source) -> Json:
    if settings.sync is not None:
        return {"name": VOLUME, "emptyDir": {}}
    return {"name": VOLUME, "persistentVolumeClaim": {"claimName": settings.claim}}


def _sync_container(sync: Sync, user: int | None) -> Json:
    """Return the container that keeps the tree in step; the service's starts once the tree is there."""
    return {
        "name": SYNC,
        "image": sync.image,
        "restartPolicy": "Always",
        "command": ["sh", "-c", SCRIPT, SYNC, sync.repository, sync.revision, str(seconds(sync.period))],
        "env": [{"name": name, "value": value} for name, value in _GIT.items()],
        "startupProbe": {
            "exec": {"command": ["test", "-e", f"{TREE}/.git/synced"]},
            "periodSeconds": 2,
            "failureThreshold": 150,
        },
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "runAsUser": user or SYNC_USER,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": VOLUME, "mountPath": TREE}],
    }


# the tree belongs to the volume's owner, which is not who runs git
_GIT = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": TREE,
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/tmp",  # noqa: S108  # in the container
}
