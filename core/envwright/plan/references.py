"""What pods refer to by name: ConfigMaps, Secrets, claims, accounts and images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from envwright.kubernetes.pods import pod_spec_of
from envwright.model.rendered import KubernetesObject

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class Reference(NamedTuple):
    """An object that another one names: `namespace` is empty for a cluster-scoped one."""

    kind: str
    namespace: str
    name: str


def reference_to(item: KubernetesObject) -> Reference:
    """Return how others refer to `item`."""
    return Reference(item.kind, item.namespace, item.name)


def containers(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every container of a pod spec, init containers first."""
    for group in _CONTAINERS:
        yield from maps(spec.get(group))


def maps(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the maps of a list; nothing for what is no list."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def at(value: Any, *path: str) -> Any:
    """Return what stands at `path` inside nested maps, None where there is nothing."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def images_of(spec: Mapping[str, Any]) -> frozenset[str]:
    """Return the image references of a pod spec."""
    return frozenset(str(each["image"]) for each in containers(spec) if each.get("image"))


def named_by(spec: Mapping[str, Any], namespace: str) -> frozenset[Reference]:
    """Return the ConfigMaps, Secrets, claims, account and priority class that a pod spec names in `namespace`."""
    found = set(_named("ServiceAccount", namespace, spec, "serviceAccountName"))
    found.update(_named("PriorityClass", "", spec, "priorityClassName"))
    for secret in maps(spec.get("imagePullSecrets")):
        found.update(_named("Secret", namespace, secret, "name"))
    for volume in maps(spec.get("volumes")):
        found.update(_of_volume(volume, namespace))
    for container in containers(spec):
        found.update(_of_environment(container, namespace))
    return frozenset(found)


def _named(kind: str, namespace: str, holder: Any, *path: str) -> Iterator[Reference]:
    name = at(holder, *path)
    if name and isinstance(name, str):
        yield Reference(kind, namespace, name)


def _of_volume(volume: Mapping[str, Any], namespace: str) -> Iterator[Reference]:
    yield from _named("PersistentVolumeClaim", namespace, volume, "persistentVolumeClaim", "claimName")
    yield from _named("Secret", namespace, volume, "secret", "secretName")
    yield from _named("ConfigMap", namespace, volume, "configMap", "name")
    for source in maps(at(volume, "projected", "sources")):
        yield from _named("Secret", namespace, source, "secret", "name")
        yield from _named("ConfigMap", namespace, source, "configMap", "name")


def _of_environment(container: Mapping[str, Any], namespace: str) -> Iterator[Reference]:
    for source in maps(container.get("envFrom")):
        yield from _named("Secret", namespace, source, "secretRef", "name")
        yield from _named("ConfigMap", namespace, source, "configMapRef", "name")
    for variable in maps(container.get("env")):
        yield from _named("Secret", namespace, variable, "valueFrom", "secretKeyRef", "name")
        yield from _named("ConfigMap", namespace, variable, "valueFrom", "configMapKeyRef", "name")


def needed_by(items: Sequence[KubernetesObject], among: Sequence[KubernetesObject]) -> frozenset[Reference]:
    """Return which objects `among` the given must exist before the pods of `items` can run.

    Those are the namespaces they live in, what the pods name, and the rights of their accounts.
    """
    wanted = {Reference("Namespace", "", item.namespace) for item in items}
    for item in items:
        wanted.update(named_by(pod_spec_of(item.content) or {}, item.namespace))
    for item in among:
        if item.kind in {"RoleBinding", "ClusterRoleBinding"} and _binds(item, wanted):
            wanted.add(reference_to(item))
            role = at(item.content, "roleRef")
            wanted.update(_named(str(at(role, "kind")), _namespace_of_role(item, role), role, "name"))
    return frozenset(reference_to(item) for item in among) & wanted


def _binds(binding: KubernetesObject, wanted: set[Reference]) -> bool:
    return any(
        Reference("ServiceAccount", str(subject.get("namespace") or binding.namespace), str(subject.get("name")))
        in wanted
        for subject in maps(binding.content.get("subjects"))
        if subject.get("kind") == "ServiceAccount"
    )


def _namespace_of_role(binding: KubernetesObject, role: Any) -> str:
    return binding.namespace if at(role, "kind") == "Role" else ""
