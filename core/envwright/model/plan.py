"""The plan of one environment: a function of the source alone, whatever is deployed.

In `plan.json` a field's name is in camelCase; `envwright.plan` makes, writes, reads and shows plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.types import Count, Json, Positive
from envwright.model.step import EXAMPLE_DIGEST, EXAMPLE_MANIFEST, Digest, Step
from envwright.model.value import Value, key

SCHEMA_VERSION = 1
OLDEST_RECONCILER = "0.1.0"


class PlannedObject(Value):
    """An object that the plan applies or runs."""

    api_version: str = key("Group and version.", example="apps/v1")
    kind: str = key("The kind.", example="Deployment")
    namespace: str = key("The namespace, empty for a cluster-scoped object.", example="shop-production")
    name: str = key("The name.", example="api")
    unit: str = key("The unit that it belongs to, empty for the Job of an image.", example="api")
    file: str = key("The manifest file that holds it.", example=EXAMPLE_MANIFEST)
    digest: Digest = key("The digest of the object's canonical JSON.", example=EXAMPLE_DIGEST)
    prune: bool = key("Whether it is deleted once a later plan lacks it.", example=True)


class PlannedImage(Value):
    """An image of the environment."""

    type: Literal["external", "build", "mirror", "skip"] = key("How it comes to be.", example="build")
    reference: str | None = key(
        "The reference in use, null for `skip`.", example="registry.example.org/shop/api:1.4.2-3f1c2a9"
    )
    content: Digest | None = key("The digest of a built image's content, null for others.", example=EXAMPLE_DIGEST)


class Inputs(Value):
    """What the render read, besides the files of the stack."""

    vars: Mapping[str, Json] = key("`vars`, which are public, by value.", example={"region": "eu"})
    versions: Mapping[str, str] = key("Versions by name.", example={"api": "1.4.2"})
    variables: tuple[str, ...] = key("Passed variables that were read, by name only.", example=["SMTP_HOST"])
    public_variables: Mapping[str, str] = key(
        "Passed variables that were read and are declared public, by value.", example={"LOG_LEVEL": "info"}
    )
    images: Mapping[str, PlannedImage] = key(
        "Images by their name in the stack.",
        example={"redis": {"type": "external", "reference": "redis:7.4", "content": None}},
    )
    pinned_versions: tuple[str, ...] = key("Versions that a promotion set, by name.", example=["api"], default=())
    pinned_images: tuple[str, ...] = key("Images that a promotion set, by name.", example=["api"], default=())


class OmittedObject(Value):
    """An object, or a part of one, that the plan goes without: let go by isolation, by a plugin or to its owner."""

    api_version: str = key("Group and version.", example="rbac.authorization.k8s.io/v1")
    kind: str = key("The kind.", example="ClusterRole")
    namespace: str = key("The namespace, empty for a cluster-scoped object.", example="")
    name: str = key("The name.", example="shop-reader")
    unit: str = key("The unit that it belongs to.", example="api")
    action: Literal["dropped", "narrowed", "platform", "owner"] = key(
        "`dropped` left it out, `narrowed` kept a smaller one, `platform` leaves it to the platform, `owner` to the "
        "environment whose namespace this one shares.",
        example="narrowed",
    )
    reason: str = key("Why.", example="a ClusterRole became a Role of the namespace")


class Plan(Value):
    """An environment's plan: what it applies and runs, step by step, and what it was made from."""

    schema_version: Positive = key("The version of this format.", example=SCHEMA_VERSION)
    oldest_reconciler: str = key("The oldest reconciler that may run the plan.", example=OLDEST_RECONCILER)
    project: str = key("The project.", example="shop")
    environment: str = key("The environment.", example="ai")
    slot: Count = key("The slot's number, 0 outside slots.", example=7)
    namespace: str = key("The namespace that the environment lives in.", example="shop-ai-7")
    domain: str = key("The domain of its hosts, empty for none.", example="pr-7.shop.example.org")
    kind: Literal["production", "development", "slot"] = key("The environment's kind.", example="slot")
    instance_scope: Literal["primary", "isolated"] = key(
        "`primary` may own cluster-scoped objects and singletons, `isolated` may not.", example="isolated"
    )
    shares_namespace_of: str = key("The environment whose namespace it shares, empty for none.", example="production")
    phases: tuple[str, ...] = key("The phases with steps, in their order.", example=["stateful", "internal"])
    steps: tuple[Step, ...] = key(
        "The steps; each stands after the steps that it needs.",
        example=[
            {
                "id": "wait-ready/api",
                "verb": "wait-ready",
                "phase": "internal",
                "unit": "api",
                "needs": ["apply/api"],
                "timeout": 600,
                "onFailure": "stop",
                "supersede": True,
                "digest": EXAMPLE_DIGEST,
                "manifests": [EXAMPLE_MANIFEST],
                "custom": {},
                "rules": [],
            }
        ],
    )
    objects: tuple[PlannedObject, ...] = key(
        "The objects that the plan applies or runs, in the order of their steps.",
        example=[
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "namespace": "shop-ai-7",
                "name": "api",
                "unit": "api",
                "file": EXAMPLE_MANIFEST,
                "digest": EXAMPLE_DIGEST,
                "prune": True,
            }
        ],
    )
    files: Mapping[str, Digest] = key(
        "Every file below `manifests/`, `images/` and `gitops/` with the digest of its bytes.",
        example={EXAMPLE_MANIFEST: EXAMPLE_DIGEST},
    )
    directories: tuple[str, ...] = key(
        "Directories with files that plugins made of the plan.", example=["context"], default=()
    )
    inputs: Inputs = key(
        "What the render read.",
        example={
            "vars": {},
            "versions": {},
            "variables": ["SMTP_HOST"],
            "publicVariables": {},
            "images": {},
            "pinnedVersions": [],
            "pinnedImages": [],
        },
    )
    omitted: tuple[OmittedObject, ...] = key(
        "What isolation or a plugin left out or narrowed, and what is left to the owner of a shared namespace.",
        example=[
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "namespace": "",
                "name": "shop-ai-7",
                "unit": "namespace",
                "action": "platform",
                "reason": "a slot's Namespace belongs to the platform",
            }
        ],
    )
