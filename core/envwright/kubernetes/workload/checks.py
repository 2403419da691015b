"""What the parts of a workload say to each other, as far as the types of the contract cannot say it."""

from __future__ import annotations

import re

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.security import container_port
from envwright.kubernetes.workload.volumes import is_locked, is_template
from envwright.model.contract.cron import DAYS, MONTHS
from envwright.model.contract.workload import Autoscaling, DisruptionBudget, Ingress, Resources, Workload
from envwright.model.quantity import amount_of

# the numbers of a schedule's names
CALENDAR = {name: str(number) for number, name in [*enumerate(MONTHS.split(), 1), *enumerate(DAYS.split())]}


def check_workload(workload: Workload, context: WorkloadContext) -> None:
    """Report what no cluster would take or run: EW103 and EW106."""
    check_ports(workload, context)
    check_tolerations(workload, context)
    if workload.schedule is not None:
        check_schedule(workload.schedule, context)
    if workload.resources is not None:
        check_limits(workload.resources, context.below("resources"))
    if workload.ingress is not None:
        check_ingress(workload.ingress, context.below("ingress"))
    if workload.autoscaling is not None:
        check_autoscaling(workload.autoscaling, workload.resources or Resources(), context)
    if workload.disruption_budget is not None:
        check_budget(workload.disruption_budget, workload, context.below("disruptionBudget"))
    check_claims(workload, context)


def check_ports(workload: Workload, context: WorkloadContext) -> None:
    """Report a port with the number and protocol of an earlier one, in the Service or in the container (EW106)."""
    in_service: dict[tuple[int, str], str] = {}
    in_container: dict[tuple[int, str], str] = {}
    for index, port in enumerate(workload.ports):
        number = container_port(workload, port)
        first = in_service.setdefault((port.port, port.protocol), port.name)
        if first != port.name:
            summary = f'port "{port.name}" is {port.port}/{port.protocol}, as port "{first}" is'
            context.error("EW106", summary, "ports", index, "port", hint="give each a number of its own")
            continue
        first = in_container.setdefault((number, port.protocol), port.name)
        if first != port.name:
            summary = f'port "{port.name}" is {number}/{port.protocol} in the container, as port "{first}" is'
            context.error("EW106", summary, "ports", index, hint="give it a targetPort of its own")


def check_tolerations(workload: Workload, context: WorkloadContext) -> None:
    """Report what a toleration needs beside the defaults of its keys (EW103)."""
    for index, toleration in enumerate(workload.tolerations):
        if toleration.operator == "Equal" and toleration.key_ is None:
            hint = "name the taint, or write `operator: Exists` for all of them"
            context.error("EW103", "a toleration lacks the key `key`", "tolerations", index, hint=hint)
        if toleration.toleration_seconds is not None and toleration.effect is None:
            summary = "a toleration lacks the key `effect`, which `tolerationSeconds` needs"
            context.error("EW103", summary, "tolerations", index, hint="write `effect: NoExecute`")


def check_schedule(schedule: str, context: WorkloadContext) -> None:
    """Report a range of a schedule that ends before it begins (EW106): the API server refuses it."""
    for item in re.split("[ ,]+", schedule.lower()):
        begin, _, end = item.partition("/")[0].partition("-")
        if end and CALENDAR.get(begin, begin).zfill(2) > CALENDAR.get(end, end).zfill(2):
            summary = f"schedule: the range {begin}-{end} ends before it begins"
            context.error("EW106", summary, "schedule", hint="write two ranges with a comma between them")


def check_limits(declared: Resources, context: WorkloadContext) -> None:
    """Report a limit below what is asked for (EW106)."""
    pairs = {"cpu": (declared.cpu, declared.cpu_limit), "memory": (declared.memory, declared.memory_limit)}
    for name, (request, limit) in pairs.items():
        if (amount_of(limit or request) or 0) < (amount_of(request) or 0):
            summary = f"{name}Limit {limit} is less than {name} {request}, which is asked for"
            context.error("EW106", summary, f"{name}Limit", hint=f"write at least {request}")


def check_ingress(declared: Ingress, context: WorkloadContext) -> None:
    """Report an Ingress without hosts and a certificate for a host that it has not (EW106)."""
    hosts = [each.host for each in declared.hosts]
    if not hosts:
        context.error("EW106", "an ingress without hosts", "hosts", hint="name a host, or leave out the ingress")
        return
    for index, certificate in enumerate(declared.tls):
        for position, host in enumerate(certificate.hosts):
            if not any(covers(host, known) or covers(known, host) for known in hosts):
                hint = f"its hosts are {', '.join(hosts)}"
                summary = f"{host} is not a host of the ingress"
                context.error("EW106", summary, "tls", index, "hosts", position, hint=hint)


def covers(pattern: str, host: str) -> bool:
    """Return whether a host, or a wildcard for one label of it, means this host."""
    return pattern == host or (pattern.startswith("*.") and pattern[2:] == host.partition(".")[2])


def check_autoscaling(declared: Autoscaling, resources: Resources, context: WorkloadContext) -> None:
    """Report bounds in the wrong order (EW106) and a percentage of a request that is not there (EW103)."""
    least, most = declared.min_replicas, declared.max_replicas
    if least > most:
        summary = f"minReplicas {least} is more than maxReplicas {most}"
        context.error("EW106", summary, "autoscaling", "minReplicas", hint=f"write at most {most}")
    on_cpu = declared.cpu_percent is not None or declared.memory_percent is None
    # Kubernetes takes a limit for the request where that is left out
    if on_cpu and resources.cpu is None and resources.cpu_limit is None:
        no_request("cpu", "100m", context)
    if declared.memory_percent is not None and resources.memory is None and resources.memory_limit is None:
        no_request("memory", "128Mi", context)


def no_request(name: str, example: str, context: WorkloadContext) -> None:
    """Report that the autoscaler would wait for a metric for ever (EW103)."""
    summary = f"autoscaling on {name} needs the key `resources.{name}`: it goes by percent of that"
    context.error("EW103", summary, "autoscaling", hint=f"for example `resources: {{{name}: {example}}}`")


def check_budget(declared: DisruptionBudget, workload: Workload, context: WorkloadContext) -> None:
    """Warn of a budget that lets no pod go: it stops every drain of a node (EW106)."""
    scaling = workload.autoscaling
    pods = scaling.min_replicas if scaling else 1 if workload.replicas is None else workload.replicas
    stay = declared.min_available
    if stay is not None and pods and share(stay, pods) >= pods:
        summary = f"minAvailable {stay} of {pods} lets no pod go: a node with one cannot be drained"
        context.warning("EW106", summary, "minAvailable", hint="have more replicas, or write `maxUnavailable: 1`")


def share(number: str, whole: int) -> int:
    """Return a number of pods, a percentage rounded up as Kubernetes does."""
    return -(-int(number[:-1]) * whole // 100) if number.endswith("%") else int(number)


def check_claims(workload: Workload, context: WorkloadContext) -> None:
    """Report a claim that only one node can mount, made here for many pods (EW106)."""
    scaling = workload.autoscaling
    pods = scaling.max_replicas if scaling else workload.replicas or 1
    if pods < 2:
        return
    for index, volume in enumerate(workload.volumes):
        claim = volume.claim
        if claim is not None and is_locked(claim) and not is_template(workload, claim):
            hint = "write `accessModes: [ReadWriteMany]`, or let a statefulset make a claim for each pod"
            summary = f'{pods} pods cannot share volume "{volume.name}": {", ".join(claim.access_modes)}'
            context.error("EW106", summary, "volumes", index, "claim", hint=hint)
