"""Typed Jobs: migrations and hooks. They run in the cluster, never on the machine that renders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.types import (
    Count,
    DnsLabel,
    DnsName,
    Duration,
    FilePath,
    Positive,
    Templated,
    VariableName,
)
from envwright.model.contract.workload import EnvValue, FileMount, Resources, SecurityProfile, Volume
from envwright.model.value import Value, key

RunOn = Literal["change", "always"]


class TypedJob(Value):
    """One command in one container, run to completion."""

    name: DnsLabel = key("The Job's name inside the unit.", example="seed")
    image: Templated[str] = key(
        "A name from `images` or a literal reference; the service's own image if left out.", example="api", default=""
    )
    image_pull_secrets: tuple[Templated[DnsName], ...] = key(
        "Secrets that the image is pulled with.", example=["registry"], default=()
    )
    command: tuple[Templated[str], ...] = key(
        "The command and its arguments, not a shell line.", example=["python", "-m", "app.seed"], default=()
    )
    args: tuple[Templated[str], ...] = key("Arguments to the command.", example=["--all"], default=())
    working_dir: Templated[str] = key(
        "The working directory; the image's own if left out.", example="/app/services/api", default=""
    )
    env: Mapping[VariableName, EnvValue] = key("Environment variables.", example={"PGHOST": "postgres"}, default={})
    files: tuple[FileMount, ...] = key(
        "Files of the repository, mounted by a ConfigMap.",
        example=[{"path": "migrations/*.sql", "mountPath": "/migrations"}],
        default=(),
    )
    volumes: tuple[Volume, ...] = key(
        "Volumes.", example=[{"name": "work", "mountPath": "/work", "empty": {}}], default=(), list_key="name"
    )
    resources: Resources | None = key("Requests and limits.", example={"memory": "256Mi"}, default=None)
    service_account: Templated[str] = key("The service account's name.", example="seeder", default="")
    security: SecurityProfile = key(
        "The Pod Security Standard that the pod follows.", example="baseline", default="restricted"
    )
    run_as_user: Positive | None = key("The user id of the container.", example=10001, default=None)
    timeout: Duration = key("How long it may run.", example="10m", default="10m")
    run_on: RunOn = key(
        "`change` runs it when its content or its images changed, `always` at every run of the plan.",
        example="always",
        default="change",
    )
    when: Templated[bool] = key("Whether it runs in this environment.", example='{{ ne .Env "ai" }}', default=True)
    reversible: bool = key("Whether a rollback may run it backwards.", example=True, default=False)
    target: Templated[str] = key(
        "The claim or namespace that holds the data: a fresh one makes it run again.",
        example="postgres-data",
        default="",
    )
    retries: Count = key("How many times the reconciler tries again after a failure.", example=1, default=0)


class Migration(TypedJob):
    """A change of a database or another store; it runs before its service, in the phase `migrations`."""

    tool: DnsLabel = key(
        "What runs it: `command`, or a migration tool that a plugin knows.", example="command", default="command"
    )
    path: FilePath = key(
        "Where the tool's files are: a directory, or the one file that it begins with; the service's own directory if "
        "left out.",
        example="migrations",
        default="",
    )


class Hook(TypedJob):
    """A Job before a unit's objects are applied or after they are ready."""


class Hooks(Value):
    """The hooks of one unit, each list in its order."""

    before_deploy: tuple[Hook, ...] = key(
        "Run before the unit's objects are applied.",
        example=[{"name": "check", "image": "busybox:1.36", "command": ["true"]}],
        default=(),
        list_key="name",
    )
    after_ready: tuple[Hook, ...] = key(
        "Run when the unit is ready.",
        example=[{"name": "warm", "image": "busybox:1.36", "command": ["true"]}],
        default=(),
        list_key="name",
    )
