"""Units: items of `infrastructure` and `services`, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.job import Hooks, Migration
from envwright.model.contract.types import DnsLabel, Duration, FileGlob, FilePath, Json, JsonPointer, Templated, Word
from envwright.model.contract.workload import Workload
from envwright.model.value import Value, key

Syntax = Literal["none", "go", "jinja"]
UnitScope = Literal["environment", "singleton"]
CodeUpdateStrategy = Literal["hot-reload", "rebuild", "restart"]


class ManifestFile(Value):
    """A file with Kubernetes objects."""

    shorthand = "path"

    path: Templated[FilePath] = key("The file, relative to the file that names it.", example="deploy/api.yaml.tpl")
    syntax: Syntax | None = key(
        "How it is templated; by its ending unless said: `.tpl` is `go`, `.j2` is `jinja`, all others `none`.",
        example="go",
        default=None,
    )


class Dependency(Value):
    """A unit that must be ready first."""

    shorthand = "name"

    name: DnsLabel = key("The unit's name.", example="postgres")
    optional: bool = key("Whether the dependency falls away when that unit is off.", example=True, default=False)


class ObjectSelector(Value):
    """Objects of the unit by kind and name."""

    kind: Word = key("The kind.", example="Ingress")
    name: Templated[str] = key("The name; every object of the kind if left out.", example="api", default="")


class JsonOperation(Value):
    """One operation of a JSON patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"] = key("What is done.", example="remove")
    path: Templated[JsonPointer] = key("Where.", example="/spec/template/spec/nodeSelector")
    from_: Templated[JsonPointer] | None = key(
        "Where `move` and `copy` take the value from.",
        example="/metadata/labels/old",
        default=None,
        allowed_with={"op": ("move", "copy")},
        required_with={"op": ("move", "copy")},
    )
    value: Json = key(
        "The value; not `null`, which is a `remove`.",
        example=3,
        default=None,
        allowed_with={"op": ("add", "replace", "test")},
        required_with={"op": ("add", "replace", "test")},
    )


class Patch(Value):
    """A change of rendered objects: a merge patch (RFC 7386) or a JSON patch (RFC 6902)."""

    exactly_one = ("merge", "json")

    target: ObjectSelector = key("Which objects.", example={"kind": "Deployment", "name": "api"})
    merge: Mapping[str, Json] | None = key(
        "Maps merge, `null` removes, all else replaces (RFC 7386).",
        example={"spec": {"replicas": 2}},
        default=None,
        null_is_value=True,
    )
    json: tuple[JsonOperation, ...] | None = key(
        "Operations on JSON pointers (RFC 6902).",
        example=[{"op": "remove", "path": "/spec/template/spec/nodeSelector"}],
        default=None,
    )


class Mount(Value):
    """A claim, mounted in every container and init container of the unit's pods."""

    name: DnsLabel = key("The volume's name in the pod.", example="workspace")
    claim_name: Templated[str] = key("The PersistentVolumeClaim.", example="{{ .Project }}-workspace")
    mount_path: Templated[str] = key("Where it is mounted.", example="/workspace")
    sub_path: Templated[str] = key("The part of the claim to mount.", example="slots/{{ .Slot }}/src", default="")
    read_only: bool = key("Whether it is mounted read-only.", example=True, default=False)


class Readiness(Value):
    """When the unit counts as ready."""

    timeout: Duration | None = key(
        "How long it may take; `orchestration.readiness.timeout` if left out.", example="15m", default=None
    )
    custom: Mapping[str, Literal["exists", "status"]] = key(
        "For custom resources by kind: `exists` is enough, or `status` by its conditions.",
        example={"Certificate": "status"},
        default={},
    )


class Ownership(Value):
    """Fields that another manager owns: they are set once and then left alone."""

    kind: Word = key("The kind of the object.", example="Deployment")
    name: Templated[str] = key("The object's name; every object of the kind if left out.", example="api", default="")
    paths: tuple[str, ...] = key("JSON pointers of the fields (RFC 6901).", example=["/spec/replicas"])


class UnitFields(Value):
    """What infrastructure and services have in common, all of it but the name."""

    enabled: Templated[bool] = key("`false` switches the unit off.", example=False, default=True)
    depends_on: tuple[Dependency, ...] = key(
        "Units that must be ready first.", example=["postgres", {"name": "mailhog", "optional": True}], default=()
    )
    when: Templated[bool] = key(
        "A condition; the unit is off where it is false.", example='{{ ne .Env "ai" }}', default=True
    )
    scope: UnitScope = key(
        "A `singleton` is there where the instance scope is `primary` only: slots and other isolated environments use "
        "the primary environment's, and are without it themselves.",
        example="singleton",
        default="environment",
    )
    manifests: tuple[ManifestFile, ...] = key(
        "Files with the unit's objects.", example=["deploy/api.yaml.tpl"], default=()
    )
    workload: Workload | None = key(
        "The short form of the unit's objects, beside or instead of `manifests`.",
        example={"kind": "deployment", "image": "nginx:1", "ports": [{"name": "http", "port": 80}]},
        default=None,
    )
    exclude: tuple[ObjectSelector, ...] = key(
        "Rendered objects to leave out.", example=[{"kind": "Ingress"}], default=()
    )
    patches: tuple[Patch, ...] = key(
        "Changes of rendered objects, in this order.",
        example=[{"target": {"kind": "Deployment"}, "merge": {"spec": {"replicas": 2}}}],
        default=(),
    )
    mounts: tuple[Mount, ...] = key(
        "Claims mounted in every container of the unit's pods.",
        example=[{"name": "workspace", "claimName": "ws", "mountPath": "/workspace"}],
        default=(),
        list_key="name",
    )
    hooks: Hooks = key(
        "Typed Jobs around the unit.",
        example={"afterReady": [{"name": "warm", "image": "busybox:1.36", "command": ["true"]}]},
        default=Hooks(),
    )
    readiness: Readiness = key("When it counts as ready.", example={"timeout": "15m"}, default=Readiness())
    ownership: tuple[Ownership, ...] = key(
        "Fields that another manager owns.",
        example=[{"kind": "Deployment", "name": "api", "paths": ["/spec/replicas"]}],
        default=(),
    )
    on_conflict: Literal["refuse", "take"] = key(
        "What happens when another manager owns a field that the unit sets.", example="take", default="refuse"
    )
    replace: bool = key(
        "Consent to delete and create an object whose change the API server refuses.", example=True, default=False
    )
    prune: bool = key("Whether objects that are gone from the render are deleted.", example=False, default=True)


class Infrastructure(UnitFields):
    """A unit of the phase `stateful`."""

    name: DnsLabel = key("The unit's name; one namespace with the services.", example="postgres")


class ServiceFields(UnitFields):
    """What only services have, all of it but the name."""

    stack: DnsLabel | None = key(
        "The language or framework, by the plugin that knows it; detected from the service's files if left out.",
        example="python",
        default=None,
    )
    code_update_strategy: Templated[CodeUpdateStrategy] = key(
        "How a code edit becomes live.", example="hot-reload", default="rebuild"
    )
    deploy_group: Templated[DnsLabel] = key("The phase.", example="edge", default="internal")
    image: str = key("The service's image, a name from `images`.", example="api", default="")
    migrations: tuple[Migration, ...] = key(
        "Typed Jobs that bring the service's data up to date.",
        example=[{"name": "schema", "command": ["alembic", "upgrade", "head"]}],
        default=(),
        list_key="name",
    )
    inputs: tuple[FileGlob, ...] = key(
        "Globs of the files that make up the service; its code is in the directory of the first.",
        example=["services/api/**"],
        default=(),
    )


class Service(ServiceFields):
    """One of the project's own deployables."""

    filled_by = "use"

    name: DnsLabel = key("The unit's name; one namespace with the infrastructure.", example="api")
    use: tuple[DnsLabel, ...] = key(
        "Components that fill in what the service leaves unset; later ones win.", example=["http"], default=()
    )


class UnitOverride(ServiceFields):
    """A partial unit: what an environment changes. Keys of services are refused on infrastructure."""


class Component(Value):
    """A part that services share."""

    name: DnsLabel = key("The component's name.", example="http")
    service_defaults: ServiceFields = key(
        "What it fills in, deeply, where the service leaves it unset.",
        example={"deployGroup": "edge"},
        default=ServiceFields(),
        partial=True,
    )
