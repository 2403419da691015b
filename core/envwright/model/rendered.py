"""What rendering makes of a unit, before it becomes files and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from envwright.model.language import Development
from envwright.model.mark import Mark

JobPurpose = Literal["sync", "mirror", "build", "migration", "hook"]
JobStage = Literal["before", "main", "after"]


class KubernetesObject(NamedTuple):
    """One manifest as plain JSON values, and where it came from.

    `content` is never changed in place: a step that changes an object makes a new one. `source` is the place of the
    template, manifest or `workload` that made it.
    """

    content: Mapping[str, Any]
    source: Mark

    @property
    def kind(self) -> str:
        """The kind, empty if it has none."""
        return str(self.content.get("kind") or "")

    @property
    def api_version(self) -> str:
        """Group and version, such as `apps/v1`."""
        return str(self.content.get("apiVersion") or "")

    @property
    def group(self) -> str:
        """The API group, empty for the core group."""
        return str(self.content.get("apiVersion") or "").rpartition("/")[0]

    @property
    def name(self) -> str:
        """The object's name, empty if it has none."""
        return str((self.content.get("metadata") or {}).get("name") or "")

    @property
    def namespace(self) -> str:
        """The object's namespace, empty if it has none."""
        return str((self.content.get("metadata") or {}).get("namespace") or "")


class RenderedJob(NamedTuple):
    """A Job object that becomes a `run-job` step.

    `stage` says when: before the unit's objects are applied, in their place (a service that is a Job), or after they
    are ready. `timeout` is in seconds; `target` names the claim or namespace that holds the data, empty for none;
    `produces` are the image references that the Job makes.
    """

    object: KubernetesObject
    purpose: JobPurpose
    stage: JobStage
    timeout: int
    run_on: Literal["change", "always"] = "change"
    reversible: bool = False
    target: str = ""
    retries: int = 0
    produces: tuple[str, ...] = ()


class RequiredSecret(NamedTuple):
    """A Secret that must exist before the unit comes up: its declaration as plain JSON values, never a value of it.

    `unit` is empty for `secrets[]` of the stack, which come before every unit.
    """

    name: str
    unit: str
    keys: tuple[Mapping[str, Any], ...]
    type: str
    copy_from: tuple[str, str] | None
    source: Mark


class RenderedUnit(NamedTuple):
    """An enabled unit with all that it puts into the cluster.

    `depends_on` names enabled units only. `ready_timeout` is in seconds. `options` holds the reconciler's settings of
    the unit as plain JSON values: onConflict, replace, prune, ownership, readiness. `development` says how its code
    becomes live under a reloader, None where it runs without one.
    """

    name: str
    phase: str
    kind: Literal["infrastructure", "service"]
    depends_on: tuple[str, ...]
    objects: tuple[KubernetesObject, ...]
    jobs: tuple[RenderedJob, ...]
    secrets: tuple[RequiredSecret, ...]
    ready_timeout: int
    options: Mapping[str, Any]
    development: Development | None = None


class RenderedImage(NamedTuple):
    """An image that a Job of the plan makes, before the units that use it; `objects` are what the Job needs first.

    `name` is that in `images`, with `.STAGE` for another stage of the same image.
    """

    name: str
    job: RenderedJob
    objects: tuple[KubernetesObject, ...] = ()


class Omission(NamedTuple):
    """An object, or a part of one, that isolation, a plugin or the owner of a shared namespace let go or narrowed."""

    unit: str
    api_version: str
    kind: str
    namespace: str
    name: str
    action: Literal["dropped", "narrowed", "platform", "owner"]
    reason: str
