"""Who stands on the other side of the namespace's border: as the platform lists it, and as policies write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.parts import Map, map_at, maps, texts
from envwright_plugins.guardrails.settings import Outsider, Peer

NAMESPACE_LABEL = "kubernetes.io/metadata.name"
DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


def as_rule_peer(peer: Outsider) -> Map:
    """Return a peer of the platform's list as a network policy writes it."""
    if peer.namespace is None:
        block: Map = {"cidr": peer.cidr, **({"except": list(peer.except_)} if peer.except_ else {})}
        return {"ipBlock": block}
    pods = {"podSelector": {"matchLabels": dict(peer.pods)}} if peer.pods else {}
    return {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: peer.namespace}}, **pods}


def ports_of(peer: Outsider) -> list[Map]:
    """Return a peer's ports as a network policy writes them."""
    return [{"protocol": "TCP", "port": port} for port in peer.ports]


def is_allowed(peer: Map, ports: Any, direction: str, bounds: Bounds) -> bool:
    """Return whether a rule may name this peer: pods of the namespace, or somebody on the platform's list."""
    if "ipBlock" not in peer and "namespaceSelector" not in peer:
        return True
    namespaces = chosen_namespaces(peer.get("namespaceSelector")) if "namespaceSelector" in peer else []
    if namespaces == [bounds.namespace]:
        return True
    return any(covers(listed, peer, namespaces, wanted_ports(ports)) for listed in listed_peers(direction, bounds))


def listed_peers(direction: str, bounds: Bounds) -> Iterator[Peer]:
    """Yield everybody whom the platform lists for a direction, for whichever units."""
    network = bounds.settings.network
    if direction == "ingress":
        yield from (Peer(namespace=name) for name in network.ingress_controllers)
        yield from network.ingress
    else:
        yield from (peer.but(ports=(53,)) for peer in network.dns)
        yield from network.egress
        yield from network.api_server


def chosen_namespaces(selector: Any) -> list[str]:
    """Return the namespaces that a selector names, none if it says it by anything but their names."""
    labels, expressions = map_at(selector, "matchLabels"), maps(map_at(selector).get("matchExpressions"))
    if labels.keys() | {str(each.get("key")) for each in expressions} != {NAMESPACE_LABEL}:
        return []
    if any(each.get("operator") != "In" for each in expressions):
        return []
    named = [{str(labels[NAMESPACE_LABEL])}] if labels else []
    return sorted(set.intersection(*named, *(set(texts(each.get("values"))) for each in expressions)))


def wanted_ports(ports: Any) -> frozenset[str]:
    """Return the ports that a rule opens, empty for all of them; a range counts as one that nobody lists."""
    return frozenset(f"{port.get('port')}{'-' if 'endPort' in port else ''}" for port in maps(ports))


def covers(listed: Peer, peer: Map, namespaces: list[str], ports: frozenset[str]) -> bool:
    """Return whether what the platform lists has all that a rule's peer asks for."""
    if listed.ports and not (ports and ports <= set(map(str, listed.ports))):
        return False
    if listed.namespace is None:
        return "ipBlock" in peer and is_within(map_at(peer, "ipBlock"), listed)
    if namespaces != [listed.namespace]:
        return False
    return map_at(peer, "podSelector", "matchLabels").items() >= listed.pods.items()


def is_within(block: Map, listed: Peer) -> bool:
    """Return whether a range of addresses lies in a listed one, and leaves out what that leaves out."""
    import ipaddress  # only a policy with addresses pays for its import

    try:
        wanted, allowed = ipaddress.ip_network(str(block.get("cidr"))), ipaddress.ip_network(str(listed.cidr))
        without = [ipaddress.ip_network(each) for each in texts(block.get("except"))]
        kept_out = [ipaddress.ip_network(each) for each in listed.except_]
    except ValueError:
        return False  # for the API server to refuse
    if wanted.version != allowed.version or not wanted.subnet_of(allowed):  # type: ignore[arg-type]  # one version
        return False
    return all(not wanted.overlaps(out) or any(_within(out, each) for each in without) for out in kept_out)


def _within(inner: Any, outer: Any) -> bool:
    return inner.version == outer.version and bool(inner.subnet_of(outer))


def described(peer: Map) -> str:
    """Return a rule's peer as people say it."""
    if "ipBlock" in peer:
        return str(map_at(peer, "ipBlock").get("cidr"))
    names = chosen_namespaces(peer.get("namespaceSelector"))
    return f"the namespace {', '.join(names)}" if names else "other namespaces"
