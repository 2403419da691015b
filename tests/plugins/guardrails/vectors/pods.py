"""Pods, wherever they are nested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.plugins.guardrails.vectors.vector import (
    GONE,
    Json,
    Vector,
    cron_job,
    deployment,
    job,
    pod,
    pod_spec,
    thing,
)

SPEC = "spec.template.spec"
MAIN = f"{SPEC}.containers.0"


def of_pod(name: str, spec: Json, code: str, hint: str, narrow: Json | None, allowed_by: Json | None = None) -> Vector:
    """A key of a pod: the object goes, or loses the key."""
    left = None if narrow is None else {f"{SPEC}.{path}": value for path, value in narrow.items()}
    return Vector(name, (deployment(**spec),), code, hint, narrow=left, allowed_by=allowed_by)


def of_container(
    name: str, container: Json, code: str, hint: str, narrow: Json | None, allowed_by: Json | None = None
) -> Vector:
    """A key of a container."""
    left = None if narrow is None else {f"{MAIN}.{path}": value for path, value in narrow.items()}
    return Vector(name, (deployment(container),), code, hint, narrow=left, allowed_by=allowed_by)


NODE = [
    of_pod("the node's network", {"hostNetwork": True}, "EW611", "by a Service", {"hostNetwork": GONE}),
    of_pod("the node's processes", {"hostPID": True}, "EW611", "shareProcessNamespace", {"hostPID": GONE}),
    of_pod("the node's memory", {"hostIPC": True}, "EW611", "emptyDir of medium Memory", {"hostIPC": GONE}),
    of_pod("the node's users", {"hostUsers": True}, "EW611", "write false", {"hostUsers": GONE}),
    of_container(
        "a port of the node",
        {"ports": [{"containerPort": 80}, {"containerPort": 8080, "hostPort": 80, "hostIP": "0.0.0.0"}]},
        "EW611",
        "by a Service",
        {"ports": [{"containerPort": 80}, {"containerPort": 8080}]},
    ),
    of_container(
        "a probe of another host",
        {"livenessProbe": {"httpGet": {"host": "169.254.169.254", "path": "/", "port": 80}}},
        "EW611",
        "the kubelet asks the pod itself",
        {"livenessProbe": {"httpGet": {"path": "/", "port": 80}}},
    ),
    of_container(
        "a hook that calls another host",
        {"lifecycle": {"preStop": {"tcpSocket": {"host": "10.0.0.1", "port": 80}}}},
        "EW611",
        "the kubelet asks the pod itself",
        {"lifecycle": {"preStop": {"tcpSocket": {"port": 80}}}},
    ),
]


def context(name: str, value: Json, hint: str, narrow: Json) -> Vector:
    left = {f"securityContext.{path}": found for path, found in narrow.items()}
    return of_container(name, {"securityContext": value}, "EW612", hint, left)


UNCONFINED = {"type": "Unconfined"}
RUNTIME = {"type": "RuntimeDefault"}

SECURITY = [
    context(
        "a privileged container",
        {"privileged": True, "runAsUser": 1},
        "do without",
        {"privileged": GONE, "runAsUser": 1},
    ),
    context(
        "capabilities",
        {"capabilities": {"add": ["SYS_ADMIN", "CHOWN", "NET_RAW"], "drop": ["ALL"]}},
        "need no capability",
        {"capabilities": {"add": ["CHOWN"], "drop": ["ALL"]}},
    ),
    context("all of /proc", {"procMount": "Unmasked"}, "leave procMount out", {"procMount": GONE}),
    context("no seccomp profile", {"seccompProfile": UNCONFINED}, "RuntimeDefault", {"seccompProfile": RUNTIME}),
    context("no AppArmor profile", {"appArmorProfile": UNCONFINED}, "RuntimeDefault", {"appArmorProfile": RUNTIME}),
    context("SELinux options", {"seLinuxOptions": {"type": "spc_t"}}, "to the runtime", {"seLinuxOptions": GONE}),
    context(
        "a process of a Windows node",
        {"windowsOptions": {"hostProcess": True, "runAsUserName": "a"}},
        "do without",
        {"windowsOptions": {"runAsUserName": "a"}},
    ),
    of_pod(
        "no seccomp profile for the whole pod",
        {"securityContext": {"seccompProfile": UNCONFINED}},
        "EW612",
        "RuntimeDefault",
        {"securityContext.seccompProfile": RUNTIME},
    ),
    of_pod(
        "parameters of the kernel",
        {
            "securityContext": {
                "sysctls": [{"name": "kernel.msgmax", "value": "1"}, {"name": "net.ipv4.tcp_syncookies", "value": "1"}]
            }
        },
        "EW612",
        "the kernel of the node",
        {"securityContext.sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}]},
    ),
]


def affinity(kind: str, **term: Any) -> Json:
    whole = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "x"}}, **term}
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [whole]}}}


def preferred(**term: Any) -> Json:
    whole = {"weight": 1, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", **term}}
    return {"affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [whole]}}}


REQUIRED = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.0"
PREFERRED = "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm"
UNREACHABLE = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}


def tolerating(name: str, toleration: Json, hint: str, allowed_by: Json | None = None) -> Vector:
    kept = {f"{SPEC}.tolerations": [UNREACHABLE]}
    objects = (deployment(tolerations=[toleration, UNREACHABLE]),)
    return Vector(name, objects, "EW614", hint, drop=kept, narrow=kept, allowed_by=allowed_by)


SCHEDULING = [
    of_pod("a node by its name", {"nodeName": "node-1"}, "EW614", "nodeSelector", {"nodeName": GONE}),
    of_pod(
        "another scheduler",
        {"schedulerName": "mine"},
        "EW614",
        "the platform allows: default-scheduler",
        {"schedulerName": GONE},
        {"schedulers": ["mine"]},
    ),
    of_pod(
        "a runtime class",
        {"runtimeClassName": "kata"},
        "EW614",
        "leave it out",
        {"runtimeClassName": GONE},
        {"runtimeClasses": ["kata"]},
    ),
    of_pod(
        "a priority class",
        {"priorityClassName": "system-cluster-critical"},
        "EW614",
        "leave it out",
        {"priorityClassName": GONE},
        {"priorityClasses": ["system-cluster-critical"]},
    ),
    of_pod(
        "devices of the node",
        {"resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}]},
        "EW614",
        "cpu, memory and storage",
        None,
    ),
    tolerating("every taint is tolerated", {"operator": "Exists"}, "name the taint"),
    tolerating(
        "the control plane's taint",
        {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"},
        "kept for others",
        {"tolerations": ["node-role.kubernetes.io/control-plane"]},
    ),
    of_pod(
        "an anti-affinity to pods of every namespace",
        affinity("podAntiAffinity", namespaceSelector={}),
        "EW614",
        "leave namespaces and namespaceSelector out",
        {f"{REQUIRED}.namespaceSelector": GONE, f"{REQUIRED}.topologyKey": "kubernetes.io/hostname"},
    ),
    of_pod(
        "an anti-affinity to pods of another namespace",
        affinity("podAntiAffinity", namespaces=["production"]),
        "EW614",
        "leave namespaces and namespaceSelector out",
        {f"{REQUIRED}.namespaces": GONE},
    ),
    of_pod(
        "a preference for pods of another namespace",
        preferred(namespaces=["production"]),
        "EW614",
        "leave namespaces and namespaceSelector out",
        {f"{PREFERRED}.namespaces": GONE},
    ),
]

ACCOUNTS = [
    of_pod(
        "an account of the platform",
        {"serviceAccountName": "deployer"},
        "EW615",
        "write a ServiceAccount into the stack",
        {"serviceAccountName": GONE},
        {"serviceAccounts": ["deployer"]},
    ),
    of_pod(
        "a token for somebody else",
        {
            "volumes": [
                {
                    "name": "tokens",
                    "projected": {
                        "sources": [
                            {"serviceAccountToken": {"path": "vault", "audience": "vault"}},
                            {"serviceAccountToken": {"path": "own"}},
                        ]
                    },
                }
            ]
        },
        "EW615",
        "the token is for the API server then",
        {"volumes.0.projected.sources": [{"serviceAccountToken": {"path": "own"}}]},
        {"tokenAudiences": ["vault"]},
    ),
    Vector(
        "a Secret that the cluster fills with a token",
        (thing("v1", "Secret", type="kubernetes.io/service-account-token"),),
        "EW620",
        "mount a token of the pod's own account",
    ),
    Vector(
        "a Secret that joins a node",
        (thing("v1", "Secret", type="bootstrap.kubernetes.io/token"),),
        "EW620",
        "mount a token of the pod's own account",
    ),
]

IMAGES = [
    of_container(
        "an image of elsewhere",
        {"image": "registry.example.com/evil/miner:1"},
        "EW622",
        "`type: mirror`",
        None,
        {"imageRepositories": ["registry.example.org/shop", "registry.example.com"]},
    )._replace(settings={"imageRepositories": ["registry.example.org/shop"]}),
    of_container(
        "a repository that only begins like an allowed one",
        {"image": "registry.example.org/shopping/api:1"},
        "EW622",
        "`type: mirror`",
        None,
    )._replace(settings={"imageRepositories": ["registry.example.org/shop"]}),
    of_container(
        "an image of the default registry",
        {"image": "redis:8"},
        "EW622",
        "`type: mirror`",
        None,
        {"imageRepositories": ["docker.io/library"]},
    )._replace(settings={"imageRepositories": ["docker.io/shop"]}),
    of_container("an image without a tag", {"image": "registry.example.org/shop/api"}, "EW622", "api:TAG", None),
    of_container("an image that is none", {"image": "Registry/Api:1"}, "EW622", "not an image reference", None),
    of_pod(
        "an image of a volume",
        {"volumes": [{"name": "model", "image": {"reference": "registry.example.org/shop/model"}}]},
        "EW622",
        "model:TAG",
        None,
    ),
    of_pod(
        "an image of an init container",
        {"initContainers": [{"name": "first", "image": "registry.example.org/shop/api"}]},
        "EW622",
        "api:TAG",
        None,
    ),
]


def nested(name: str, manifest: Json, path: str) -> Vector:
    return Vector(
        f"the node's network in {name}",
        (manifest,),
        "EW611",
        "by a Service",
        narrow={f"{path}.hostNetwork": GONE, f"{path}.containers.0.name": "main"},
    )


def templated(api_version: str, kind: str, make: Callable[[Json], Json]) -> Json:
    return thing(api_version, kind, **make({"metadata": {"labels": {"app": "x"}}, "spec": pod_spec({}, HOST)}))


HOST: Json = {"hostNetwork": True}
SELECTED = {"selector": {"matchLabels": {"app": "x"}}}

NESTED = [
    nested("a Pod", pod(**HOST), "spec"),
    nested("a Job", job(**HOST), SPEC),
    nested("a CronJob", cron_job(**HOST), "spec.jobTemplate.spec.template.spec"),
    nested("a DaemonSet", templated("apps/v1", "DaemonSet", lambda it: {"spec": {**SELECTED, "template": it}}), SPEC),
    nested(
        "a StatefulSet", templated("apps/v1", "StatefulSet", lambda it: {"spec": {**SELECTED, "template": it}}), SPEC
    ),
    nested("a ReplicaSet", templated("apps/v1", "ReplicaSet", lambda it: {"spec": {**SELECTED, "template": it}}), SPEC),
    nested(
        "a ReplicationController",
        templated("v1", "ReplicationController", lambda it: {"spec": {"selector": {"app": "x"}, "template": it}}),
        SPEC,
    ),
    nested("a PodTemplate", templated("v1", "PodTemplate", lambda it: {"template": it}), "template.spec"),
    nested(
        "a custom kind that the platform lists",
        templated("example.org/v1", "Fleet", lambda it: {"spec": {"ships": [{"crew": it}]}}),
        "spec.ships.0.crew.spec",
    )._replace(settings={"customKinds": ["example.org/Fleet"]}),
]

PODS = [*NODE, *SECURITY, *SCHEDULING, *ACCOUNTS, *IMAGES, *NESTED]
