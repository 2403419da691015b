"""What runs the pods: Deployment, StatefulSet, DaemonSet, CronJob or Job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.labels import metadata, selector
from envwright.kubernetes.workload.network import governing_name
from envwright.kubernetes.workload.pod import Pod
from envwright.kubernetes.workload.volumes import locks_a_claim
from envwright.model.contract.workload import Workload, WorkloadKind
from envwright.model.duration import seconds

API_VERSIONS: dict[str, str] = {"CronJob": "batch/v1", "Job": "batch/v1"}
KINDS: dict[WorkloadKind, str] = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "cronjob": "CronJob",
    "job": "Job",
}


def controller(workload: Workload, context: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the object that runs the pods."""
    kind = KINDS[workload.kind]
    return {
        "apiVersion": API_VERSIONS.get(kind, "apps/v1"),
        "kind": kind,
        "metadata": metadata(workload, context),
        "spec": SPECS[workload.kind](workload, context, pod),
    }


def deployment(workload: Workload, context: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the spec of a Deployment; old pods go first where they hold a claim that new ones need."""
    strategy = {"strategy": {"type": "Recreate"}} if locks_a_claim(workload) else {}
    return {**replicas(workload), **strategy, **pods(context, pod)}


def stateful_set(workload: Workload, context: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the spec of a StatefulSet."""
    templates = {"volumeClaimTemplates": list(pod.claim_templates)} if pod.claim_templates else {}
    return {**replicas(workload), "serviceName": governing_name(context), **pods(context, pod), **templates}


def daemon_set(_: Workload, context: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the spec of a DaemonSet."""
    return pods(context, pod)


def cron_job(workload: Workload, _: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the spec of a CronJob."""
    zone = {"timeZone": workload.time_zone} if workload.time_zone else {}
    return {
        "schedule": workload.schedule,
        **zone,
        "concurrencyPolicy": workload.concurrency,
        "jobTemplate": {"spec": run_once(workload, pod)},
    }


def job(workload: Workload, _: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the spec of a Job."""
    return run_once(workload, pod)


SPECS: dict[WorkloadKind, Callable[[Workload, WorkloadContext, Pod], dict[str, Any]]] = {
    "deployment": deployment,
    "statefulset": stateful_set,
    "daemonset": daemon_set,
    "cronjob": cron_job,
    "job": job,
}


def replicas(workload: Workload) -> dict[str, int]:
    """Return how many pods there are, nothing where an autoscaler decides."""
    if workload.autoscaling is not None:
        return {}
    return {"replicas": 1 if workload.replicas is None else workload.replicas}


def pods(context: WorkloadContext, pod: Pod) -> dict[str, Any]:
    """Return the selector and the template."""
    return {"selector": {"matchLabels": selector(context)}, "template": pod.template}


def run_once(workload: Workload, pod: Pod) -> dict[str, Any]:
    """Return the spec of the Job that is one run."""
    limit = {"activeDeadlineSeconds": max(1, seconds(workload.timeout))} if workload.timeout is not None else {}
    return {"backoffLimit": workload.retries, **limit, "template": pod.template}
