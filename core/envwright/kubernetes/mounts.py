"""Claims that a unit mounts in every container and init container of its pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envwright.kubernetes.places import Place
from envwright.kubernetes.pods import pod_spec_of, with_pod_spec
from envwright.model.contract.unit import Mount
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject

CONTAINER_LISTS = ("initContainers", "containers")


def mount_claims(
    manifests: Sequence[KubernetesObject], mounts: Sequence[Mount], place: Place, report: Report
) -> tuple[KubernetesObject, ...]:
    """Return the objects with each mount in each of their pods; `place` answers for `("mounts", 0)`.

    What is there already and says the same is left alone. Reports EW506 for a volume's name or a path in the container
    that is taken by something else, and for a unit without pods.
    """
    if all(pod_spec_of(manifest.content) is None for manifest in manifests):
        for index, mount in enumerate(mounts):
            report.error("EW506", f'mount "{mount.name}": the unit has no pods', place(("mounts", index)))
        return tuple(manifests)
    return tuple(with_mounts(manifest, mounts, place, report) for manifest in manifests)


def with_mounts(manifest: KubernetesObject, mounts: Sequence[Mount], place: Place, report: Report) -> KubernetesObject:
    """Return one object with the mounts in its pods; an object without pods as it is."""
    spec = pod_spec_of(manifest.content)
    if spec is None:
        return manifest
    for index, mount in enumerate(mounts):
        problem = conflict(spec, mount)
        if problem:
            summary = f'mount "{mount.name}" in {manifest.kind} "{manifest.name}": {problem}'
            report.error("EW506", summary, place(("mounts", index)), detail=f"the object comes from {manifest.source}")
        else:
            spec = mounted(spec, mount)
    return KubernetesObject(with_pod_spec(manifest.content, spec), manifest.source)


def conflict(spec: Mapping[str, Any], mount: Mount) -> str:
    """Say what stands where the mount would go and is not the same; empty if nothing does."""
    volume = named(spec.get("volumes"), mount.name)
    if volume is not None and volume != volume_of(mount):
        return f'the pod has another volume "{mount.name}"'
    for container in containers(spec):
        for existing in maps(container.get("volumeMounts")):
            if existing.get("mountPath") == mount.mount_path and existing != mount_of(mount):
                name = container.get("name")
                return f'container "{name}" has volume "{existing.get("name")}" at {mount.mount_path}'
    return ""


def mounted(spec: Mapping[str, Any], mount: Mount) -> dict[str, Any]:
    """Return the pod spec with the volume, and with the mount in each container."""
    lists = {
        name: [in_container(each, mount) if isinstance(each, dict) else each for each in spec[name]]
        for name in CONTAINER_LISTS
        if isinstance(spec.get(name), list)
    }
    volumes = as_list(spec.get("volumes"))
    new = [volume_of(mount)] if named(volumes, mount.name) is None else []
    return {**spec, **lists, "volumes": [*volumes, *new]}


def in_container(container: Mapping[str, Any], mount: Mount) -> dict[str, Any]:
    """Return the container with the mount, if it lacks it."""
    existing = as_list(container.get("volumeMounts"))
    new = [mount_of(mount)] if mount_of(mount) not in existing else []
    return {**container, "volumeMounts": [*existing, *new]}


def containers(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the init containers and the containers of a pod."""
    return [container for name in CONTAINER_LISTS for container in maps(spec.get(name))]


def named(items: Any, name: str) -> dict[str, Any] | None:
    """Return the item of that name, None if there is none."""
    return next((item for item in maps(items) if item.get("name") == name), None)


def maps(value: Any) -> list[dict[str, Any]]:
    """Return the maps of a list; what has another shape is for the API server to refuse."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and an empty one for anything else."""
    return value if isinstance(value, list) else []


def volume_of(mount: Mount) -> dict[str, Any]:
    """Return the pod's volume."""
    return {"name": mount.name, "persistentVolumeClaim": {"claimName": mount.claim_name}}


def mount_of(mount: Mount) -> dict[str, Any]:
    """Return the container's part."""
    made: dict[str, Any] = {"name": mount.name, "mountPath": mount.mount_path}
    if mount.sub_path:
        made["subPath"] = mount.sub_path
    if mount.read_only:
        made["readOnly"] = True
    return made
