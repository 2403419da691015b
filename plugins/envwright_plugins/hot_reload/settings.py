"""The section `plugins.hot-reload`: where the source comes from, and what single services do differently."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.model.contract.types import DnsLabel, DnsName, Duration, Port, VariableName
from envwright.model.value import Value, key

NAME = "hot-reload"


class Sync(Value):
    """A copy of the repository in each pod, kept in step with a branch by a container beside the service's."""

    repository: str = key("What git fetches from.", example="https://git.example.org/shop/shop.git")
    revision: str = key("The branch, tag or commit.", example="main", default="HEAD")
    period: Duration = key("How often it looks for something new.", example="5s", default="10s")
    image: str = key("An image with git and a shell.", example="alpine/git:2.49.1", default="alpine/git:2.49.1")


class Source(Value):
    """The tree that pods run from: a claim that something else keeps in step, or a copy in each pod."""

    claim: DnsName = key("The PersistentVolumeClaim with the checkout.", example="shop-source", default="workspace")
    sync: Sync | None = key(
        "A copy in each pod instead of the claim.",
        example={"repository": "https://git.example.org/shop/shop.git"},
        default=None,
    )
    path: str = key(
        "Where in the tree the directory of the root file is; empty for the top.", example="deploy", default=""
    )
    polling: bool = key(
        "Whether file events do not arrive: on NFS and on most volumes that several nodes share.",
        example=True,
        default=False,
    )


class ServiceSettings(Value):
    """What one service does differently from its stack's recipe."""

    command: tuple[str, ...] = key(
        "The reloader, instead of the stack's.", example=["watchexec", "-r", "./server"], default=()
    )
    target: str | None = key(
        "The stage of the Dockerfile, instead of `dev`; empty for the image as it is.", example="develop", default=None
    )
    mount_path: str = key("Where the source is mounted in the container.", example="/app", default="")
    readiness: str = key("The path that answers once it is up.", example="/healthz", default="")
    port: Port | None = key("Where it listens, if the container names no port.", example=8080, default=None)
    env: Mapping[VariableName, str] = key(
        "Environment variables, instead of the recipe's and the container's.", example={"DEBUG": "1"}, default={}
    )
    caches: tuple[str, ...] = key(
        "More directories of the container that are kept on a volume.", example=["/root/.cache"], default=()
    )


class HotReload(Value):
    """How the strategy `hot-reload` runs services."""

    source: Source = key("Where the source comes from.", example={"claim": "shop-source"}, default=Source())
    services: Mapping[DnsLabel, ServiceSettings] = key(
        "What single services do differently, by the service's name.",
        example={"api": {"command": ["watchexec", "-r", "./server"]}},
        default={},
    )
