"""The section `plugins.builders`: what builds, from which source, and what each trust level may push where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from envwright.model.contract.types import DnsLabel, DnsName, Duration, LabelKey, LabelValue, Pattern, Quantity
from envwright.model.contract.workload import Resources, Toleration
from envwright.model.value import Value, key
from envwright_plugins.guardrails.settings import DNS_PODS, Outsider

NAME = "builders"

Level = Literal["production", "development", "slot"]
BuilderName = Literal["buildkit", "buildah", "kaniko"]
Registry = Annotated[
    str, Pattern(r"[A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?", "a registry such as `registry.build.svc:5000`")
]
Repository = Annotated[
    str,
    Pattern(
        r"[A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*",
        "a repository such as `registry.example.org/shop`, without a tag",
    ),
]
# what is not the internet: https://www.iana.org/assignments/iana-ipv4-special-registry
NEAR = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
NEAR_6 = ("fc00::/7", "fe80::/10")


class Source(Value):
    """Where the Jobs clone from. The commit is not said here: whoever starts the Job writes it on the Job's pod."""

    repository: str = key(
        "What git fetches from; what the Job's annotation says if left out.",
        example="https://git.example.org/shop/shop.git",
        default="",
    )
    path: str = key(
        "Where in the repository the directory of the root file is; empty for the top.", example="deploy", default=""
    )


class TrustLevel(Value):
    """What the builds of one trust level may do, and where they run."""

    repositories: tuple[Repository, ...] = key(
        "Where they may push: these repositories and all below them. No two trust levels share one.",
        example=["registry.example.org/shop"],
    )
    builder: BuilderName = key("What builds.", example="buildah", default="buildkit")
    push_secret: DnsName | None = key(
        "The Secret (`kubernetes.io/dockerconfigjson`) to push with. The build never sees it.",
        example="push-production",
        default=None,
    )
    build_secret: DnsName | None = key(
        "The Secret (`kubernetes.io/dockerconfigjson`) of the build itself, to read base images and to keep the cache. "
        "The build's own commands can read it.",
        example="build-production",
        default=None,
    )
    git_secret: DnsName | None = key(
        "The Secret (`kubernetes.io/basic-auth`) to clone with over HTTPS.", example="git-read", default=None
    )
    cache: Repository | None = key(
        "The repository that keeps what builds may use again; nothing is kept if left out.",
        example="registry.example.org/cache/production",
        default=None,
    )
    namespace: DnsLabel | None = key(
        "Where the Jobs run; the environment's own namespace if left out, which a slot's may not.",
        example="builds-production",
        default=None,
    )
    service_account: DnsName | None = key(
        "The account of the pods, for its pull secrets: they get no token.", example="builder", default=None
    )
    node_selector: Mapping[LabelKey, LabelValue] = key(
        "Labels of the nodes that builds run on.", example={"example.org/builds": "yes"}, default={}
    )
    tolerations: tuple[Toleration, ...] = key(
        "Taints of nodes that builds tolerate.", example=[{"key": "builds", "operator": "Exists"}], default=()
    )


class TrustLevels(Value):
    """The trust levels by their name, which is the environment's `kind`. What is not here, somebody else builds."""

    production: TrustLevel | None = key(
        "Production.", example={"repositories": ["registry.example.org/shop"]}, default=None
    )
    development: TrustLevel | None = key(
        "Development.", example={"repositories": ["registry.example.org/shop-dev"]}, default=None
    )
    slot: TrustLevel | None = key(
        "Slots.",
        example={"repositories": ["registry.example.org/shop-slots"], "namespace": "builds-slots"},
        default=None,
    )

    def of(self, level: Level) -> TrustLevel | None:
        """Return a trust level by its name, None if it builds nothing."""
        found: TrustLevel | None = getattr(self, level)
        return found


class BuildNetwork(Value):
    """Whom a build may talk to. Nobody may talk to a build."""

    policy: bool = key("Whether each Job brings a network policy.", example=False, default=True)
    dns: tuple[Outsider, ...] = key(
        "Who answers DNS, on port 53.",
        example=[{"namespace": "kube-system", "pods": DNS_PODS}],
        default=(Outsider(namespace="kube-system", pods=DNS_PODS),),
    )
    egress: tuple[Outsider, ...] = key(
        "Registries, the git server, and what builds download from; the internet, without what is near, if left out.",
        example=[{"namespace": "registry", "ports": [5000]}],
        default=(Outsider(cidr="0.0.0.0/0", except_=NEAR), Outsider(cidr="::/0", except_=NEAR_6)),
    )


class Tools(Value):
    """The images that the Jobs run."""

    git: str = key("git and a shell.", example="alpine/git:2.49.1", default="alpine/git:2.49.1")
    skopeo: str = key(
        "skopeo and a shell: asks the registry, pushes, mirrors.",
        example="quay.io/skopeo/stable:v1.20.0",
        default="quay.io/skopeo/stable:v1.20.0",
    )
    buildkit: str = key(
        "Rootless BuildKit with `buildctl-daemonless.sh`.",
        example="moby/buildkit:v0.25.1-rootless",
        default="moby/buildkit:v0.25.1-rootless",
    )
    buildah: str = key(
        "Buildah and a shell.", example="quay.io/buildah/stable:v1.41.5", default="quay.io/buildah/stable:v1.41.5"
    )
    kaniko: str = key(
        "kaniko with its debug shell.",
        example="gcr.io/kaniko-project/executor:v1.24.0-debug",
        default="gcr.io/kaniko-project/executor:v1.24.0-debug",
    )


class Builders(Value):
    """Who makes the images of types `build` and `mirror`, for the trust levels that are listed."""

    source: Source = key(
        "Where the Jobs clone from.", example={"repository": "https://git.example.org/shop.git"}, default=Source()
    )
    trust_levels: TrustLevels = key(
        "What each trust level may do; a level that is not listed leaves its images to somebody else.",
        example={"production": {"repositories": ["registry.example.org/shop"], "pushSecret": "push-production"}},
        default=TrustLevels(),
    )
    insecure_registries: tuple[Registry, ...] = key(
        "Registries that are asked over plain HTTP.", example=["registry.build.svc:5000"], default=()
    )
    timeout: Duration = key("How long one image may take.", example="1h", default="30m")
    resources: Resources = key(
        "What the container that builds asks for and may use.",
        example={"cpu": "2", "memory": "4Gi"},
        default=Resources(cpu="500m", memory="1Gi", memory_limit="4Gi"),
    )
    storage: Quantity = key(
        "How much disk the source and the image, and the builder's own files, may take each.",
        example="20Gi",
        default="10Gi",
    )
    storage_driver: Literal["overlay", "vfs"] = key(
        "How Buildah stores layers: `overlay` is faster, `vfs` works on every node.", example="overlay", default="vfs"
    )
    network: BuildNetwork = key("Whom a build may talk to.", example={"policy": False}, default=BuildNetwork())
    tools: Tools = key("The images that the Jobs run.", example={"git": "alpine/git:2.49.1"}, default=Tools())
