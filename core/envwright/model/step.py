"""The steps of a plan: a closed union by verb, executed by `match` without a default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from envwright.model.contract.types import Count, Json, Pattern, Positive, Range
from envwright.model.value import Value, key

Digest = Annotated[str, Pattern("sha256:[0-9a-f]{64}", "`sha256:` and 64 hexadecimal digits")]

EXAMPLE_DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
EXAMPLE_MANIFEST = "manifests/internal/api/deployment-api.yaml"


class StepBase(Value):
    """What every step has."""

    id: str = key(
        "The step's name, unique in the plan: the verb, the unit, what else tells it apart.", example="apply/api"
    )
    verb: str = key("What the step does.", example="apply")
    phase: str = key("The phase it runs in, empty for a step of the whole environment.", example="internal")
    unit: str = key("The unit it belongs to, empty for a step of a phase or of the whole environment.", example="api")
    needs: tuple[str, ...] = key(
        "Ids of the earlier steps that must have succeeded; what follows from others is left out.",
        example=["wait-ready/postgres"],
    )
    timeout: Positive = key("How long it may take, in seconds.", example=600)
    on_failure: Literal["stop", "rollback"] = key(
        "`stop` leaves what is there for a look, `rollback` goes back to the last good revision.", example="stop"
    )
    supersede: bool = key("Whether a newer plan may cancel the step while it runs.", example=True)
    digest: Digest = key(
        "The digest of the operation, of its content and of the content of what it references in this plan.",
        example=EXAMPLE_DIGEST,
    )


class RequiredKey(Value):
    """A key that a Secret must have."""

    name: str = key("The key's name.", example="password")
    optional: bool = key("Whether the Secret may lack it.", example=False)
    generate: Mapping[str, Json] | None = key(
        "How to make the value once if it is missing, null to only check.",
        example={"alphabet": "alphanumeric", "length": 32},
    )


class SecretCopy(Value):
    """The Secret to copy from; it must itself permit that."""

    namespace: str = key("The source's namespace.", example="shop-shared")
    name: str = key("The source's name.", example="db")


class OwnedPaths(Value):
    """Fields that another manager owns: they are set once and then left alone."""

    kind: str = key("The kind of the object.", example="Deployment")
    name: str = key("The object's name, empty for every object of the kind in the unit.", example="api")
    paths: tuple[str, ...] = key("JSON pointers of the fields (RFC 6901).", example=["/spec/replicas"])


class EnsureSecret(StepBase):
    """Check that a Secret exists with its keys; copy it or generate what may be generated."""

    verb: Literal["ensure-secret"] = key("What the step does.", example="ensure-secret", default="ensure-secret")
    name: str = key("The Secret's name, in the environment's namespace.", example="db")
    type: str = key("The Secret's type.", example="Opaque")
    keys: tuple[RequiredKey, ...] = key(
        "The keys that must be there.", example=[{"name": "password", "optional": False, "generate": None}]
    )
    copy_from: SecretCopy | None = key(
        "Where to copy it from if it is missing, null for nowhere.", example={"namespace": "shop-shared", "name": "db"}
    )


class Apply(StepBase):
    """Server-side apply of manifest files."""

    verb: Literal["apply"] = key("What the step does.", example="apply", default="apply")
    manifests: tuple[str, ...] = key("The manifest files, in the order of application.", example=[EXAMPLE_MANIFEST])
    on_conflict: Literal["refuse", "take"] = key(
        "What happens when another manager owns a field that the manifests set.", example="refuse"
    )
    replace: bool = key("Consent to delete and create an object whose change the API server refuses.", example=False)
    ownership: tuple[OwnedPaths, ...] = key(
        "Fields that another manager owns.",
        example=[{"kind": "Deployment", "name": "api", "paths": ["/spec/replicas"]}],
    )


class RunJob(StepBase):
    """Create a Job from a manifest file and wait for its end."""

    verb: Literal["run-job"] = key("What the step does.", example="run-job", default="run-job")
    manifest: str = key("The Job's manifest file.", example="manifests/migrations/api/job.batch-api-schema.yaml")
    purpose: Literal["sync", "mirror", "build", "migration", "hook"] = key("What the Job is for.", example="migration")
    produces: tuple[str, ...] = key(
        "Image references that the Job makes; it need not run where they exist.",
        example=["registry.example.org/shop/api:1.4.2-3f1c2a9"],
    )
    run_on: Literal["change", "always"] = key(
        "`change` runs it when its digest or what it reads changed, `always` at every run of the plan.",
        example="change",
    )
    reversible: bool = key("Whether a rollback may run it backwards.", example=False)
    target: str = key(
        "The claim or namespace that holds the data, empty for none: a fresh one makes the Job run again.",
        example="postgres-data",
    )
    retries: Count = key("How many times the reconciler tries again after a failure.", example=0)


class ReadinessRule(Value):
    """When a custom resource is ready, as a plugin says it; all of `conditions` and `values` must hold."""

    group: str = key("The API group.", example="cert-manager.io")
    kind: str = key("The kind.", example="Certificate")
    conditions: tuple[str, ...] = key(
        "Types of `status.conditions` that must be `True`.", example=["Ready"], default=()
    )
    values: Mapping[str, tuple[Json, ...]] = key(
        "JSON pointers (RFC 6901) with the values that count as ready.",
        example={"/status/phase": ["Running"]},
        default={},
    )
    failed: tuple[str, ...] = key(
        "Types of `status.conditions` that say, when `True`, that waiting is of no use.", example=["Failed"], default=()
    )


class WaitReady(StepBase):
    """Wait until objects are ready.

    A step without a unit closes a phase: it names no manifests and is done when the steps it needs are.
    """

    verb: Literal["wait-ready"] = key("What the step does.", example="wait-ready", default="wait-ready")
    manifests: tuple[str, ...] = key("The manifest files of the objects.", example=[EXAMPLE_MANIFEST])
    custom: Mapping[str, Literal["exists", "status"]] = key(
        "For custom resources by kind: `exists` is enough, or `status` by their conditions.",
        example={"Certificate": "status"},
    )
    rules: tuple[ReadinessRule, ...] = key(
        "When custom resources among the objects are ready, by plugins; `custom` has precedence.",
        example=[
            {"group": "cert-manager.io", "kind": "Certificate", "conditions": ["Ready"], "values": {}, "failed": []}
        ],
        default=(),
    )


class Restart(StepBase):
    """Roll the pods of objects."""

    verb: Literal["restart"] = key("What the step does.", example="restart", default="restart")
    manifests: tuple[str, ...] = key("The manifest files of the objects.", example=[EXAMPLE_MANIFEST])


class Prune(StepBase):
    """Delete what the inventory has and this plan has not."""

    verb: Literal["prune"] = key("What the step does.", example="prune", default="prune")
    max_percent: Annotated[int, Range(0, 100)] = key(
        "The largest share of the environment's objects that one run may delete, in percent.", example=20
    )
    protected_kinds: tuple[str, ...] = key(
        "Kinds that are never deleted, besides those that the reconciler always protects.",
        example=["PersistentVolumeClaim"],
    )


Step = EnsureSecret | Apply | RunJob | WaitReady | Restart | Prune


def manifests_of(step: Step) -> tuple[str, ...]:
    """Return the manifest files that a step works on."""
    match step:
        case Apply() | WaitReady() | Restart():
            return step.manifests
        case RunJob():
            return (step.manifest,)
        case EnsureSecret() | Prune():
            return ()
