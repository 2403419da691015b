"""The workload's container: image, environment, ports, probes and resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envwright.kubernetes.workload.context import WorkloadContext, image_reference
from envwright.kubernetes.workload.ports import port_named
from envwright.kubernetes.workload.security import container_port, container_security
from envwright.model.contract.workload import EnvValue, KeyOf, Probe, Resources, Workload
from envwright.model.duration import seconds


def container(workload: Workload, context: WorkloadContext, mounts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the container with its volume mounts; parts that would say nothing are left out."""
    parts: dict[str, Any] = {
        "name": context.name,
        "image": image_reference(workload.image, context),
        "imagePullPolicy": context.pull_policy,
        "command": list(workload.command),
        "args": list(workload.args),
        "workingDir": workload.working_dir,
        "ports": container_ports(workload),
        "env": [variable(name, value) for name, value in workload.env.items()],
        "resources": resources(workload.resources) if workload.resources else {},
        **probes(workload, context.below("probes")),
        "securityContext": container_security(workload),
        "volumeMounts": list(mounts),
    }
    return {key: value for key, value in parts.items() if value}


def container_ports(workload: Workload) -> list[dict[str, Any]]:
    """Return the ports."""
    return [
        {"name": port.name, "containerPort": container_port(workload, port), "protocol": port.protocol}
        for port in workload.ports
    ]


def variable(name: str, value: EnvValue) -> dict[str, Any]:
    """Return one environment variable."""
    if value.secret is not None:
        return {"name": name, "valueFrom": {"secretKeyRef": key_reference(value.secret)}}
    if value.config is not None:
        return {"name": name, "valueFrom": {"configMapKeyRef": key_reference(value.config)}}
    if value.field is not None:
        return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": value.field}}}
    return {"name": name, "value": value.value or ""}


def key_reference(key: KeyOf) -> dict[str, Any]:
    """Return a reference to a key of a Secret or ConfigMap."""
    reference: dict[str, Any] = {"name": key.name, "key": key.key_}
    return {**reference, "optional": True} if key.optional else reference


def resources(declared: Resources) -> dict[str, Any]:
    """Return requests and limits; memory is limited to what is asked for unless a limit is said."""
    requests = {"cpu": declared.cpu, "memory": declared.memory}
    limits = {"cpu": declared.cpu_limit, "memory": declared.memory_limit or declared.memory}
    parts = {
        "requests": {name: value for name, value in requests.items() if value is not None},
        "limits": {name: value for name, value in limits.items() if value is not None},
    }
    return {name: part for name, part in parts.items() if part}


def probes(workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return the probes that are declared, by the keys that a container has for them."""
    declared = workload.probes
    named = {"startup": declared.startup, "readiness": declared.readiness, "liveness": declared.liveness}
    return {
        f"{name}Probe": made
        for name, declaration in named.items()
        if declaration is not None and (made := probe(declaration, workload, context.below(name)))
    }


def probe(declared: Probe, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return one probe, empty if its port is unknown, which is reported (EW106)."""
    if declared.exec is not None:
        way: dict[str, Any] = {"exec": {"command": list(declared.exec)}}
    else:
        name = declared.http.port if declared.http else declared.tcp or declared.grpc or ""
        port = port_named(name, workload, context)
        if port is None:
            return {}
        if declared.http is not None:
            way = {"httpGet": {"path": declared.http.path, "port": port.name}}
        elif declared.tcp is not None:
            way = {"tcpSocket": {"port": port.name}}
        else:
            way = {"grpc": {"port": container_port(workload, port)}}
    delay = seconds(declared.initial_delay)
    return {
        **way,
        **({"initialDelaySeconds": delay} if delay else {}),
        "periodSeconds": at_least_one(declared.period),
        "timeoutSeconds": at_least_one(declared.timeout),
        "failureThreshold": declared.failure_threshold,
    }


def at_least_one(duration: str) -> int:
    """Return the seconds of a duration; Kubernetes takes none for its own default."""
    return max(1, seconds(duration))
