"""Deploy order, readiness, failure and clean-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from envwright.model.contract.types import DnsLabel, Duration, Range, Word
from envwright.model.value import Value, key

PHASES = ("stateful", "migrations", "internal", "edge", "frontend")
RuntimeMode = Literal["full-env", "code-only"]
OnFailure = Literal["stop", "rollback"]


class ReadinessDefaults(Value):
    """How long the reconciler waits, unless a unit says its own."""

    timeout: Duration = key("How long one unit may take to become ready.", example="10m", default="10m")
    strategy: Literal["wait", "skip"] = key(
        "`wait` waits for every unit before the next phase, `skip` applies without waiting.",
        example="wait",
        default="wait",
    )


class CleanupPolicy(Value):
    """When what is left over goes."""

    full_env_idle_ttl: Duration = key(
        "How long a full environment may stand idle before it sleeps.",
        example="8h",
        default="24h",
        spelled="fullEnvIdleTTL",
    )
    retention: Duration = key("How long finished Jobs and old applied trees are kept.", example="168h", default="168h")


class PrunePolicy(Value):
    """How much one run may delete without being asked twice."""

    max_percent: Annotated[int, Range(0, 100)] = key(
        "The largest share of an environment's objects that one run may delete, in percent.", example=20, default=20
    )
    protected_kinds: tuple[Word, ...] = key(
        "Kinds that are never pruned, besides those that the reconciler always protects.",
        example=["PersistentVolumeClaim"],
        default=(),
    )


class Orchestration(Value):
    """How an environment comes up."""

    deploy_order: tuple[DnsLabel, ...] = key(
        "The phases in their order.", example=["stateful", "migrations", "internal", "edge", "frontend"], default=PHASES
    )
    readiness: ReadinessDefaults = key("Timeouts.", example={"timeout": "10m"}, default=ReadinessDefaults())
    on_failure: OnFailure = key(
        "`stop` leaves what is there for a look, `rollback` goes back to the last good revision.",
        example="rollback",
        default="stop",
    )
    cleanup_policy: CleanupPolicy = key(
        "Idle time and retention.", example={"retention": "72h"}, default=CleanupPolicy()
    )
    prune_policy: PrunePolicy = key("The budget for deletes.", example={"maxPercent": 20}, default=PrunePolicy())


class WebhookRuntime(Value):
    """Which runtime mode a trigger starts."""

    default_mode: RuntimeMode = key(
        "`full-env` deploys an environment, `code-only` runs on the sources alone.",
        example="full-env",
        default="full-env",
    )
    trigger_modes: Mapping[Word, RuntimeMode] = key(
        "The mode per kind of trigger, by the name after `run:`.", example={"vision": "code-only"}, default={}
    )
    default_namespace_ttl: Duration | None = key(
        "How long a namespace that a trigger made is kept.",
        example="24h",
        default=None,
        spelled="defaultNamespaceTTL",
    )
    namespace_ttl_by_role: Mapping[Word, Duration] = key(
        "The same by the role that works in it.",
        example={"dev": "72h"},
        default={},
        spelled="namespaceTTLByRole",
    )
