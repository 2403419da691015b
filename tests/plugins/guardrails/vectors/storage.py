"""Volumes and claims."""

from __future__ import annotations

from typing import Any

from tests.plugins.guardrails.vectors.pods import MAIN, SPEC, of_pod
from tests.plugins.guardrails.vectors.vector import GONE, Json, Vector, claim, deployment, thing


def volume(kind: str, source: Json) -> Vector:
    return of_pod(
        f"a volume of the kind {kind}",
        {"volumes": [{"name": "data", kind: source}]},
        "EW613",
        "a PersistentVolumeClaim, or write an emptyDir",
        {"volumes": [{"name": "data", "emptyDir": {}}]},
    )


VOLUMES = [
    volume("hostPath", {"path": "/var/run/docker.sock"}),
    volume("csi", {"driver": "secrets-store.csi.k8s.io"}),
    volume("nfs", {"server": "10.0.0.1", "path": "/"}),
    volume("iscsi", {"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.com.example:x", "lun": 0}),
    volume("awsElasticBlockStore", {"volumeID": "vol-1"}),
    of_pod(
        "certificates of the cluster in a projected volume",
        {
            "volumes": [
                {"name": "certs", "projected": {"sources": [{"clusterTrustBundle": {"name": "a", "path": "b"}}]}}
            ]
        },
        "EW613",
        "a PersistentVolumeClaim",
        {"volumes.0.projected.sources": []},
    ),
]

FOREIGN = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "a", "namespace": "production"}


def asking(name: str, asked: Json, hint: str) -> list[Vector]:
    """The same in a claim, in a StatefulSet's claims, and in a volume that lives as long as its pod."""
    (key,) = asked
    template = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], **asked}}
    pods = deployment()["spec"]["template"]
    stateful = thing(
        "apps/v1",
        "StatefulSet",
        spec={"selector": {"matchLabels": {"app": "x"}}, "template": pods, "volumeClaimTemplates": [template]},
    )
    ephemeral = {"name": "data", "ephemeral": {"volumeClaimTemplate": {"spec": template["spec"]}}}
    below = "spec.volumeClaimTemplates.0.spec"
    inside = f"{SPEC}.volumes.0.ephemeral.volumeClaimTemplate.spec"
    return [
        Vector(name, (claim(**asked),), "EW616", hint, narrow={f"spec.{key}": GONE}),
        Vector(f"{name}, of a StatefulSet", (stateful,), "EW616", hint, narrow={f"{below}.{key}": GONE}),
        Vector(
            f"{name}, of a pod", (deployment(volumes=[ephemeral]),), "EW616", hint, narrow={f"{inside}.{key}": GONE}
        ),
    ]


CLAIMS = [
    *asking("a volume by its name", {"volumeName": "pv-of-production"}, "storageClassName"),
    *asking("a volume by its labels", {"selector": {"matchLabels": {"env": "production"}}}, "storageClassName"),
    *asking("data of another namespace", {"dataSourceRef": FOREIGN}, "by a migration or a hook"),
]


def mounting(
    name: str, narrow: str, allowed_by: Json | None = None, settings: Json | None = None, **mount: Any
) -> Vector:
    spec = {"volumes": [{"name": "ws", "persistentVolumeClaim": {"claimName": "workspace"}}]}
    container = {"volumeMounts": [{"name": "ws", "mountPath": "/workspace", **mount}]}
    left = {f"{MAIN}.volumeMounts.0": {"name": "ws", "mountPath": "/workspace", "subPath": narrow}}
    return Vector(
        name,
        (deployment(container, **spec),),
        "EW617",
        f"subPath: {narrow}",
        narrow=left,
        allowed_by=allowed_by,
        settings=settings or {},
    )


SHARED = {"sharedClaims": {"workspace": "slots/{slot}"}}
ALL_OF_IT = {"sharedClaims": {"workspace": "."}}

MOUNTS = [
    mounting("all of a shared claim", "slots/7", ALL_OF_IT, SHARED),
    mounting("a path beside the slot's part", "slots/7/src", ALL_OF_IT, SHARED, subPath="src"),
    mounting("a path that leaves the slot's part", "slots/7", settings=SHARED, subPath="slots/7/../.."),
    mounting("a part that only begins like the slot's", "slots/7", settings=SHARED, subPath="slots/77"),
    mounting("a path of variables", "slots/7", ALL_OF_IT, SHARED, subPathExpr="$(WHERE)"),
    mounting(
        "a part that the platform says",
        "ai-7/src",
        settings={"sharedClaims": {"workspace": "ai-{slot}"}},
        subPath="ai-8/src",
    ),
    mounting("another slot's part of a claim that nobody lists", "slots/7/src", ALL_OF_IT, subPath="slots/8/src"),
    mounting("a path that leads back into the claim's root", "slots/7/production", subPath="../production"),
]

STORAGE = [*VOLUMES, *CLAIMS, *MOUNTS]
