"""The Pod Security Standards, as far as one container and its volumes can keep or break them.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from typing import Any

from envwright.model.contract.workload import Workload, WorkloadPort

PRIVILEGED_PORTS = 1024
SHIFT = 8000


def pod_security(workload: Workload) -> dict[str, Any]:
    """Return the pod's security context.

    Claims belong to the group that is named, else to that of the user: it could not write to a fresh one.
    """
    context: dict[str, Any] = {}
    if workload.security == "restricted":
        context |= {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    if workload.run_as_user is not None:
        context["runAsUser"] = workload.run_as_user
    group = workload.fs_group
    if group is None and any(volume.claim is not None for volume in workload.volumes):
        group = workload.run_as_user
    if group is not None:
        context |= {"fsGroup": group, "fsGroupChangePolicy": "OnRootMismatch"}
    return context


def container_security(workload: Workload) -> dict[str, Any]:
    """Return the container's security context."""
    if workload.security == "privileged":
        return {"privileged": True}
    if workload.security == "baseline":
        return {}
    capabilities: dict[str, Any] = {"drop": ["ALL"]}
    if any(container_port(workload, port) < PRIVILEGED_PORTS for port in workload.ports):
        capabilities["add"] = ["NET_BIND_SERVICE"]  # the one capability that the standard permits
    return {"allowPrivilegeEscalation": False, "capabilities": capabilities}


def container_port(workload: Workload, port: WorkloadPort) -> int:
    """Return the port that the container listens on: above the privileged ones unless it may bind those or says so."""
    if port.target_port is not None:
        return port.target_port
    may_bind = workload.security != "restricted" and workload.run_as_user is None
    return port.port if may_bind or port.port >= PRIVILEGED_PORTS else port.port + SHIFT
