"""The types of `codex-k8s.dev/v1alpha1`: what step 4 checks a file of that format against.

Any scalar may hold a Go template there, but for names that a later step looks up as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.formats.v1alpha1.documents import DocumentTemplate, ProjectDocument
from envwright.formats.v1alpha1.secret_resolution import SecretResolution
from envwright.model.contract.environment import PullPolicy
from envwright.model.contract.orchestration import RuntimeMode
from envwright.model.contract.types import DnsLabel, DnsName, Duration, FileGlob, FilePath, Json, Templated, Word
from envwright.model.contract.unit import CodeUpdateStrategy
from envwright.model.value import Value, key


class Import(Value):
    """Another file of the same stack, merged before the file that names it."""

    shorthand = "path"

    path: FileGlob = key("Path or glob, relative to the root file's directory.", example="deploy/services.yaml")


class Version(Value):
    """A version that templates read as `.Versions.NAME`."""

    shorthand = "value"

    value: Templated[str] = key("The version's text.", example="0.1.0")
    bump_on: tuple[Templated[FilePath], ...] = key(
        "Files and directories whose change asks for a new version.", example=["services/api"], default=()
    )


class ServiceDefaults(Value):
    """What a component fills in where a service leaves it empty."""

    code_update_strategy: Templated[CodeUpdateStrategy] = key(
        "How a code edit becomes live.", example="restart", default="rebuild"
    )
    deploy_group: Templated[str] = key("The group of the deploy order.", example="internal", default="")
    depends_on: tuple[Templated[DnsLabel], ...] = key("Units that come first.", example=["postgres"], default=())


class Component(Value):
    """A part that services share."""

    name: DnsLabel = key("The component's name.", example="go-service")
    service_defaults: ServiceDefaults = key(
        "What it fills in.", example={"deployGroup": "internal"}, default=ServiceDefaults()
    )


class Environment(Value):
    """A named target; `from` takes over what is not set here."""

    from_: DnsLabel = key("The environment to inherit from.", example="production", default="")
    namespace_template: Templated[str] = key("The namespace.", example="{{ .Project }}-prod", default="")
    domain_template: Templated[str] = key("The domain.", example="{{ .Namespace }}.example.org", default="")
    image_pull_policy: Templated[PullPolicy] | None = key("The pull policy.", example="Always", default=None)


class WebhookRuntime(Value):
    """Which runtime mode a trigger starts, and how long its namespace is kept."""

    default_mode: Templated[RuntimeMode] = key("The mode of other triggers.", example="full-env", default="full-env")
    trigger_modes: Mapping[str, Templated[RuntimeMode]] = key(
        "The mode by trigger, in any case.", example={"vision": "code-only"}, default={}
    )
    default_namespace_ttl: Templated[Duration] | None = key(
        "How long a namespace is kept.", example="24h", default=None, spelled="defaultNamespaceTTL"
    )
    namespace_ttl_by_role: Mapping[str, Templated[Duration]] = key(
        "The same by role, in any case.", example={"dev": "72h"}, default={}, spelled="namespaceTTLByRole"
    )


class Image(Value):
    """One image; the reference in use is `local`, else `from`, or `repository:tagTemplate` where it is built."""

    type: Templated[Literal["external", "build", "skip"]] | None = key(
        "Where it comes from; by the other keys if left out.", example="build", default=None
    )
    from_: Templated[str] = key("The upstream reference.", example="postgres:16", default="")
    local: Templated[str] = key("The mirrored reference.", example="127.0.0.1:5000/postgres:16", default="")
    repository: Templated[str] = key("Where a built image is pushed.", example="127.0.0.1:5000/api", default="")
    tag_template: Templated[str] = key("Its tag.", example="{{ .Env }}-0.1.0", default="")
    dockerfile: Templated[FilePath] = key("The Dockerfile.", example="services/api/Dockerfile", default="")
    context: Templated[FilePath] = key("The build context.", example=".", default=".")
    build_args: Mapping[str, Templated[str]] = key("Build arguments.", example={"GO_VERSION": "1.25"}, default={})


class ServiceImage(Value):
    """A service's own image by repository and tag."""

    repository: Templated[str] = key("The repository.", example="127.0.0.1:5000/api", default="")
    tag_template: Templated[str] = key("The tag.", example="{{ .Env }}-0.1.0", default="")


class Manifest(Value):
    """A file with Kubernetes objects, a Go template whatever its ending."""

    path: Templated[FilePath] = key("The file, relative to the root file's directory.", example="deploy/api.yaml.tpl")


class Infrastructure(Value):
    """A unit that comes before every service."""

    name: Templated[DnsLabel] = key("The unit's name.", example="postgres")
    depends_on: tuple[Templated[DnsLabel], ...] = key("Units that come first.", example=["namespace"], default=())
    manifests: tuple[Manifest, ...] = key("Its objects.", example=[{"path": "deploy/postgres.yaml.tpl"}], default=())
    when: Json = key(
        "A condition by the rules of Go's ParseBool; empty is true.", example='{{ ne .Env "ai" }}', default=""
    )


class Service(Value):
    """One of the project's own deployables."""

    name: Templated[DnsLabel] = key("The unit's name.", example="api")
    use: tuple[DnsLabel, ...] = key("Components.", example=["go-service"], default=())
    code_update_strategy: Templated[CodeUpdateStrategy] = key(
        "How a code edit becomes live.", example="restart", default="rebuild"
    )
    deploy_group: Templated[str] = key("The group of the deploy order.", example="internal", default="")
    depends_on: tuple[Templated[DnsLabel], ...] = key("Units that come first.", example=["postgres"], default=())
    manifests: tuple[Manifest, ...] = key("Its objects.", example=[{"path": "deploy/api.yaml.tpl"}], default=())
    when: Json = key(
        "A condition by the rules of Go's ParseBool; empty is true.", example='{{ ne .Env "ai" }}', default=""
    )
    image: ServiceImage = key("Its image.", example={"repository": "127.0.0.1:5000/api"}, default=ServiceImage())
    scope: Literal["environment", "infrastructure-singleton"] = key(
        "A singleton is deployed in `production` only.", example="infrastructure-singleton", default="environment"
    )


class CleanupPolicy(Value):
    """When what is left over goes."""

    full_env_idle_ttl: Templated[Duration] = key(
        "How long an environment may stand idle.", example="8h", default="24h", spelled="fullEnvIdleTTL"
    )


class Orchestration(Value):
    """How an environment comes up."""

    deploy_order: tuple[Templated[DnsLabel], ...] = key("The groups in their order.", example=["internal"], default=())
    cleanup_policy: CleanupPolicy = key("Idle time.", example={"fullEnvIdleTTL": "8h"}, default=CleanupPolicy())


class Metadata(Value):
    """What the stack is called."""

    name: DnsName = key("The stack's name.", example="shop")


class Spec(Value):
    """Everything that a stack declares."""

    project: DnsLabel = key("The project; the stack's name if left out.", example="shop", default="")
    imports: tuple[Import, ...] = key("Files to merge first.", example=["base.yaml"], default=())
    versions: Mapping[Word, Version] = key("Versions.", example={"api": "0.1.0"}, default={})
    components: tuple[Component, ...] = key(
        "Shared parts.", example=[{"name": "go-service"}], default=(), list_key="name"
    )
    environments: Mapping[DnsLabel, Environment] = key("The targets.", example={"production": {}}, default={})
    webhook_runtime: WebhookRuntime = key(
        "Modes by trigger.", example={"defaultMode": "full-env"}, default=WebhookRuntime()
    )
    secret_resolution: SecretResolution = key(
        "Which variable overrides a secret's key.", example={"patterns": []}, default=SecretResolution()
    )
    project_docs: tuple[ProjectDocument, ...] = key("Documents.", example=[{"path": "README.md"}], default=())
    role_doc_templates: Mapping[str, tuple[DocumentTemplate, ...]] = key(
        "Document templates by role.", example={"pm": [{"path": "docs/templates/prd.md"}]}, default={}
    )
    images: Mapping[Word, Image] = key("Images.", example={"api": {"type": "build"}}, default={})
    infrastructure: tuple[Infrastructure, ...] = key(
        "Units that come first.", example=[{"name": "postgres"}], default=(), list_key="name"
    )
    services: tuple[Service, ...] = key(
        "The project's own units.", example=[{"name": "api"}], default=(), list_key="name"
    )
    orchestration: Orchestration = key(
        "Deploy order and clean-up.", example={"deployOrder": ["internal"]}, default=Orchestration()
    )


class ServiceStack(Value):
    """One file of the format, or all of them merged."""

    api_version: Literal["codex-k8s.dev/v1alpha1"] = key("The format.", example="codex-k8s.dev/v1alpha1")
    kind: Literal["ServiceStack"] = key("Always `ServiceStack`.", example="ServiceStack")
    metadata: Metadata = key("What the stack is called.", example={"name": "shop"})
    spec: Spec = key("What the stack declares.", example={"services": [{"name": "api"}]})
