"""What only one object can hold at a time: host ports, node ports, claims and hosts of an ingress."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from envwright.kubernetes.pods import pod_spec_of
from envwright.plan.references import Reference, at, containers, maps, named_by

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
# a claim that only says these lets pods of several objects in
_SHARED_MODES = frozenset({"ReadWriteMany", "ReadOnlyMany"})


def holdings(content: Mapping[str, Any], shared_claims: Collection[Reference] = ()) -> frozenset[str]:
    """Return what an object holds, in words that are the same for every object that holds it.

    `shared_claims` are the claims that several pods may mount.
    """
    return frozenset(
        (*host_ports(content), *_claims(content, shared_claims), *_node_ports(content), *ingress_hosts(content))
    )


def host_ports(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ports of the node that the pods of an object listen on."""
    spec = pod_spec_of(content) or {}
    for container in containers(spec):
        for port in maps(container.get("ports")):
            number = port.get("hostPort") or (port.get("containerPort") if spec.get("hostNetwork") is True else None)
            if number:
                yield f"host port {number}/{port.get('protocol') or 'TCP'}"


def ingress_hosts(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hosts with path that an Ingress answers for, and its class, as another class is another door."""
    if content.get("kind") != "Ingress":
        return
    door = at(content, "spec", "ingressClassName") or at(content, "metadata", "annotations", CLASS_ANNOTATION)
    suffix = f" (class {door})" if door else ""
    for rule in maps(at(content, "spec", "rules")):
        for path in maps(at(rule, "http", "paths")):
            yield f"ingress host {rule.get('host') or '*'}{path.get('path') or '/'}{suffix}"


def is_shared_claim(content: Mapping[str, Any]) -> bool:
    """Return whether pods of several objects may mount a claim."""
    modes = at(content, "spec", "accessModes")
    return bool(modes) and _SHARED_MODES.issuperset(modes)


def _claims(content: Mapping[str, Any], shared: Collection[Reference]) -> Iterator[str]:
    spec = pod_spec_of(content)
    if spec is None:
        return
    for reference in named_by(spec, str(at(content, "metadata", "namespace") or "")):
        if reference.kind == "PersistentVolumeClaim" and reference not in shared:
            yield f"claim {reference.namespace}/{reference.name}"


def _node_ports(content: Mapping[str, Any]) -> Iterator[str]:
    if content.get("kind") == "Service":
        for port in maps(at(content, "spec", "ports")):
            if port.get("nodePort"):
                yield f"node port {port['nodePort']}/{port.get('protocol') or 'TCP'}"
