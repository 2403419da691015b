"""The workload's ports by name."""

from __future__ import annotations

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.model.contract.workload import Workload, WorkloadPort
from envwright.model.suggest import did_you_mean


def port_named(name: str, workload: Workload, context: WorkloadContext) -> WorkloadPort | None:
    """Return the port of that name, the first one for the empty name; None for an unknown one, a reported EW106."""
    if not workload.ports:
        context.error("EW106", "this needs a port, and the workload has none", hint="declare it in workload.ports")
        return None
    if not name:
        return workload.ports[0]
    by_name = {port.name: port for port in workload.ports}
    if name not in by_name:
        context.error("EW106", f'the workload has no port "{name}"', hint=did_you_mean(name, by_name))
    return by_name.get(name)
