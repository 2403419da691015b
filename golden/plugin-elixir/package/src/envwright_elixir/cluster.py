"""Clusters: the nodes of a service find each other by the DNS name of a headless Service, as `dns_cluster` looks it up.

Documentation: https://hexdocs.pm/dns_cluster, and https://hexdocs.pm/mix/Mix.Tasks.Release.html (`RELEASE_NODE`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.hookspecs import Transformed, UnitFacts
from envwright.model.contract.types import DnsLabel
from envwright.model.rendered import KubernetesObject
from envwright.model.value import Value, key

SECTION = "elixir"


class ElixirSettings(Value):
    """What the plugin is asked for."""

    cluster: tuple[DnsLabel, ...] = key("Services whose nodes form a cluster.", example=["web"], default=())


def transform(facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> Transformed:
    """Add a headless Service to a unit of a cluster, and tell its pods where the others are."""
    if facts.unit.name not in facts.settings[SECTION].cluster:
        return Transformed(objects)
    made: list[KubernetesObject] = []
    for item in objects:
        if item.kind == "Deployment":
            made += [clustered(item), nodes(item)]
        else:
            made.append(item)
    return Transformed(tuple(made))


def nodes_name(deployment: KubernetesObject) -> str:
    """Return the name of the Service that stands for all nodes."""
    return f"{deployment.name}-nodes"


def nodes(deployment: KubernetesObject) -> KubernetesObject:
    """Return the headless Service; nodes that are not ready belong to the cluster too."""
    content = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": nodes_name(deployment), "labels": deployment.content["metadata"].get("labels", {})},
        "spec": {
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": deployment.content["spec"]["selector"]["matchLabels"],
            "ports": [{"name": "epmd", "port": 4369}],
        },
    }
    return KubernetesObject(content, deployment.source)


def clustered(deployment: KubernetesObject) -> KubernetesObject:
    """Return a Deployment whose containers know their own name and the others'."""
    name = nodes_name(deployment)
    variables = (
        {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "RELEASE_DISTRIBUTION", "value": "name"},
        {"name": "RELEASE_NODE", "value": f"{deployment.name}@$(POD_IP)"},
        {"name": "DNS_CLUSTER_QUERY", "value": name},
    )
    spec = deployment.content["spec"]
    pod = spec["template"]["spec"]
    containers = [with_variables(each, variables) for each in pod["containers"]]
    template = {**spec["template"], "spec": {**pod, "containers": containers}}
    return deployment._replace(content={**deployment.content, "spec": {**spec, "template": template}})


def with_variables(container: Mapping[str, Any], variables: tuple[Mapping[str, Any], ...]) -> dict[str, Any]:
    """Return a container with those of the variables that it does not set itself."""
    there = container.get("env", [])
    names = {each["name"] for each in there}
    return {**container, "env": [*there, *(each for each in variables if each["name"] not in names)]}
