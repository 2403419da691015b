"""Who applies the rendered tree."""

from __future__ import annotations

from typing import Annotated, Literal

from envwright.model.contract.types import DnsLabel, DnsName, Duration, Pattern
from envwright.model.value import Value, key

GitopsTool = Literal["envwright", "argocd", "flux"]
# what git calls a branch, as far as both controllers take it; no template: the text stands in an object of theirs
Branch = Annotated[
    str, Pattern(r"[A-Za-z0-9_][A-Za-z0-9_./-]*", "a branch's name: letters, digits, `_`, `.`, `/`, `-`")
]
RepositoryUrl = Annotated[
    str,
    Pattern(
        r"(https?|ssh)://[^@\s]+|ssh://[A-Za-z0-9_-]+@[^@\s]+|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:[^@\s]+",
        "a URL without credentials, such as `https://git.example.org/environments.git`",
    ),
]


class Argocd(Value):
    """What an Application of Argo CD says."""

    namespace: DnsLabel = key("Where Argo CD looks for Applications.", example="gitops", default="argocd")
    project: DnsName = key("The AppProject.", example="shop", default="default")
    server: str = key(
        "The API server of the cluster that the environment is in.",
        example="https://cluster.example.org",
        default="https://kubernetes.default.svc",
    )


class Flux(Value):
    """What the objects of Flux say."""

    namespace: DnsLabel = key("Where Flux looks for its objects.", example="gitops", default="flux-system")
    service_account: DnsName = key(
        "The account that the Kustomizations are applied as; Flux's own if left out.", example="deployer", default=""
    )
    secret: DnsName = key("The Secret with the credentials for the repository.", example="environments", default="")
    interval: Duration = key("How often the repository is looked at.", example="5m", default="10m")


class Gitops(Value):
    """What applies the rendered tree, and what it needs to know for that."""

    shorthand = "tool"

    tool: GitopsTool = key(
        "`envwright` is the built-in reconciler. For `argocd` an Application is written with the tree, for `flux` a "
        "Kustomization per phase; a stack that they cannot carry is refused.",
        example="argocd",
        default="envwright",
    )
    repository: RepositoryUrl = key(
        "The environment repository, as the cluster reaches it; without it the tree is made ready for the controller, "
        "and the objects that point it there are somebody else's to write.",
        example="https://git.example.org/environments.git",
        default="",
    )
    branch: Branch = key(
        "The branch that all environments share; each has its own, `env/PROJECT/ENVIRONMENT`, if left out.",
        example="main",
        default="",
    )
    argocd: Argocd = key("Where and how Argo CD applies it.", example={"project": "shop"}, default=Argocd())
    flux: Flux = key("Where and how Flux applies it.", example={"interval": "5m"}, default=Flux())
