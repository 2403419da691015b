"""How a workload is reached: Services and an Ingress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.kubernetes.plain import plain
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.labels import joined, metadata, selector
from envwright.kubernetes.workload.ports import port_named
from envwright.model.contract.workload import Ingress, IngressHost, IngressTls, Workload


def governing_name(context: WorkloadContext) -> str:
    """Return the name of the headless Service that gives a StatefulSet's pods their names."""
    return joined(context.name, "headless")


def services(workload: Workload, context: WorkloadContext) -> Iterator[dict[str, Any]]:
    """Yield the Service for the workload's ports, and the headless one that a StatefulSet needs besides."""
    if workload.ports:
        yield service(workload, context, context.name, {})
    if workload.kind == "statefulset":
        # pods of a cluster find each other before they are ready
        headless = {"clusterIP": "None", "publishNotReadyAddresses": True}
        yield service(workload, context, governing_name(context), headless)


def service(workload: Workload, context: WorkloadContext, name: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return one Service with `more` in its spec."""
    ports = [
        {"name": port.name, "port": port.port, "targetPort": port.name, "protocol": port.protocol}
        for port in workload.ports
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(workload, context, name),
        "spec": {**more, "selector": selector(context), **({"ports": ports} if ports else {})},
    }


def ingress(declared: Ingress, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return the Ingress. Reports EW106 for a port that the workload has not."""
    head = metadata(workload, context)
    if declared.annotations:
        head["annotations"] = plain(declared.annotations)
    hosts = [rule(host, workload, context.below("hosts", index)) for index, host in enumerate(declared.hosts)]
    spec: dict[str, Any] = {"ingressClassName": declared.class_name} if declared.class_name else {}
    if declared.tls:
        spec["tls"] = [tls(each, declared) for each in declared.tls]
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": head, "spec": {**spec, "rules": hosts}}


def rule(host: IngressHost, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return what goes where for one host."""
    paths = []
    for index, each in enumerate(host.paths):
        port = port_named(each.port, workload, context.below("paths", index))
        backend = {"name": context.name, "port": {"name": port.name if port else ""}}
        paths.append({"path": each.path, "pathType": each.path_type, "backend": {"service": backend}})
    return {"host": host.host, "http": {"paths": paths}}


def tls(declared: IngressTls, of: Ingress) -> dict[str, Any]:
    """Return a certificate with its hosts, all of the ingress unless it names its own."""
    hosts = declared.hosts or tuple(host.host for host in of.hosts)
    return {"hosts": list(hosts), "secretName": declared.secret_name}
