"""Pods, wherever they are nested: every key of a pod and of its containers that reaches further than the pod.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from envwright.kubernetes.pods import pod_template_path
from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails import accounts, images, node, scheduling, security
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Finding, Path
from envwright_plugins.guardrails.parts import Map, map_at, numbered
from envwright_plugins.guardrails.volumes import volume_findings

Check = Callable[[Any, Bounds], Iterator[Finding]]

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")

# What looks at a value, by the key of the pod that holds it; a key that is not here stays inside of the pod.
OF_PODS: dict[str, Check] = {
    "affinity": scheduling.affinity,
    "hostIPC": node.ipc,
    "hostNetwork": node.network,
    "hostPID": node.processes,
    "hostUsers": node.users,
    "nodeName": scheduling.node_name,
    "priorityClassName": scheduling.priority_class,
    "resourceClaims": scheduling.resource_claims,
    "runtimeClassName": scheduling.runtime_class,
    "schedulerName": scheduling.scheduler,
    "securityContext": security.of_pod,
    "serviceAccount": accounts.account,
    "serviceAccountName": accounts.account,
    "tolerations": scheduling.tolerations,
}

# The same for containers.
OF_CONTAINERS: dict[str, Check] = {
    "image": images.image,
    "lifecycle": node.hooks,
    "livenessProbe": node.probe,
    "ports": node.ports,
    "readinessProbe": node.probe,
    "securityContext": security.of_container,
    "startupProbe": node.probe,
}


def pod_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW611 to EW617 and EW622 for what the pods of an object may not ask for."""
    for path, spec in pod_specs(manifest.content):
        for found in spec_findings(spec, bounds):
            yield found.below(path)


def pod_specs(content: Mapping[str, Any]) -> list[tuple[Path, Map]]:
    """Return the pod specs of an object with their paths: where its kind has them, of a custom kind wherever one is."""
    template = pod_template_path(content)
    if template is not None:
        spec = map_at(content, *template, "spec")
        return [((*template, "spec"), spec)] if spec else []
    if "." not in str(content.get("apiVersion")).partition("/")[0]:
        return []  # no other built-in kind has pods
    return list(nested_specs(content, ()))


def nested_specs(node: Any, path: Path) -> Iterator[tuple[Path, Map]]:
    """Yield every map with containers below a node."""
    if isinstance(node, dict):
        if numbered(node.get("containers")):
            yield path, node
        for key, value in node.items():
            yield from nested_specs(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from nested_specs(item, (*path, index))


def spec_findings(spec: Map, bounds: Bounds) -> Iterator[Finding]:
    """Yield what one pod may not ask for."""
    for key, value in spec.items():
        check = OF_PODS.get(key)
        if check is not None:
            for found in check(value, bounds):
                yield found.below((key,))
    for name in CONTAINER_LISTS:
        for index, container in numbered(spec.get(name)):
            for found in container_findings(container, bounds):
                yield found.below((name, index))
    yield from volume_findings(spec, bounds)


def container_findings(container: Map, bounds: Bounds) -> Iterator[Finding]:
    """Yield what one container may not ask for."""
    for key, value in container.items():
        check = OF_CONTAINERS.get(key)
        if check is not None:
            for found in check(value, bounds):
                yield found._replace(part=f'container "{container.get("name")}"').below((key,))
