"""The platform's lists: the section `plugins.guardrails`. The defaults let in what cannot reach out of a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from envwright.model.contract.types import DnsLabel, DnsName, Pattern, Port
from envwright.model.value import Value, key

ServiceType = Literal["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]
CustomKindName = Annotated[
    str, Pattern("[a-z0-9][-.a-z0-9]*/[A-Z][A-Za-z0-9]*", "`GROUP/Kind`, such as `monitoring.coreos.com/PodMonitor`")
]
MetadataKey = Annotated[
    str, Pattern("[A-Za-z0-9][-A-Za-z0-9_.]*(/[-A-Za-z0-9_.]*)?", "a key, or a domain with `/` for all of its keys")
]
Cidr = Annotated[str, Pattern("[0-9a-fA-F.:]+/[0-9]{1,3}", "a range of addresses such as `10.0.0.0/8`")]
Domain = Annotated[
    str,
    Pattern(r"([a-z0-9.-]|\{(slot|project|environment|namespace)\})+", "a domain; `{slot}` stands for the number"),
]
Part = Annotated[
    str, Pattern(r"([A-Za-z0-9._/-]|\{(slot|project|environment|namespace)\})+", "a path, such as `slots/{slot}`")
]
NamespacedName = Annotated[str, Pattern("[a-z0-9-]+/[a-z0-9.-]+", "`NAMESPACE/NAME`")]
# https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/: the labels of the DNS add-on, CoreDNS too
DNS_PODS = {"k8s-app": "kube-dns"}


class Outsider(Value):
    """Somebody outside the namespace: a range of addresses, or pods of another namespace."""

    exactly_one = ("cidr", "namespace")

    cidr: Cidr | None = key("A range of addresses.", example="10.0.0.1/32", default=None)
    except_: tuple[Cidr, ...] = key("Parts of the range that are left out.", example=["10.0.0.0/8"], default=())
    namespace: DnsLabel | None = key("A namespace by its name.", example="monitoring", default=None)
    pods: Mapping[MetadataKey, str] = key(
        "Labels of the pods in that namespace; all of its pods if left out.", example={"app": "prometheus"}, default={}
    )
    ports: tuple[Port, ...] = key("TCP ports; all ports if left out.", example=[443], default=())


class Peer(Outsider):
    """Whom some units may talk to outside the namespace, or all of them."""

    units: tuple[DnsLabel, ...] = key(
        "The units that this is for; all of them if left out.", example=["api"], default=()
    )


class Network(Value):
    """Whom the pods of a slot may talk to, besides each other."""

    default_deny: bool = key(
        "Whether a slot gets network policies: everything denied but what its units need.", example=False, default=True
    )
    ingress_controllers: tuple[DnsLabel, ...] = key(
        "Namespaces of the ingress controllers: they reach the ports that an Ingress or a route names.",
        example=["ingress-nginx"],
        default=("ingress-nginx",),
    )
    dns: tuple[Peer, ...] = key(
        "Who answers DNS for every pod, on port 53.",
        example=[{"namespace": "kube-system", "pods": DNS_PODS}],
        default=(Peer(namespace="kube-system", pods=DNS_PODS),),
    )
    ingress: tuple[Peer, ...] = key(
        "Who else may reach the units, such as a monitoring system.", example=[{"namespace": "monitoring"}], default=()
    )
    egress: tuple[Peer, ...] = key(
        "Whom the units may reach outside the namespace.",
        example=[{"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"], "ports": [443]}],
        default=(),
    )
    api_server: tuple[Peer, ...] = key(
        "Where the API server is, for units with an account that a binding gives rights.",
        example=[{"cidr": "10.0.0.1/32", "ports": [6443]}],
        default=(),
    )


class Guardrails(Value):
    """What isolated environments may ask for.

    Lists add to what is always allowed, but for `ingressClasses` and `imageRepositories`, which limit it.
    """

    custom_kinds: tuple[CustomKindName, ...] = key(
        "Custom kinds whose controllers do nothing for an object that its namespace could not do itself.",
        example=["monitoring.coreos.com/PodMonitor"],
        default=(),
    )
    labels: tuple[MetadataKey, ...] = key(
        "More labels: a key, or a domain with `/` for all of its keys.", example=["team.example.org/"], default=()
    )
    annotations: tuple[MetadataKey, ...] = key(
        "More annotations, in the same form.", example=["nginx.ingress.kubernetes.io/custom-headers"], default=()
    )
    service_types: tuple[ServiceType, ...] = key(
        "Types of Services.", example=["ClusterIP", "LoadBalancer"], default=("ClusterIP",)
    )
    domains: tuple[Domain, ...] = key(
        "Domains whose hosts an environment may serve, besides its own. `{slot}`, `{environment}`, `{project}` and "
        "`{namespace}` stand for the environment's.",
        example=["slot-{slot}.example.org"],
        default=(),
    )
    ingress_classes: tuple[DnsName, ...] = key(
        "Classes of Ingresses; every class if left out.", example=["nginx"], default=()
    )
    gateways: tuple[NamespacedName, ...] = key(
        "Gateways that routes may attach to.", example=["gateways/public"], default=()
    )
    image_repositories: tuple[str, ...] = key(
        "Repositories of images, each with all that is below it; every repository if left out.",
        example=["registry.example.org/shop", "docker.io/library"],
        default=(),
    )
    priority_classes: tuple[DnsName, ...] = key("Priority classes of pods.", example=["preview"], default=())
    runtime_classes: tuple[DnsName, ...] = key("Runtime classes of pods.", example=["gvisor"], default=())
    schedulers: tuple[DnsName, ...] = key("Schedulers of pods.", example=["batch"], default=())
    tolerations: tuple[MetadataKey, ...] = key(
        "Taints, by their key, that pods may tolerate.", example=["example.org/previews"], default=()
    )
    service_accounts: tuple[DnsName, ...] = key(
        "Accounts that the platform makes in the namespace for pods to use.", example=["puller"], default=()
    )
    token_audiences: tuple[str, ...] = key(
        "Audiences, besides the API server, that pods may have tokens for.", example=["vault"], default=()
    )
    shared_claims: Mapping[DnsName, Part] = key(
        "Claims whose files other environments see too, and the part of each that is the environment's own.",
        example={"workspace": "slots/{slot}"},
        default={},
    )
    platform_namespaces: tuple[DnsLabel, ...] = key(
        "Namespaces that no admission webhook may lock out.",
        example=["kube-system", "envwright-system"],
        default=("kube-system",),
    )
    network: Network = key("Network policies of a slot.", example={"egress": []}, default=Network())
