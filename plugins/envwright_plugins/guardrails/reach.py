"""Who has to talk to whom inside of an environment: from ports, Services, Ingresses and `dependsOn`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from envwright.kubernetes.pods import pod_template_path
from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright_plugins.guardrails.bounds import objects_of
from envwright_plugins.guardrails.parts import Map, map_at, maps, part

CONTAINER_LISTS = ("initContainers", "containers")
DEFAULT_ACCOUNT = "default"
ROUTES = ("GRPCRoute", "HTTPRoute")

PortNumber = tuple[int, str]
"""Number and protocol."""


class Reach(NamedTuple):
    """What the units of an environment need of the network, by unit.

    `pods` are the units that have pods, in deploy order. `offered` are the ports that a unit's pods listen on, `routed`
    those that an Ingress or a route leads to. `called` are the units that a unit may call, `callers` the same from the
    other end. `clients` are the units whose account has rights in the cluster.
    """

    pods: tuple[str, ...]
    offered: Mapping[str, set[PortNumber]]
    routed: Mapping[str, set[PortNumber]]
    called: Mapping[str, set[str]]
    callers: Mapping[str, set[str]]
    clients: set[str]


class Pods(NamedTuple):
    """Pods of one template: their unit, labels and account, and their ports."""

    unit: str
    labels: Map
    account: str
    ports: Mapping[str, PortNumber]


class Target(NamedTuple):
    """A Service: its unit, its ports, and the pods behind it."""

    unit: str
    ports: list[Map]
    pods: list[Pods]


def reach_of(units: Sequence[RenderedUnit]) -> Reach:
    """Return who has to talk to whom in an environment of these units."""
    objects = [(unit.name, found) for unit in units for found in objects_of(unit)]
    pods = [found for unit, manifest in objects if (found := pods_of(unit, manifest)) is not None]
    behind = PodIndex(pods)
    services = {
        manifest.name: Target(unit, maps(map_at(manifest.content, "spec").get("ports")), behind.service(manifest))
        for unit, manifest in objects
        if manifest.kind == "Service" and not manifest.group
    }
    with_pods = {each.unit for each in pods}
    called = calls(units, with_pods, services.values())
    return Reach(
        tuple(unit.name for unit in units if unit.name in with_pods),
        offered_ports(pods, services.values()),
        routed_ports((manifest for _, manifest in objects), services),
        called,
        turned(called),
        clients(pods, (manifest for _, manifest in objects)),
    )


def pods_of(unit: str, manifest: KubernetesObject) -> Pods | None:
    """Return the pods of an object, None if it has none."""
    path = pod_template_path(manifest.content)
    if path is None:
        return None
    spec = map_at(manifest.content, *path, "spec")
    ports: dict[str, PortNumber] = {}
    for name in CONTAINER_LISTS:
        for container in maps(spec.get(name)):
            for port in maps(container.get("ports")):
                number = port.get("containerPort")
                if isinstance(number, int):
                    ports[str(port.get("name") or number)] = (number, str(port.get("protocol") or "TCP"))
    account = str(spec.get("serviceAccountName") or spec.get("serviceAccount") or DEFAULT_ACCOUNT)
    return Pods(unit, map_at(manifest.content, *path, "metadata", "labels"), account, ports)


class PodIndex:
    """Finds pods by their labels without looking at all of them for every Service."""

    def __init__(self, pods: Iterable[Pods]) -> None:
        self._by_label: defaultdict[tuple[str, str], list[Pods]] = defaultdict(list)
        for each in pods:
            for label in each.labels.items():
                self._by_label[label[0], str(label[1])].append(each)

    def service(self, manifest: KubernetesObject) -> list[Pods]:
        """Return the pods behind a Service; none for one without a selector."""
        selector = map_at(manifest.content, "spec", "selector")
        if not selector:
            return []
        fewest = min((self._by_label.get((key, str(value)), []) for key, value in selector.items()), key=len)
        return [each for each in fewest if selector.items() <= each.labels.items()]


def offered_ports(pods: Iterable[Pods], services: Iterable[Target]) -> Mapping[str, set[PortNumber]]:
    """Return the ports that each unit's pods listen on, as their containers or Services say."""
    offered: defaultdict[str, set[PortNumber]] = defaultdict(set)
    for each in pods:
        offered[each.unit].update(each.ports.values())
    for service in services:
        for each in service.pods:
            offered[each.unit].update(found for port in service.ports for found in target_port(port, each))
    return offered


def routed_ports(objects: Iterable[KubernetesObject], services: Mapping[str, Target]) -> Mapping[str, set[PortNumber]]:
    """Return the ports of each unit's pods that an Ingress or a route leads to."""
    routed: defaultdict[str, set[PortNumber]] = defaultdict(set)
    for manifest in objects:
        for name, wanted in backends(manifest):
            service = services.get(name)
            for port in service.ports if service else ():
                if wanted in (port.get("name"), port.get("port")):
                    for each in service.pods if service else ():
                        routed[each.unit].update(target_port(port, each))
    return routed


def backends(manifest: KubernetesObject) -> Iterator[tuple[str, Any]]:
    """Yield the Services, each with the name or number of its port, that an Ingress or a route leads to."""
    spec = map_at(manifest.content, "spec")
    if manifest.kind == "Ingress":
        paths = [path for rule in maps(spec.get("rules")) for path in maps(map_at(rule, "http").get("paths"))]
        for backend in (*(map_at(path, "backend") for path in paths), map_at(spec, "defaultBackend")):
            port = map_at(backend, "service", "port")
            yield str(part(backend, "service", "name")), port.get("number", port.get("name"))
    elif manifest.kind in ROUTES:
        for rule in maps(spec.get("rules")):
            for backend in maps(rule.get("backendRefs")):
                yield str(backend.get("name")), backend.get("port")


def target_port(port: Map, pods: Pods) -> Iterator[PortNumber]:
    """Yield the port of the pods behind a Service's port; a name that the pods do not have is none."""
    target = port.get("targetPort", port.get("port"))
    if isinstance(target, int):
        yield target, str(port.get("protocol") or "TCP")
    elif str(target) in pods.ports:
        yield pods.ports[str(target)]


def calls(units: Sequence[RenderedUnit], with_pods: set[str], services: Iterable[Target]) -> Mapping[str, set[str]]:
    """Return the units with pods that each unit with pods may call.

    It calls what it depends on. A service is called back by the services that it depends on: a gateway starts before
    the frontend that it serves. Infrastructure only answers. A unit without pods of its own stands for those behind its
    Services.
    """
    stands_for: defaultdict[str, set[str]] = defaultdict(set, {name: {name} for name in with_pods})
    for service in services:
        stands_for[service.unit].update(each.unit for each in service.pods)
    kinds = {unit.name: unit.kind for unit in units}
    called: defaultdict[str, set[str]] = defaultdict(set)
    for unit in units:
        others = {other for name in unit.depends_on for other in stands_for[name]} if unit.name in with_pods else set()
        for other in others - {unit.name}:
            called[unit.name].add(other)
            if kinds.get(other) == unit.kind == "service":
                called[other].add(unit.name)
    return called


def turned(called: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    """Return who calls each unit."""
    callers: defaultdict[str, set[str]] = defaultdict(set)
    for unit, others in called.items():
        for other in others:
            callers[other].add(unit)
    return callers


def clients(pods: Iterable[Pods], objects: Iterable[KubernetesObject]) -> set[str]:
    """Return the units whose account a binding gives rights: they talk to the API server."""
    bound = {
        str(subject.get("name"))
        for manifest in objects
        if manifest.kind == "RoleBinding"
        for subject in maps(manifest.content.get("subjects"))
        if subject.get("kind") == "ServiceAccount"
    }
    return {each.unit for each in pods if each.account in bound}
