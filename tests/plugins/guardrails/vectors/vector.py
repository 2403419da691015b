"""A row of the table, and objects to write rows with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NAMESPACE = "shop-ai-7"
DOMAIN = "pr-7.example.org"

Json = dict[str, Any]
LEFT_OUT: None = None


class Vector(NamedTuple):
    """A way out.

    `objects` are the stack's, the first one at fault; `refuse` is the code of the diagnostic and `hint` a part of the
    alternative that it names. `drop` and `narrow` are what is left of the object: values by their path, GONE for what
    is not there any more, or LEFT_OUT. `allowed_by` are settings of the platform under which all is well.
    """

    name: str
    objects: tuple[Json, ...]
    refuse: str
    hint: str
    drop: Mapping[str, Any] | None = LEFT_OUT
    narrow: Mapping[str, Any] | None = LEFT_OUT
    allowed_by: Json | None = None
    settings: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return self.name


GONE = object()


def thing(api_version: str, kind: str, **content: Any) -> Json:
    """Make an object named `x`."""
    metadata = {"name": "x", **content.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def config_map(**metadata: Any) -> Json:
    return thing("v1", "ConfigMap", metadata=metadata)


def pod_spec(container: Json, spec: Json) -> Json:
    first = {"name": "main", "image": "registry.example.org/shop/api:1.0", **container}
    return {"containers": [first], **spec}


def deployment(container: Json | None = None, labels: Json | None = None, **spec: Any) -> Json:
    """Make a Deployment of a pod with `spec`, and `container` in its container."""
    template = {"metadata": {"labels": {"app": "x", **(labels or {})}}, "spec": pod_spec(container or {}, spec)}
    return thing("apps/v1", "Deployment", spec={"selector": {"matchLabels": {"app": "x"}}, "template": template})


def pod(**spec: Any) -> Json:
    return thing("v1", "Pod", spec=pod_spec({}, spec))


def job(**spec: Any) -> Json:
    template = {"spec": pod_spec({}, {"restartPolicy": "Never", **spec})}
    return thing("batch/v1", "Job", spec={"template": template})


def cron_job(**spec: Any) -> Json:
    body = job(**spec)["spec"]
    return thing("batch/v1", "CronJob", spec={"schedule": "0 * * * *", "jobTemplate": {"spec": body}})


def service(**spec: Any) -> Json:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return thing("v1", "Service", spec={"selector": {"app": "x"}, "ports": ports, **spec})


def backend(name: str = "x") -> Json:
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}}]
    return {"http": {"paths": paths}}


def ingress(*hosts: str | None, annotations: Json | None = None, **spec: Any) -> Json:
    rules = [{**({"host": host} if host else {}), **backend()} for host in hosts]
    metadata = {"annotations": annotations} if annotations else {}
    return thing("networking.k8s.io/v1", "Ingress", metadata=metadata, spec={"rules": rules, **spec})


def route(*hosts: str, **spec: Any) -> Json:
    named = {"hostnames": list(hosts)} if hosts else {}
    return thing("gateway.networking.k8s.io/v1", "HTTPRoute", spec={**named, **spec})


def claim(**spec: Any) -> Json:
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return thing("v1", "PersistentVolumeClaim", spec={**asked, **spec})


def policy(**spec: Any) -> Json:
    return thing("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}, **spec})


def role(*rules: Json) -> Json:
    return thing("rbac.authorization.k8s.io/v1", "Role", rules=list(rules))


def rule(groups: list[str], resources: list[str], verbs: list[str]) -> Json:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


def binding(*subjects: Json, role: str = "x", kind: str = "Role") -> Json:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return thing("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=reference, subjects=list(subjects))


OWN_ACCOUNT = {"kind": "ServiceAccount", "name": "own"}
