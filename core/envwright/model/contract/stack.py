"""The root of the contract: kind `ServiceStack`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.document import Document
from envwright.model.contract.environment import Environment
from envwright.model.contract.gitops import Gitops
from envwright.model.contract.image import Image
from envwright.model.contract.orchestration import Orchestration, WebhookRuntime
from envwright.model.contract.secret import SecretDeclaration
from envwright.model.contract.types import DnsLabel, DnsName, FileGlob, Json, PluginName, Templated, Word
from envwright.model.contract.unit import Component, Infrastructure, Service
from envwright.model.value import Value, key

API_VERSION = "envwright.dev/v1"
KIND = "ServiceStack"


class Import(Value):
    """Another file of the same stack, merged before the file that names it."""

    shorthand = "path"

    path: FileGlob = key(
        "Path or glob of the files to import, relative to this file, never outside the repository.",
        example="services/*/services.yaml",
    )


class Version(Value):
    """A version that templates read as `.Versions.NAME`."""

    shorthand = "value"

    value: Templated[str] = key("The version's text.", example="1.4.2")
    bump_on: tuple[FileGlob, ...] = key(
        "Globs of the files whose change asks for a new version; `envwright changes` reports it.",
        example=["services/api/**"],
        default=(),
    )


class Metadata(Value):
    """What the stack is called."""

    name: DnsName = key("The stack's name.", example="shop")


class Spec(Value):
    """Everything that a stack declares."""

    shared_names = ("infrastructure", "services")

    project: DnsLabel = key(
        "The project; it begins namespaces and image repositories. The stack's name if left out.",
        example="shop",
        default="",
    )
    imports: tuple[Import, ...] = key(
        "Files to merge before this one, in this order.",
        example=["components.yaml", "services/*/services.yaml"],
        default=(),
    )
    vars: Mapping[Word, Json] = key(
        "Values that templates read as `.Vars.NAME`: scalars, lists, maps. Public by definition: they are recorded in "
        "the plan.",
        example={"region": "eu", "hosts": ["a", "b"]},
        default={},
    )
    versions: Mapping[Word, Version] = key(
        "Versions that templates read as `.Versions.NAME`.", example={"api": "1.4.2"}, default={}
    )
    components: tuple[Component, ...] = key(
        "Parts that services share: `use` fills them in.",
        example=[{"name": "http", "serviceDefaults": {"deployGroup": "edge"}}],
        default=(),
        list_key="name",
    )
    environments: Mapping[DnsLabel, Environment] = key(
        "The targets of this stack by name.", example={"production": {"kind": "production"}}, default={}
    )
    webhook_runtime: WebhookRuntime = key(
        "What a trigger of each kind starts.", example={"defaultMode": "full-env"}, default=WebhookRuntime()
    )
    images: Mapping[Word, Image] = key(
        'Container images by the name that `image` and `{{ image "NAME" }}` use.',
        example={"api": {"type": "build", "repository": "registry.example.org/shop/api"}},
        default={},
    )
    secrets: tuple[SecretDeclaration, ...] = key(
        "Secrets that must exist in the namespace. No value ever stands in a file.",
        example=[{"name": "db", "keys": ["password"]}],
        default=(),
        list_key="name",
    )
    infrastructure: tuple[Infrastructure, ...] = key(
        "Units of the phase `stateful`: databases, claims, policies.",
        example=[{"name": "postgres", "manifests": ["deploy/postgres.yaml.tpl"]}],
        default=(),
        list_key="name",
    )
    services: tuple[Service, ...] = key(
        "The project's own units.",
        example=[{"name": "api", "manifests": ["deploy/api.yaml.tpl"]}],
        default=(),
        list_key="name",
    )
    orchestration: Orchestration = key(
        "How the units come up, and what happens when one does not.",
        example={"onFailure": "stop"},
        default=Orchestration(),
    )
    gitops: Gitops = key(
        "Who applies the rendered tree: the built-in reconciler, Argo CD or Flux.",
        example={"tool": "argocd", "repository": "https://git.example.org/environments.git"},
        default=Gitops(),
    )
    documents: tuple[Document, ...] = key(
        "What to read before one works on the stack; `envwright context` lists it.",
        example=[{"path": "docs/architecture.md", "roles": ["dev"]}],
        default=(),
    )
    plugins: Mapping[PluginName, Json] = key(
        "Settings of plugins, each by the plugin's own typed model.",
        example={"platform": {"enabled": True}},
        default={},
    )


class ServiceStack(Value):
    """One `services.yaml`."""

    api_version: Literal["envwright.dev/v1"] = key("The version of this format.", example="envwright.dev/v1")
    kind: Literal["ServiceStack"] = key("Always `ServiceStack`.", example="ServiceStack")
    metadata: Metadata = key("What the stack is called.", example={"name": "shop"})
    spec: Spec = key("What the stack declares.", example={"services": [{"name": "api", "manifests": ["api.yaml"]}]})
