"""What a commit changes against its predecessor: for review, for the prune budget and for the order of deletes.

It is not the authority on what is in the cluster: that is the reconciler's inventory.
"""

from __future__ import annotations

from envwright.model.contract.types import Json, Positive
from envwright.model.step import EXAMPLE_DIGEST, EXAMPLE_MANIFEST, Digest
from envwright.model.value import Value, key

SCHEMA_VERSION = 1

_SERVICE = {"apiVersion": "v1", "kind": "Service", "namespace": "shop-production", "name": "api-v1"}
_DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop-production", "name": "api"}


class ObjectRef(Value):
    """An object of the cluster by identity."""

    api_version: str = key("Group and version.", example="apps/v1")
    kind: str = key("The kind.", example="Deployment")
    namespace: str = key("The namespace, empty for a cluster-scoped object.", example="shop-production")
    name: str = key("The name.", example="api")


class UnitObject(ObjectRef):
    """An object and the unit that it belongs to."""

    unit: str = key("The unit, empty for what belongs to none.", example="api")


class KeptObject(UnitObject):
    """An object that is gone from the render and stays in the cluster."""

    reason: str = key("Why it is not deleted.", example="its unit has `prune: false`")


class MovedObject(UnitObject):
    """An object that another unit or another file holds now; `unit` is the new one."""

    from_unit: str = key("The unit that it belonged to.", example="backend")
    file: str = key("The manifest file that holds it.", example=EXAMPLE_MANIFEST)
    from_file: str = key("The file that held it.", example="manifests/internal/backend/deployment-api.yaml")


class ReplacedObject(UnitObject):
    """An object whose change the API server refuses: it has to be deleted and created."""

    immutable_fields: tuple[str, ...] = key("The changed fields that cannot change.", example=["spec.selector"])
    consent: bool = key("Whether the unit says `replace: true`; without it the reconciler stops.", example=True)


class Disruption(UnitObject):
    """What users or data will feel."""

    reason: str = key("What happens.", example="all its pods stop before the new ones start (strategy Recreate)")


class DeleteFirst(Value):
    """A delete that must come before an apply, as both objects hold what only one can."""

    delete: ObjectRef = key("The object that is gone.", example=_SERVICE)
    before: ObjectRef = key("The object that takes its place.", example={**_SERVICE, "name": "api-v2"})
    holds: str = key("What both hold.", example="node port 30080/TCP")


class ImageChange(Value):
    """An image whose reference or content changed."""

    name: str = key("The image's name in the stack.", example="api")
    before: str | None = key(
        "The reference before, null if there was none.", example="registry.example.org/shop/api:1.4.1-9c1d2e3"
    )
    after: str | None = key(
        "The reference now, null if there is none.", example="registry.example.org/shop/api:1.4.2-3f1c2a9"
    )


class StepChange(Value):
    """A setting of a step that changed, beside what its objects tell."""

    step: str = key("The step's id.", example="wait-ready/api")
    field: str = key("The setting, empty where the step itself came or went.", example="timeout")
    before: Json = key("What it was, null for nothing.", example=300)
    after: Json = key("What it is now, null for nothing.", example=600)


class Transition(Value):
    """What a plan changes against its predecessor."""

    schema_version: Positive = key("The version of this format.", example=SCHEMA_VERSION)
    predecessor: Digest | None = key("The digest of the predecessor's plan, null for none.", example=EXAMPLE_DIGEST)
    plan: Digest = key("The digest of the plan.", example=EXAMPLE_DIGEST)
    created: tuple[UnitObject, ...] = key("Objects that are new.", example=[{**_DEPLOYMENT, "unit": "api"}])
    changed: tuple[UnitObject, ...] = key(
        "Objects whose content changed, without those that are replaced.", example=[{**_DEPLOYMENT, "unit": "api"}]
    )
    deleted: tuple[UnitObject, ...] = key(
        "Objects that are gone and will be deleted.", example=[{**_SERVICE, "unit": "api"}]
    )
    kept: tuple[KeptObject, ...] = key(
        "Objects that are gone from the render and stay in the cluster.",
        example=[{**_SERVICE, "unit": "api", "reason": "its unit has `prune: false`"}],
    )
    moved: tuple[MovedObject, ...] = key(
        "Objects that belong to another unit or stand in another file.",
        example=[
            {
                **_DEPLOYMENT,
                "unit": "api",
                "fromUnit": "backend",
                "file": EXAMPLE_MANIFEST,
                "fromFile": "manifests/internal/backend/deployment-api.yaml",
            }
        ],
    )
    replaced: tuple[ReplacedObject, ...] = key(
        "Objects that have to be deleted and created.",
        example=[{**_DEPLOYMENT, "unit": "api", "immutableFields": ["spec.selector"], "consent": True}],
    )
    disruptive: tuple[Disruption, ...] = key(
        "What users or data will feel.",
        example=[{**_DEPLOYMENT, "unit": "api", "reason": "scaled to zero"}],
    )
    delete_first: tuple[DeleteFirst, ...] = key(
        "Deletes that must come before an apply.",
        example=[{"delete": _SERVICE, "before": {**_SERVICE, "name": "api-v2"}, "holds": "node port 30080/TCP"}],
    )
    runs: tuple[str, ...] = key(
        "Ids of the `run-job` steps that are new, changed or run always.", example=["run-job/api/schema"]
    )
    steps: tuple[StepChange, ...] = key(
        "Settings of steps that changed: a timeout, the prune budget, where a Secret comes from, the order.",
        example=[{"step": "prune", "field": "maxPercent", "before": 20, "after": 90}],
    )
    images: tuple[ImageChange, ...] = key(
        "Images that changed.", example=[{"name": "redis", "before": "redis:7.2", "after": "redis:7.4"}]
    )
