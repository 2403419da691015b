"""How many pods there are, and how many may be gone: a HorizontalPodAutoscaler and a PodDisruptionBudget."""

from __future__ import annotations

from typing import Any

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.controller import KINDS
from envwright.kubernetes.workload.labels import metadata, selector
from envwright.model.contract.workload import Autoscaling, DisruptionBudget, Workload

# what Kubernetes itself takes where no metric is named
DEFAULT_CPU_PERCENT = 80


def autoscaler(declared: Autoscaling, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return the HorizontalPodAutoscaler; on CPU if neither metric is named."""
    cpu, memory = declared.cpu_percent, declared.memory_percent
    if cpu is None and memory is None:
        cpu = DEFAULT_CPU_PERCENT
    targets = {"cpu": cpu, "memory": memory}
    metrics = [utilization(name, percent) for name, percent in targets.items() if percent is not None]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(workload, context),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": KINDS[workload.kind], "name": context.name},
            "minReplicas": declared.min_replicas,
            "maxReplicas": declared.max_replicas,
            "metrics": metrics,
        },
    }


def utilization(name: str, percent: int) -> dict[str, Any]:
    """Return a metric: use of a resource in percent of what the pods ask for."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def budget(declared: DisruptionBudget, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return the PodDisruptionBudget."""
    least, most = declared.min_available, declared.max_unavailable
    limit = {"minAvailable": number(least)} if least is not None else {"maxUnavailable": number(most or "0")}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(workload, context),
        "spec": {**limit, "selector": {"matchLabels": selector(context)}},
    }


def number(text: str) -> int | str:
    """Return a whole number as one, a percentage as text."""
    return int(text) if text.isdigit() else text
