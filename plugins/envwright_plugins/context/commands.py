"""What is worth running in an environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from envwright_plugins.context.facts import UnitContext

# a local port below it needs a privilege
FREE_PORTS = 1024
SHIFT = 8000


def commands_of(selection: str, namespace: str) -> Iterator[str]:
    """Yield commands for the environment; WORKLOAD, SERVICE and PORT stand for those of a unit."""
    kubectl = f"kubectl -n {shlex.quote(namespace)}"
    yield f"envwright changes HEAD {selection}"
    yield f"envwright validate --manifests {selection}"
    yield f"envwright plan {selection}"
    yield f"{kubectl} get pods,jobs"
    yield f"{kubectl} get events --sort-by=.lastTimestamp"
    yield f"{kubectl} logs --follow WORKLOAD"
    yield f"{kubectl} rollout status WORKLOAD"
    yield f"{kubectl} exec -it WORKLOAD -- sh"
    yield f"{kubectl} port-forward service/SERVICE LOCAL:PORT"


def commands_for(unit: UnitContext, namespace: str) -> Iterator[str]:
    """Yield commands for one unit."""
    kubectl = f"kubectl -n {shlex.quote(namespace)}"
    for workload in unit.workloads:
        yield f"{kubectl} logs --follow {shlex.quote(workload)}"
        yield f"{kubectl} rollout status {shlex.quote(workload)}"
        yield f"{kubectl} exec -it {shlex.quote(workload)} -- sh"
    for port in unit.ports:
        local = port.port if port.port >= FREE_PORTS else port.port + SHIFT
        yield f"{kubectl} port-forward {shlex.quote(f'service/{port.service}')} {local}:{port.port}"
