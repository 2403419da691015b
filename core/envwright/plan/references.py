"""What pods refer to by name: ConfigMaps, Secrets, claims, accounts and images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    found = [Reference(kind, namespace, name) for kind, name in _names_in(spec) if isinstance(name, str)]
    priority = spec.get("priorityClassName")
    return frozenset((*found, Reference("PriorityClass", "", str(priority))) if priority else found)


# what holds a name, the kind that it is of, the key of the name
_VOLUMES = (
    ("configMap", "ConfigMap", "name"),
    ("secret", "Secret", "secretName"),
    ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
)
_PROJECTED = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "name"))
_ENV_FROM = (("configMapRef", "ConfigMap", "name"), ("secretRef", "Secret", "name"))
_VALUE_FROM = (("configMapKeyRef", "ConfigMap", "name"), ("secretKeyRef", "Secret", "name"))

_Rows = tuple[tuple[str, str, str], ...]


def _names_in(spec: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if spec.get("serviceAccountName"):
        yield "ServiceAccount", spec["serviceAccountName"]
    for secret in maps(spec.get("imagePullSecrets")):
        if secret.get("name"):
            yield "Secret", secret["name"]
    for volume in maps(spec.get("volumes")):
        yield from _look_up(volume, _VOLUMES)
        for source in maps(at(volume, "projected", "sources")):
            yield from _look_up(source, _PROJECTED)
    for container in containers(spec):
        for source in maps(container.get("envFrom")):
            yield from _look_up(source, _ENV_FROM)
        for variable in maps(container.get("env")):
            if variable.get("valueFrom"):
                yield from _look_up(variable["valueFrom"], _VALUE_FROM)


def _look_up(holder: Any, rows: _Rows) -> Iterator[tuple[str, Any]]:
    for field, kind, key in rows:
        name = at(holder, field, key)
        if name:
            yield kind, name


def secrets_of(items: Iterable[KubernetesObject]) -> frozenset[str]:
    """Return the names of the Secrets that the pods and the accounts among `items` name."""
    found: set[str] = set()
    for item in items:
        if item.kind == "ServiceAccount":
            named = (*maps(item.content.get("imagePullSecrets")), *maps(item.content.get("secrets")))
            found.update(str(each["name"]) for each in named if each.get("name"))
        elif (spec := pod_spec_of(item.content)) is not None:
            found.update(each.name for each in named_by(spec, item.namespace) if each.kind == "Secret")
    return frozenset(found)


def needed_by(items: Sequence[KubernetesObject], among: Sequence[KubernetesObject]) -> frozenset[Reference]:
    """Return which objects `among` the given must exist before the pods of `items` can run.

    Those are what the pods name, and the rights of their accounts.
    """
    wanted: set[Reference] = set()
    for item in items:
        wanted.update(named_by(pod_spec_of(item.content) or {}, item.namespace))
    for item in among:
        if item.kind in {"RoleBinding", "ClusterRoleBinding"} and _binds(item, wanted):
            wanted.add(reference_to(item))
            role = at(item.content, "roleRef")
            kind = str(at(role, "kind"))
            wanted.add(Reference(kind, item.namespace if kind == "Role" else "", str(at(role, "name"))))
    return frozenset(reference_to(item) for item in among) & wanted


def _binds(binding: KubernetesObject, wanted: set[Reference]) -> bool:
    return any(
        Reference("ServiceAccount", str(subject.get("namespace") or binding.namespace), str(subject.get("name")))
        in wanted
        for subject in maps(binding.content.get("subjects"))
        if subject.get("kind") == "ServiceAccount"
    )
