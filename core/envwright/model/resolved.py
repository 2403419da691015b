"""What steps 1 to 8 find out: the values behind `envwright resolve`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from envwright.model.contract.document import Document
from envwright.model.contract.environment import Environment
from envwright.model.contract.gitops import Gitops
from envwright.model.contract.orchestration import Orchestration, WebhookRuntime
from envwright.model.contract.secret import SecretDeclaration
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.mark import Mark
from envwright.model.value import Value


class ResolvedImage(Value):
    """An image of this environment.

    `reference` is the one in use, None for `skip`; `content` is `sha256:` of a built image's content, None for other
    types and where the context was not there to read. `generated` is the text of the Dockerfile that the stack of its
    service made, empty where the repository has one.
    """

    type: Literal["external", "build", "mirror", "skip"]
    reference: str | None
    upstream: str | None = None
    repository: str | None = None
    dockerfile: str | None = None
    context: str | None = None
    target: str | None = None
    build_args: Mapping[str, str] = {}
    content: str | None = None
    generated: str = ""
    mark: Mark = Mark("")


class ResolvedUnit(Value):
    """A unit of this environment: its typed declaration, its phase, and whether it is on.

    `depends_on` are the names it declares, after components; `mark` is the place of its declaration.
    """

    name: str
    kind: Literal["infrastructure", "service"]
    phase: str
    enabled: bool
    depends_on: tuple[str, ...]
    declared: Infrastructure | Service
    mark: Mark


class ResolvedEnvironment(Value):
    """An environment after step 8. `slot` is 0 outside slots; `order` names the enabled units in deploy order."""

    stack: str
    project: str
    environment: str
    slot: int
    namespace: str
    domain: str
    declared: Environment
    instance_scope: Literal["primary", "isolated"]
    vars: Mapping[str, Any]
    versions: Mapping[str, str]
    images: Mapping[str, ResolvedImage]
    secrets: tuple[SecretDeclaration, ...]
    units: tuple[ResolvedUnit, ...]
    order: tuple[str, ...]
    phases: tuple[str, ...]
    webhook_runtime: WebhookRuntime
    orchestration: Orchestration
    gitops: Gitops
    documents: tuple[Document, ...] = ()
