"""The plan: an ordered list of typed steps, a closed union by verb.

These are plain frozen dataclasses, not `Value`s: only commands that make or read a plan import them, and pydantic makes
the plan's JSON Schema and its strict reader from them. In `plan.json` a field's name is in camelCase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

SCHEMA_VERSION = 1
OLDEST_RECONCILER = "0.1.0"


@dataclass(frozen=True, kw_only=True)
class ObjectRef:
    """An object of the cluster by identity; `namespace` is empty for a cluster-scoped one."""

    api_version: str
    kind: str
    name: str
    namespace: str


@dataclass(frozen=True, kw_only=True)
class SecretKeyRequirement:
    """A key that must exist; `generate` is how to make it once, None to only check."""

    name: str
    optional: bool
    generate: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class StepBase:
    """What every step has.

    `id` is unique in the plan; `unit` is empty for steps of the whole environment; `needs` are ids of earlier steps;
    `timeout` is in seconds; `supersede` says whether a newer plan may cancel the step while it runs; `digest` is
    `sha256:` of the canonical JSON of the operation, its content and the content of what it references in this plan.
    """

    id: str
    phase: str
    unit: str
    needs: tuple[str, ...]
    timeout: int
    on_failure: Literal["stop", "rollback"]
    supersede: bool
    digest: str


@dataclass(frozen=True, kw_only=True)
class EnsureSecret(StepBase):
    """Check that a Secret exists with its keys; copy or generate what may be."""

    name: str
    type: str
    keys: tuple[SecretKeyRequirement, ...]
    copy_from: ObjectRef | None
    verb: Literal["ensure-secret"] = "ensure-secret"


@dataclass(frozen=True, kw_only=True)
class Apply(StepBase):
    """Server-side apply of the unit's manifest files, in this order."""

    manifests: tuple[str, ...]
    on_conflict: Literal["refuse", "take"]
    replace: bool
    ownership: tuple[Mapping[str, Any], ...]
    verb: Literal["apply"] = "apply"


@dataclass(frozen=True, kw_only=True)
class RunJob(StepBase):
    """Create a Job from a manifest file and wait for its end; `produces` names what it makes (image references)."""

    manifest: str
    purpose: Literal["sync", "mirror", "build", "migration", "hook"]
    produces: tuple[str, ...]
    run_on: Literal["change", "always"]
    reversible: bool
    target: str
    retries: int
    verb: Literal["run-job"] = "run-job"


@dataclass(frozen=True, kw_only=True)
class WaitReady(StepBase):
    """Wait until the unit's objects are ready; `custom` says by which rule custom resources are."""

    objects: tuple[ObjectRef, ...]
    custom: Mapping[str, str]
    verb: Literal["wait-ready"] = "wait-ready"


@dataclass(frozen=True, kw_only=True)
class Restart(StepBase):
    """Roll the pods of these objects."""

    objects: tuple[ObjectRef, ...]
    verb: Literal["restart"] = "restart"


@dataclass(frozen=True, kw_only=True)
class Prune(StepBase):
    """Delete what the inventory has and this plan has not, within the budget."""

    max_percent: int
    protected_kinds: tuple[str, ...]
    verb: Literal["prune"] = "prune"


Step = EnsureSecret | Apply | RunJob | WaitReady | Restart | Prune


@dataclass(frozen=True, kw_only=True)
class PlannedObject:
    """An object that the plan applies or runs: identity, unit, file and the digest of its canonical JSON."""

    api_version: str
    kind: str
    name: str
    namespace: str
    unit: str
    file: str
    digest: str
    prune: bool


@dataclass(frozen=True, kw_only=True)
class PlannedImage:
    """An image in use: its reference, and `sha256:` of a built image's content, None for others."""

    type: str
    reference: str | None
    content: str | None


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the render read: `vars` by value, passed variables by name only unless they are public."""

    vars: Mapping[str, Any]
    versions: Mapping[str, str]
    variables: tuple[str, ...]
    public_variables: Mapping[str, str]
    images: Mapping[str, PlannedImage]


@dataclass(frozen=True, kw_only=True)
class OmittedObject:
    """An object, or a part of one, that isolation left out or narrowed, with the reason."""

    api_version: str
    kind: str
    name: str
    namespace: str
    unit: str
    action: Literal["dropped", "narrowed", "platform"]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One environment's plan. `files` maps every manifest file to `sha256:` of its bytes; `slot` is 0 outside slots."""

    schema_version: int
    oldest_reconciler: str
    project: str
    environment: str
    slot: int
    namespace: str
    domain: str
    kind: Literal["production", "development", "slot"]
    instance_scope: Literal["primary", "isolated"]
    shares_namespace_of: str
    phases: tuple[str, ...]
    steps: tuple[Step, ...]
    objects: tuple[PlannedObject, ...]
    files: Mapping[str, str]
    inputs: Inputs
    omitted: tuple[OmittedObject, ...]
