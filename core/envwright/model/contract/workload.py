"""`workload`: the short form of a unit's Kubernetes objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.cron import CronSchedule, TimeZone
from envwright.model.contract.types import (
    Count,
    DnsLabel,
    DnsName,
    Duration,
    FileGlob,
    Hostname,
    IntOrPercent,
    LabelKey,
    LabelValue,
    PodField,
    Port,
    PortName,
    Positive,
    Quantity,
    Templated,
    UrlPath,
    VariableName,
)
from envwright.model.value import Value, key

WorkloadKind = Literal["deployment", "statefulset", "daemonset", "cronjob", "job"]
# https://kubernetes.io/docs/concepts/security/pod-security-standards/
SecurityProfile = Literal["restricted", "baseline", "privileged"]
LONG_RUNNING = ("deployment", "statefulset", "daemonset")
SCALABLE = ("deployment", "statefulset")


class KeyOf(Value):
    """A key of a Secret or a ConfigMap."""

    name: Templated[DnsName] = key("The object's name.", example="db")
    key_: Templated[str] = key("The key in it.", example="password")
    optional: bool = key("Whether the pod starts without it.", example=True, default=False)


class EnvValue(Value):
    """The value of an environment variable, from exactly one source."""

    shorthand = "value"
    exactly_one = ("value", "secret", "config", "field")

    value: Templated[str] | None = key("The text itself; public.", example="postgres", default=None)
    secret: KeyOf | None = key("A key of a Secret.", example={"name": "db", "key": "password"}, default=None)
    config: KeyOf | None = key("A key of a ConfigMap.", example={"name": "app", "key": "mode"}, default=None)
    field: PodField | None = key("A field of the pod.", example="status.podIP", default=None)


class WorkloadPort(Value):
    """A port of the container and of the Service in front of it."""

    name: PortName = key("The port's name.", example="http")
    port: Templated[Port] = key("The Service's port.", example=80)
    target_port: Templated[Port] | None = key(
        "The container's port; `port` if left out, or 8000 above it where `port` is below 1024 and the pod may not "
        "bind it.",
        example=8080,
        default=None,
    )
    protocol: Literal["TCP", "UDP", "SCTP"] = key("The protocol.", example="UDP", default="TCP")


class IngressPath(Value):
    """A path of an ingress host."""

    shorthand = "path"

    path: Templated[UrlPath] = key("The path.", example="/api", default="/")
    path_type: Literal["Prefix", "Exact"] = key("How it matches.", example="Exact", default="Prefix")
    port: DnsLabel = key("The port's name; the first port if left out.", example="http", default="")


class IngressHost(Value):
    """A host and its paths."""

    shorthand = "host"

    host: Templated[Hostname] = key("The host.", example="shop.{{ .Domain }}")
    paths: tuple[IngressPath, ...] = key("The paths; `/` if left out.", example=["/api"], default=(IngressPath(),))


class IngressTls(Value):
    """The certificate of the ingress."""

    shorthand = "secret_name"

    secret_name: Templated[DnsName] = key("The Secret that holds the certificate.", example="wildcard-tls")
    hosts: tuple[Templated[Hostname], ...] = key(
        "The hosts it is for; all of the ingress if left out.", example=["shop.example.org"], default=()
    )


class Ingress(Value):
    """An Ingress in front of the Service."""

    hosts: tuple[IngressHost, ...] = key("The hosts.", example=["shop.{{ .Domain }}"], list_key="host")
    class_name: Templated[str] = key("The ingress class.", example="nginx", default="")
    tls: tuple[IngressTls, ...] = key("Certificates.", example=["wildcard-tls"], default=())
    annotations: Mapping[LabelKey, Templated[str]] = key(
        "Annotations for the controller.", example={"nginx.ingress.kubernetes.io/proxy-body-size": "8m"}, default={}
    )


class FileMount(Value):
    """A file in the container, from the repository or from text in place, by a ConfigMap."""

    exactly_one = ("path", "content")

    mount_path: Templated[str] = key(
        "The file in the container, or the directory if `path` is a glob.", example="/etc/app/app.toml"
    )
    path: FileGlob | None = key("The file or files of the repository.", example="config/app.toml", default=None)
    content: Templated[str] | None = key("The text itself.", example="debug = false\n", default=None)


class ClaimVolume(Value):
    """A PersistentVolumeClaim: an existing one by `name` alone, or made here if `size` is said."""

    name: Templated[DnsName] = key(
        "The claim's name; made from the unit's and the volume's if left out.", example="uploads", default=""
    )
    size: Templated[Quantity] | None = key("How much to ask for.", example="10Gi", default=None)
    storage_class: Templated[str] = key("The storage class.", example="fast", default="")
    access_modes: tuple[Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], ...] = key(
        "The access modes.", example=["ReadWriteMany"], default=("ReadWriteOnce",)
    )


class EmptyVolume(Value):
    """An empty directory that lives as long as the pod."""

    size_limit: Templated[Quantity] | None = key("How large it may grow.", example="1Gi", default=None)
    medium: Literal["", "Memory"] = key("`Memory` for a tmpfs.", example="Memory", default="")


class Volume(Value):
    """A volume and where it is mounted, from exactly one source."""

    exactly_one = ("claim", "empty", "config", "secret")

    name: DnsLabel = key("The volume's name.", example="data")
    mount_path: Templated[str] = key("Where it is mounted.", example="/var/lib/data")
    sub_path: Templated[str] = key("The part of the volume to mount.", example="api", default="")
    read_only: bool = key("Whether it is mounted read-only.", example=True, default=False)
    claim: ClaimVolume | None = key("A PersistentVolumeClaim.", example={"size": "10Gi"}, default=None)
    empty: EmptyVolume | None = key("An empty directory.", example={"sizeLimit": "1Gi"}, default=None)
    config: Templated[DnsName] | None = key("A ConfigMap by name.", example="app-config", default=None)
    secret: Templated[DnsName] | None = key("A Secret by name.", example="app-tls", default=None)


class Resources(Value):
    """What the container asks for and may use."""

    cpu: Templated[Quantity] | None = key("CPU requested.", example="250m", default=None)
    memory: Templated[Quantity] | None = key(
        "Memory requested, and the limit unless `memoryLimit` says more.", example="256Mi", default=None
    )
    cpu_limit: Templated[Quantity] | None = key("CPU limit.", example="1", default=None)
    memory_limit: Templated[Quantity] | None = key("Memory limit.", example="512Mi", default=None)


class HttpProbe(Value):
    """A probe by HTTP GET."""

    shorthand = "path"

    path: Templated[str] = key("The path.", example="/healthz")
    port: DnsLabel = key("The port's name; the first port if left out.", example="http", default="")


class Probe(Value):
    """How the kubelet asks the container, by exactly one way."""

    exactly_one = ("http", "tcp", "exec", "grpc")

    http: HttpProbe | None = key("By HTTP GET.", example="/healthz", default=None)
    tcp: DnsLabel | None = key("By opening the port of this name.", example="redis", default=None)
    exec: tuple[Templated[str], ...] | None = key("By a command.", example=["pg_isready"], default=None)
    grpc: DnsLabel | None = key("By gRPC health on the port of this name.", example="grpc", default=None)
    period: Duration = key("How often.", example="10s", default="10s")
    timeout: Duration = key("How long one answer may take.", example="1s", default="1s")
    initial_delay: Duration = key("How long to wait before the first.", example="5s", default="0s")
    failure_threshold: Positive = key("How many failures count.", example=3, default=3)


class Probes(Value):
    """The three probes."""

    startup: Probe | None = key("Until the container has started.", example={"http": "/healthz"}, default=None)
    readiness: Probe | None = key("Whether it gets traffic.", example={"http": "/readyz"}, default=None)
    liveness: Probe | None = key("Whether it is restarted.", example={"http": "/healthz"}, default=None)


class Autoscaling(Value):
    """A HorizontalPodAutoscaler on CPU or memory."""

    min_replicas: Templated[Positive] = key("The fewest pods.", example=2, default=1)
    max_replicas: Templated[Positive] = key("The most pods.", example=10)
    cpu_percent: Positive | None = key("Target CPU use in percent of the request.", example=70, default=None)
    memory_percent: Positive | None = key("Target memory use in percent of the request.", example=80, default=None)


class DisruptionBudget(Value):
    """How many pods may be gone for maintenance, by exactly one number."""

    exactly_one = ("min_available", "max_unavailable")

    min_available: IntOrPercent | None = key("At least so many stay.", example="50%", default=None)
    max_unavailable: IntOrPercent | None = key("At most so many go.", example="1", default=None)


class WorkloadServiceAccount(Value):
    """The account of the pods."""

    shorthand = "name"

    name: Templated[DnsName] = key("The account's name.", example="api")
    create: bool = key("Whether the unit makes it.", example=True, default=False)
    token: bool = key("Whether its token is mounted.", example=True, default=False)


class Toleration(Value):
    """Taints of nodes that the pods tolerate: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/."""

    key_: LabelKey | None = key(
        "The taint's key; every key if left out beside `Exists`.",
        example="gpu",
        default=None,
        required_with={"operator": ("Equal",)},
    )
    operator: Literal["Exists", "Equal"] = key("How `value` is compared.", example="Exists", default="Equal")
    value: Templated[LabelValue] = key(
        "The taint's value.", example="nvidia", default="", allowed_with={"operator": ("Equal",)}
    )
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = key(
        "The taint's effect; every effect if left out.", example="NoSchedule", default=None
    )
    toleration_seconds: Count | None = key(
        "How long a pod stays once the taint is there.",
        example=300,
        default=None,
        allowed_with={"effect": ("NoExecute",)},
    )


class Workload(Value):
    """One container and what stands around it, typed."""

    exclusive = (("replicas", "autoscaling"),)

    kind: WorkloadKind = key("What runs the pods.", example="deployment")
    image: Templated[str] = key(
        "A name from `images` or a literal reference; the service's `image` if left out.", example="nginx:1", default=""
    )
    image_pull_secrets: tuple[Templated[DnsName], ...] = key(
        "Secrets that the image is pulled with.", example=["registry"], default=()
    )
    command: tuple[Templated[str], ...] = key("The command instead of the image's.", example=["gunicorn"], default=())
    args: tuple[Templated[str], ...] = key("Its arguments.", example=["app:create"], default=())
    working_dir: Templated[str] = key("The working directory.", example="/app", default="")
    ports: tuple[WorkloadPort, ...] = key(
        "Ports; each makes a port of the Service too.",
        example=[{"name": "http", "port": 80}],
        default=(),
        list_key="name",
        allowed_with={"kind": LONG_RUNNING},
    )
    ingress: Ingress | None = key(
        "An Ingress for the Service.",
        example={"hosts": ["shop.example.org"]},
        default=None,
        allowed_with={"kind": LONG_RUNNING},
    )
    env: Mapping[VariableName, EnvValue] = key("Environment variables.", example={"LOG_LEVEL": "info"}, default={})
    files: tuple[FileMount, ...] = key(
        "Files of the repository or text, mounted by a ConfigMap.",
        example=[{"path": "config/app.toml", "mountPath": "/etc/app.toml"}],
        default=(),
    )
    volumes: tuple[Volume, ...] = key(
        "Volumes.",
        example=[{"name": "data", "mountPath": "/data", "claim": {"size": "1Gi"}}],
        default=(),
        list_key="name",
    )
    resources: Resources | None = key("Requests and limits.", example={"cpu": "100m", "memory": "128Mi"}, default=None)
    probes: Probes = key("Probes.", example={"readiness": {"http": "/readyz"}}, default=Probes())
    replicas: Templated[Count] | None = key(
        "How many pods; 1 if neither this nor `autoscaling` is said.",
        example=2,
        default=None,
        allowed_with={"kind": SCALABLE},
    )
    autoscaling: Autoscaling | None = key(
        "Scale between two numbers.", example={"maxReplicas": 5}, default=None, allowed_with={"kind": SCALABLE}
    )
    disruption_budget: DisruptionBudget | None = key(
        "A PodDisruptionBudget.", example={"maxUnavailable": "1"}, default=None, allowed_with={"kind": SCALABLE}
    )
    service_account: WorkloadServiceAccount | None = key("The pods' account.", example="api", default=None)
    security: SecurityProfile = key(
        "The Pod Security Standard that the pods follow.", example="baseline", default="restricted"
    )
    run_as_user: Positive | None = key("The user id of the container.", example=10001, default=None)
    fs_group: Positive | None = key(
        "The group id that volumes belong to; `runAsUser` for claims if left out.", example=10001, default=None
    )
    termination_grace: Duration | None = key("How long a pod may take to stop.", example="60s", default=None)
    schedule: Templated[CronSchedule] | None = key(
        "When the CronJob runs, in cron syntax.",
        example="*/10 * * * *",
        default=None,
        allowed_with={"kind": ("cronjob",)},
        required_with={"kind": ("cronjob",)},
    )
    time_zone: TimeZone = key(
        "The schedule's time zone.", example="Europe/Berlin", default="", allowed_with={"kind": ("cronjob",)}
    )
    concurrency: Literal["Allow", "Forbid", "Replace"] = key(
        "What happens when a run is due while one is running.",
        example="Forbid",
        default="Forbid",
        allowed_with={"kind": ("cronjob",)},
    )
    timeout: Duration | None = key(
        "How long one run may take.", example="10m", default=None, allowed_with={"kind": ("cronjob", "job")}
    )
    retries: Count = key(
        "How often a failed run is tried again.", example=2, default=0, allowed_with={"kind": ("cronjob", "job")}
    )
    labels: Mapping[LabelKey, Templated[LabelValue]] = key(
        "More labels on every object.", example={"team": "web"}, default={}
    )
    annotations: Mapping[LabelKey, Templated[str]] = key(
        "Annotations on the pods.", example={"prometheus.io/scrape": "true"}, default={}
    )
    node_selector: Mapping[LabelKey, Templated[LabelValue]] = key(
        "Labels of the nodes.", example={"disk": "ssd"}, default={}
    )
    tolerations: tuple[Toleration, ...] = key(
        "The taints of nodes that the pods tolerate.", example=[{"key": "gpu", "operator": "Exists"}], default=()
    )
