"""Environments: the named targets of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.types import DnsLabel, Duration, Hostname, Json, Positive, Templated, Word
from envwright.model.contract.unit import UnitOverride
from envwright.model.value import Value, key

EnvironmentKind = Literal["production", "development", "slot"]
InstanceScope = Literal["primary", "isolated"]
ClusterScope = Literal["refuse", "drop", "narrow"]
PullPolicy = Literal["Always", "IfNotPresent", "Never"]


class Slots(Value):
    """How many slots an environment of kind `slot` may have."""

    max: Positive = key("The highest slot number.", example=10, default=10)


class Environment(Value):
    """A named target; `from` takes over everything that is not set here."""

    from_: DnsLabel = key("The environment to inherit from.", example="production", default="")
    kind: EnvironmentKind = key(
        "`production` and `development` are single targets, `slot` has numbered, short-lived instances. Left out: "
        "`production` for the environment of that name, else `development`.",
        example="slot",
        default="development",
    )
    instance_scope: InstanceScope = key(
        "`primary` may own cluster-scoped objects and singletons, `isolated` may not. A slot is always `isolated`, "
        "others are `primary` unless they say so.",
        example="isolated",
        default="primary",
    )
    namespace_template: Templated[DnsLabel] = key(
        "The namespace; may use `.Project`, `.Env`, `.Slot`, `.Vars`. A slot's must contain its number. Left out: "
        "`<project>-<environment>`, for a slot `<project>-<environment>-<slot>`.",
        example="{{ .Project }}-{{ .Env }}-{{ .Slot }}",
        default="",
    )
    domain_template: Templated[Hostname] = key(
        "The domain under which the environment's hosts live; templates read it as `.Domain`.",
        example="pr-{{ .Slot }}.example.org",
        default="",
    )
    image_pull_policy: PullPolicy | None = key(
        "Pull policy of every container of a `workload` or a typed Job that does not say its own.",
        example="IfNotPresent",
        default=None,
    )
    vars: Mapping[Word, Json] = key(
        "Values that replace or extend the stack's `vars` here.", example={"replicas": 2}, default={}
    )
    slots: Slots | None = key("Limits of the slots; for kind `slot` only.", example={"max": 10}, default=None)
    ttl: Duration | None = key(
        "How long a slot lives without activity before it is torn down.", example="72h", default=None
    )
    cluster_scope: ClusterScope = key(
        "What happens to objects that an isolated environment must not own: `refuse` reports each, `drop` leaves them "
        "out, `narrow` turns cluster roles into roles of the namespace.",
        example="narrow",
        default="refuse",
    )
    shares_namespace_of: DnsLabel | None = key(
        "The environment whose namespace this one may share, under the same lock. It then owns only what it adds: what "
        "the other one renders, by kind and name, is left to that and listed in the plan.",
        example="production",
        default=None,
    )
    overrides: Mapping[DnsLabel, UnitOverride] = key(
        "Partial units by name, merged over the stack's units in this environment.",
        example={"api": {"codeUpdateStrategy": "hot-reload"}},
        default={},
        partial=True,
    )
