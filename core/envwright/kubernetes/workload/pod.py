"""The pod template of a workload, and the objects that its volumes need."""

from __future__ import annotations

from typing import Any, NamedTuple

from envwright.kubernetes.plain import plain
from envwright.kubernetes.workload.container import container
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.files import DIGEST_ANNOTATION, files_of
from envwright.kubernetes.workload.labels import labels
from envwright.kubernetes.workload.security import pod_security
from envwright.kubernetes.workload.volumes import volumes_of
from envwright.model.contract.workload import Toleration, Workload
from envwright.model.duration import seconds


class Pod(NamedTuple):
    """A pod template, the ConfigMaps and claims that it needs, and the claim templates of a StatefulSet."""

    template: dict[str, Any]
    needs: tuple[dict[str, Any], ...]
    claim_templates: tuple[dict[str, Any], ...]


def pod_of(workload: Workload, context: WorkloadContext) -> Pod:
    """Return the workload's pod. Reports EW506 for mounts that cannot be made."""
    files = files_of(workload, context)
    volumes = volumes_of(workload, context)
    mounts = [*volumes.mounts, *files.mounts]
    check_mounts(workload, context)
    spec = pod_spec(workload, [*volumes.volumes, *files.volumes], container(workload, context, mounts))
    annotations = {**workload.annotations, **({DIGEST_ANNOTATION: files.digest} if files.digest else {})}
    metadata = {"labels": labels(workload, context), **({"annotations": annotations} if annotations else {})}
    needs = (*files.config_maps, *volumes.claims)
    return Pod({"metadata": metadata, "spec": spec}, needs, volumes.claim_templates)


def pod_spec(workload: Workload, volumes: list[dict[str, Any]], main: dict[str, Any]) -> dict[str, Any]:
    """Return the pod's spec; parts that would say nothing are left out."""
    account = workload.service_account
    grace = workload.termination_grace
    always = {
        "automountServiceAccountToken": account is not None and account.token,
        # variables for each Service of the namespace: what pods see must not depend on what else is there
        "enableServiceLinks": False,
        "containers": [main],
    }
    parts: dict[str, Any] = {
        "serviceAccountName": account.name if account else "",
        "imagePullSecrets": [{"name": name} for name in workload.image_pull_secrets],
        "restartPolicy": "Never" if workload.kind in ("cronjob", "job") else "",
        "terminationGracePeriodSeconds": seconds(grace) if grace is not None else None,
        "securityContext": pod_security(workload),
        "nodeSelector": plain(workload.node_selector),
        "tolerations": [toleration(each) for each in workload.tolerations],
        "volumes": volumes,
    }
    return {**always, **{key: value for key, value in parts.items() if value not in (None, "", [], {})}}


def toleration(declared: Toleration) -> dict[str, Any]:
    """Return a toleration as Kubernetes writes it."""
    parts = {
        "key": declared.key_,
        "operator": declared.operator,
        "value": declared.value or None,
        "effect": declared.effect,
        "tolerationSeconds": declared.toleration_seconds,
    }
    return {name: value for name, value in parts.items() if value is not None}


def check_mounts(workload: Workload, context: WorkloadContext) -> None:
    """Report a mount path that is not absolute or has a colon, and the second mount at one path (EW506)."""
    taken: set[str] = set()
    volumes = [("volumes", index, volume.mount_path) for index, volume in enumerate(workload.volumes)]
    files = [("files", index, file.mount_path) for index, file in enumerate(workload.files)]
    for key, index, path in (*volumes, *files):
        place = (key, index, "mountPath")
        if not path.startswith("/") or path.strip("/") == "" or ":" in path:
            hint = "write the whole path in the container, such as /etc/app/app.toml"
            context.error("EW506", f'nothing can be mounted at "{path}"', *place, hint=hint)
        elif path in taken:
            context.error("EW506", f"two mounts at {path}", *place, hint="mount each at a path of its own")
        taken.add(path)
