"""All that a `workload` makes, as one list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.kubernetes.workload.checks import check_workload
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.controller import controller
from envwright.kubernetes.workload.labels import metadata
from envwright.kubernetes.workload.network import ingress, services
from envwright.kubernetes.workload.pod import pod_of
from envwright.kubernetes.workload.scaling import autoscaler, budget
from envwright.model.contract.workload import Workload, WorkloadServiceAccount
from envwright.model.rendered import KubernetesObject


def workload_objects(workload: Workload, context: WorkloadContext) -> tuple[KubernetesObject, ...]:
    """Return the workload's objects, without namespace and owner, which `objects.finish` sets.

    Reports what cannot be built: EW001, EW103, EW106, EW310, EW311 and EW506.
    """
    check_workload(workload, context)
    return tuple(context.manifest(content) for content in contents(workload, context))


def contents(workload: Workload, context: WorkloadContext) -> Iterator[dict[str, Any]]:
    """Yield what the pods need, what runs them, and what stands around them."""
    account = workload.service_account
    if account is not None and account.create:
        yield service_account(account, workload, context)
    pod = pod_of(workload, context)
    yield from pod.needs
    yield controller(workload, context, pod)
    yield from services(workload, context)
    if workload.ingress is not None:
        yield ingress(workload.ingress, workload, context.below("ingress"))
    if workload.autoscaling is not None:
        yield autoscaler(workload.autoscaling, workload, context)
    if workload.disruption_budget is not None:
        yield budget(workload.disruption_budget, workload, context)


def service_account(account: WorkloadServiceAccount, workload: Workload, context: WorkloadContext) -> dict[str, Any]:
    """Return the pods' account; its token is mounted where the pod says so, not by default."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(workload, context, account.name),
        "automountServiceAccountToken": False,
    }
