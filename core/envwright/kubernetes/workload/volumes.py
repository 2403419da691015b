"""Volumes of a workload: claims that it makes or finds, empty directories, ConfigMaps and Secrets by name."""

from __future__ import annotations

from typing import Any, NamedTuple

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.labels import joined, metadata
from envwright.model.contract.workload import ClaimVolume, Volume, Workload

SHARED_MODES = frozenset({"ReadOnlyMany", "ReadWriteMany"})


class Volumes(NamedTuple):
    """What the volumes make: claims of their own, claim templates of a StatefulSet, volumes and mounts of the pod."""

    claims: tuple[dict[str, Any], ...]
    claim_templates: tuple[dict[str, Any], ...]
    volumes: tuple[dict[str, Any], ...]
    mounts: tuple[dict[str, Any], ...]


def volumes_of(workload: Workload, context: WorkloadContext) -> Volumes:
    """Return what the workload's volumes make. Reports EW506 for a claim without a name and a size."""
    claims: list[dict[str, Any]] = []
    templates: list[dict[str, Any]] = []
    volumes: list[dict[str, Any]] = []
    for index, volume in enumerate(workload.volumes):
        claim = volume.claim
        if claim is None:
            volumes.append({"name": volume.name, **source(volume)})
            continue
        if not claim.name and claim.size is None:
            context.error("EW506", f'volume "{volume.name}": a claim needs a name or a size', "volumes", index, "claim")
        if is_template(workload, claim):
            templates.append({"metadata": {"name": volume.name}, "spec": claim_spec(claim)})
            continue
        name = claim_name(volume, claim, context)
        volumes.append({"name": volume.name, "persistentVolumeClaim": {"claimName": name}})
        if claim.size is not None:
            head = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata(workload, context, name)}
            claims.append({**head, "spec": claim_spec(claim)})
    return Volumes(tuple(claims), tuple(templates), tuple(volumes), tuple(map(mount, workload.volumes)))


def is_template(workload: Workload, claim: ClaimVolume) -> bool:
    """Return whether each pod has a claim of its own: those of a StatefulSet, unless one name is said for all."""
    return workload.kind == "statefulset" and not claim.name


def claim_name(volume: Volume, claim: ClaimVolume, context: WorkloadContext) -> str:
    """Return the claim's name, made from the workload's and the volume's if left out."""
    return claim.name or joined(context.name, volume.name)


def claim_spec(claim: ClaimVolume) -> dict[str, Any]:
    """Return what a claim asks for."""
    spec: dict[str, Any] = {"accessModes": list(claim.access_modes)}
    if claim.size is not None:
        spec["resources"] = {"requests": {"storage": claim.size}}
    return {**spec, "storageClassName": claim.storage_class} if claim.storage_class else spec


def source(volume: Volume) -> dict[str, Any]:
    """Return what a volume other than a claim consists of."""
    if volume.config is not None:
        return {"configMap": {"name": volume.config}}
    if volume.secret is not None:
        return {"secret": {"secretName": volume.secret}}
    limits = {"sizeLimit": volume.empty.size_limit, "medium": volume.empty.medium} if volume.empty else {}
    return {"emptyDir": {name: value for name, value in limits.items() if value}}


def mount(volume: Volume) -> dict[str, Any]:
    """Return the container's part of a volume."""
    options = {"subPath": volume.sub_path, "readOnly": volume.read_only}
    chosen = {name: value for name, value in options.items() if value}
    return {"name": volume.name, "mountPath": volume.mount_path, **chosen}


def is_locked(claim: ClaimVolume) -> bool:
    """Return whether the claim is made here, and pods on two nodes cannot share it."""
    return claim.size is not None and not SHARED_MODES.intersection(claim.access_modes)


def locks_a_claim(workload: Workload) -> bool:
    """Return whether the pods hold a claim that an old and a new pod on two nodes cannot share."""
    return any(volume.claim is not None and is_locked(volume.claim) for volume in workload.volumes)
