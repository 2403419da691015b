"""What users or data will feel of a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envwright.plan.data import STATEFUL_SET, of_fewer_pods, of_stateful_set
from envwright.plan.exclusive import host_ports
from envwright.plan.references import at

Content = Mapping[str, Any]

_OF_REPLACEMENT = {
    "PersistentVolumeClaim": "deleted and created again: its data is lost",
    "Service": "deleted and created again: its address changes",
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
        "deleted and created again: all its pods stop before the new ones start",
    ),
}


def of_replacement(old: Content, new: Content) -> Iterator[str]:
    """Yield what replacing an object means for those who use it."""
    kind = str(new.get("kind"))
    if kind in _OF_REPLACEMENT:
        yield _OF_REPLACEMENT[kind]
    if kind == STATEFUL_SET:
        yield from of_stateful_set(old, new)


def of_change(old: Content, new: Content) -> Iterator[str]:
    """Yield what changing an object in place means for those who use it."""
    before, after = _replicas(old), _replicas(new)
    if before and after == 0:
        yield "scaled to zero"
    elif before and _pods(old) != _pods(new):
        yield from _of_new_pods(new, after)
    yield from of_fewer_pods(old, before, after)


def _of_new_pods(new: Content, replicas: int) -> Iterator[str]:
    kind = new.get("kind")
    if kind == "Deployment" and at(new, "spec", "strategy", "type") == "Recreate":
        yield "all its pods stop before the new ones start (strategy Recreate)"
    elif kind == "StatefulSet" and replicas == 1:
        yield "its only pod stops before the new one starts"
    else:
        for port in sorted(set(host_ports(new))):
            yield f"a new pod waits until an old one frees {port}"


def _replicas(content: Content) -> int:
    """Return how many pods an object asks for, 0 for one that makes none."""
    if at(content, "spec", "template") is None:
        return 0
    replicas = at(content, "spec", "replicas")
    return replicas if isinstance(replicas, int) else 1


def _pods(content: Content) -> Any:
    return at(content, "spec", "template")
