"""A slot's network policies: everything is denied but what its units need.

Pods carry the label `envwright.dev/unit`, and there is a policy for each unit whose pods need anything. The policies
are a unit of their own, which every other one waits for: no pod runs before they hold.
https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from envwright.kubernetes.objects import UNIT_ANNOTATION
from envwright.kubernetes.pods import pod_template_path
from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.finding import Edit, edited
from envwright_plugins.guardrails.parts import Map, map_at
from envwright_plugins.guardrails.peers import DNS_PORTS, as_rule_peer, ports_of
from envwright_plugins.guardrails.reach import PortNumber, Reach, reach_of
from envwright_plugins.guardrails.settings import Network, Peer

UNIT_LABEL = UNIT_ANNOTATION
UNIT = "slot-network"
# names that no policy of a stack is likely to have
DEFAULT_DENY, INSIDE, OF_UNIT = "slot-default-deny", "slot-inside", "slot-unit-"
READY_TIMEOUT = 60


def with_network_policies(
    environment: ResolvedEnvironment, units: tuple[RenderedUnit, ...], network: Network
) -> tuple[RenderedUnit, ...]:
    """Return a slot's units, their pods labelled, behind a unit with the policies.

    A render of some units only changes no policy: it does not know what the others need.
    """
    if not (environment.slot and network.default_deny and units):
        return units
    labelled = tuple(with_label(unit) for unit in units)
    if len(units) < len(environment.order):
        return labelled
    mark = {unit.name: unit.mark for unit in environment.units}
    policies = tuple(
        KubernetesObject(content, mark.get(unit, mark[units[0].name]))
        for unit, content in policies_of(labelled, network)
    )
    first = unit_of(policies, environment, labelled)
    waiting = (unit._replace(depends_on=(first.name, *unit.depends_on)) for unit in labelled)
    return (first, *waiting)


def unit_of(
    policies: tuple[KubernetesObject, ...], environment: ResolvedEnvironment, units: Sequence[RenderedUnit]
) -> RenderedUnit:
    """Return the unit that brings the policies, in the first phase, under a name that no other unit has."""
    name, taken = UNIT, {unit.name for unit in units}
    while name in taken:
        name += "-2"
    phase = environment.phases[0] if environment.phases else units[0].phase
    return RenderedUnit(name, phase, "infrastructure", (), policies, (), (), READY_TIMEOUT, {})


def with_label(unit: RenderedUnit) -> RenderedUnit:
    """Return a unit whose pods carry its name."""
    objects = tuple(labelled(found, unit.name) for found in unit.objects)
    jobs = tuple(job._replace(object=labelled(job.object, unit.name)) for job in unit.jobs)
    return unit._replace(objects=objects, jobs=jobs)


def labelled(manifest: KubernetesObject, unit: str) -> KubernetesObject:
    """Return an object whose pods carry the unit's name; one without pods as it is."""
    path = pod_template_path(manifest.content)
    if path is None or not map_at(manifest.content, *path, "spec"):
        return manifest
    metadata = map_at(manifest.content, *path, "metadata")
    labels = {**map_at(metadata, "labels"), UNIT_LABEL: unit}
    edit = Edit((*path, "metadata"), {**metadata, "labels": labels})
    return manifest._replace(content=edited(manifest.content, (edit,)))


def policies_of(units: tuple[RenderedUnit, ...], network: Network) -> Iterator[tuple[str, Map]]:
    """Yield each policy with the unit that it is for, empty for the one that denies."""
    reach = reach_of(units)
    dns = [{"to": [as_rule_peer(peer) for peer in network.dns], "ports": DNS_PORTS}] if network.dns else []
    yield "", policy(DEFAULT_DENY, {}, [], dns)
    if len(reach.pods) > 1 and not reach.called:  # nobody says who calls whom: inside all may
        yield "", policy(INSIDE, {}, [{"from": [{"podSelector": {}}]}], [{"to": [{"podSelector": {}}]}])
    for unit in reach.pods:
        selector = {"matchLabels": {UNIT_LABEL: unit}}
        rules = list(ingress_rules(unit, reach, network)), list(egress_rules(unit, reach, network))
        if any(rules):
            yield unit, policy(f"{OF_UNIT}{unit}", selector, *rules)


def policy(name: str, pods: Map, ingress: list[Map], egress: list[Map]) -> Map:
    """Return a policy for both directions."""
    spec: Map = {"podSelector": pods, "policyTypes": ["Ingress", "Egress"]}
    if ingress:
        spec["ingress"] = ingress
    if egress:
        spec["egress"] = egress
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


def ingress_rules(unit: str, reach: Reach, network: Network) -> Iterator[Map]:
    """Yield who reaches a unit: its own pods, its callers, the ingress controllers, and whom the platform lists."""
    offered = as_ports(reach.offered.get(unit, ()))
    callers = sorted(reach.callers.get(unit, ()))
    if offered:
        yield {"from": [pods_of_units([unit])]}
        if callers:
            yield {"from": [pods_of_units(callers)], "ports": offered}
    routed = as_ports(reach.routed.get(unit, ()))
    if routed and network.ingress_controllers:
        controllers = [as_rule_peer(Peer(namespace=name)) for name in network.ingress_controllers]
        yield {"from": controllers, "ports": routed}
    for peer in for_unit(network.ingress, unit):
        ports = ports_of(peer) or offered
        if ports:
            yield {"from": [as_rule_peer(peer)], "ports": ports}


def egress_rules(unit: str, reach: Reach, network: Network) -> Iterator[Map]:
    """Yield whom a unit reaches: its own pods, those that it calls, and whom the platform lists."""
    if reach.offered.get(unit):
        yield {"to": [pods_of_units([unit])]}
    by_ports: defaultdict[tuple[PortNumber, ...], list[str]] = defaultdict(list)
    for name in sorted(reach.called.get(unit, ())):
        by_ports[tuple(sorted(reach.offered.get(name, ())))].append(name)
    for ports, names in sorted(by_ports.items()):
        if ports:
            yield {"to": [pods_of_units(names)], "ports": as_ports(ports)}
    listed = [*network.egress, *(network.api_server if unit in reach.clients else ())]
    for peer in for_unit(listed, unit):
        ports_listed = ports_of(peer)
        yield {"to": [as_rule_peer(peer)], **({"ports": ports_listed} if ports_listed else {})}


def for_unit(peers: Iterable[Peer], unit: str) -> Iterator[Peer]:
    """Yield the peers that the platform lists for a unit."""
    return (peer for peer in peers if not peer.units or unit in peer.units)


def pods_of_units(names: list[str]) -> Map:
    """Return the pods of some units as a policy writes them."""
    if len(names) == 1:
        return {"podSelector": {"matchLabels": {UNIT_LABEL: names[0]}}}
    return {"podSelector": {"matchExpressions": [{"key": UNIT_LABEL, "operator": "In", "values": names}]}}


def as_ports(ports: Iterable[PortNumber]) -> list[Map]:
    """Return ports as a policy writes them."""
    return [{"protocol": protocol, "port": number} for number, protocol in sorted(ports)]
