"""What a pod may share with its node: nothing.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import GONE, Edit, Finding, Path
from envwright_plugins.guardrails.parts import map_at, numbered

SERVICE = "leave it out: pods are reached by a Service, from outside by an Ingress"
PROCESSES = "leave it out, and share processes inside of the pod with shareProcessNamespace"
MEMORY = "leave it out, and share memory inside of the pod with an emptyDir of medium Memory"
USERS = "leave it out, or write false: the pod then has users of its own"
OWN_POD = "leave the host out: the kubelet asks the pod itself"


def shared(key: str, what: str, hint: str) -> Callable[[Any, Bounds], Iterator[Finding]]:
    """Return the check of a flag that must not be set."""

    def check(value: Any, _bounds: Bounds) -> Iterator[Finding]:
        if value:
            yield Finding(
                "EW611", f"shares {what} of its node ({key})", hint, narrow=(Edit(()),), change=f"without {key}"
            )

    return check


network = shared("hostNetwork", "the network", SERVICE)
processes = shared("hostPID", "the processes", PROCESSES)
ipc = shared("hostIPC", "the memory", MEMORY)
users = shared("hostUsers", "the users", USERS)


def ports(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each port of the node that a container takes."""
    for index, port in numbered(value):
        if port.get("hostPort"):
            edits = tuple(Edit((index, key)) for key in ("hostPort", "hostIP") if key in port)
            number = port["hostPort"]
            yield Finding(
                "EW611",
                f"takes port {number} of its node",
                SERVICE,
                narrow=edits,
                change=f"without the host port {number}",
            )


def probe(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for a probe that the kubelet sends somewhere else than to the pod."""
    for kind in ("httpGet", "tcpSocket"):
        yield from elsewhere(value, (kind,))


def hooks(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield the same for what the kubelet calls after a start and before a stop."""
    for moment in ("postStart", "preStop"):
        for kind in ("httpGet", "tcpSocket"):
            yield from elsewhere(value, (moment, kind))


def elsewhere(value: Any, path: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding for a `host` at a path."""
    host = map_at(value, *path).get("host")
    if host:
        edit: Path = (*path, "host")
        change = f"without the host {host} of a probe"
        yield Finding("EW611", f"lets the kubelet call {host}", OWN_POD, narrow=(Edit(edit, GONE),), change=change)
