"""Services: what they open to the outside, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import Map, map_at, maps, texts

# what a Service of type ClusterIP may not have
# https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
OUTSIDE_ONLY = (
    "allocateLoadBalancerNodePorts",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "loadBalancerClass",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
)
HINTS = {
    "ExternalName": "give the program the name itself, and let the platform list it in `network.egress`",
    "LoadBalancer": "write type ClusterIP, and an Ingress for what is reached from outside",
    "NodePort": "write type ClusterIP, and an Ingress for what is reached from outside",
}


def service_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW608 for a type that is not on the list, and for addresses outside of the cluster."""
    spec = map_at(manifest.content, "spec")
    kind = spec.get("type") or "ClusterIP"
    if kind not in bounds.settings.service_types:
        yield wrong_type(str(kind), spec)
    if spec.get("externalIPs"):
        hint = "leave externalIPs out: write an Ingress for what is reached from outside"
        addresses = ", ".join(texts(spec["externalIPs"]))
        edit = Edit(("spec", "externalIPs"))
        yield Finding("EW608", f"takes the addresses {addresses}", hint, narrow=(edit,), change="without externalIPs")


def wrong_type(kind: str, spec: Map) -> Finding:
    """Return the finding for a type: a Service that selects pods can be reached inside of the namespace."""
    hint = HINTS.get(kind, "write type ClusterIP")
    found = Finding("EW608", f"is of type {kind}", hint)
    if kind == "ExternalName":
        return found
    edits = [Edit(("spec", "type"), "ClusterIP"), *(Edit(("spec", key)) for key in OUTSIDE_ONLY if key in spec)]
    ports = maps(spec.get("ports"))
    if any("nodePort" in port for port in ports):
        inside = [{key: value for key, value in port.items() if key != "nodePort"} for port in ports]
        edits.append(Edit(("spec", "ports"), inside))
    return found._replace(narrow=tuple(edits), change=f"became a Service of type ClusterIP, from {kind}")
