"""The pods of a workload against the Pod Security Standards, by checks written from their text.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from envwright.kubernetes.pods import pod_spec_of
from envwright.kubernetes.workload.typed_jobs import typed_job
from envwright.model.contract.job import Hook
from envwright.model.contract.workload import Workload, WorkloadKind, WorkloadPort
from envwright.model.diagnostic import Report
from tests.kubernetes.making import context
from tests.kubernetes.test_workload_schema import KINDS, built, full, least, workloads

BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
RESTRICTED_VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)
SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    }
)


def containers(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for key in ("initContainers", "containers", "ephemeralContainers") for each in spec.get(key, ())]


def security(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = holder.get("securityContext", {})
    return found


def beyond_baseline(spec: Mapping[str, Any]) -> Iterator[str]:
    for host in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(host):
            yield host
    if any("hostPath" in volume for volume in spec.get("volumes", ())):
        yield "hostPath"
    if {sysctl["name"] for sysctl in security(spec).get("sysctls", ())} - SAFE_SYSCTLS:
        yield "sysctls"
    for holder in (spec, *containers(spec)):
        context = security(holder)
        if context.get("windowsOptions", {}).get("hostProcess"):
            yield "hostProcess"
        if context.get("seccompProfile", {}).get("type") == "Unconfined":
            yield "seccompProfile"
        if context.get("appArmorProfile", {}).get("type") == "Unconfined":
            yield "appArmorProfile"
        if {"user", "role"} & context.get("seLinuxOptions", {}).keys():
            yield "seLinuxOptions"
    for container in containers(spec):
        yield from container_beyond_baseline(container)


def container_beyond_baseline(container: Mapping[str, Any]) -> Iterator[str]:
    context = security(container)
    if context.get("privileged"):
        yield "privileged"
    if set(context.get("capabilities", {}).get("add", ())) - BASELINE_CAPABILITIES:
        yield "capabilities"
    if context.get("procMount", "Default") != "Default":
        yield "procMount"
    if any(port.get("hostPort") for port in container.get("ports", ())):
        yield "hostPort"
    if any("host" in container.get(probe, {}).get("httpGet", {}) for probe in ("livenessProbe", "readinessProbe")):
        yield "host of a probe"


def beyond_restricted(spec: Mapping[str, Any]) -> Iterator[str]:
    yield from beyond_baseline(spec)
    for volume in spec.get("volumes", ()):
        if volume.keys() - {"name"} - RESTRICTED_VOLUMES:
            yield "volume types"
    pod = security(spec)
    for holder in (spec, *containers(spec)):
        if security(holder).get("runAsUser") == 0:
            yield "runAsUser"
    for container in containers(spec):
        context = security(container)
        if context.get("allowPrivilegeEscalation") is not False:
            yield "allowPrivilegeEscalation"
        if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
            yield "runAsNonRoot"
        profile = context.get("seccompProfile", pod.get("seccompProfile", {}))
        if profile.get("type") not in ("RuntimeDefault", "Localhost"):
            yield "seccompProfile"
        capabilities = context.get("capabilities", {})
        if "ALL" not in capabilities.get("drop", ()) or set(capabilities.get("add", ())) - {"NET_BIND_SERVICE"}:
            yield "capabilities"


CHECKS = {"restricted": beyond_restricted, "baseline": beyond_baseline, "privileged": lambda _: iter(())}


def pods_of(workload: Workload) -> list[Mapping[str, Any]]:
    specs = [pod_spec_of(each.content) for each in built(workload)]
    return [spec for spec in specs if spec is not None]


@pytest.mark.parametrize("kind", KINDS)
def test_restricted_is_the_default(kind: WorkloadKind) -> None:
    for workload in (least(kind), full(kind)):
        (spec,) = pods_of(workload)
        assert list(beyond_restricted(spec)) == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(workloads())
def test_every_profile_is_kept(workload: Workload) -> None:
    (spec,) = pods_of(workload)
    assert list(CHECKS[workload.security](spec)) == []


def test_privileged_is_what_it_says() -> None:
    (spec,) = pods_of(least("deployment").but(security="privileged"))
    assert list(beyond_baseline(spec)) == ["privileged"]


def test_a_low_port_of_its_own_keeps_the_restricted_profile() -> None:
    port = WorkloadPort(name="http", port=80, target_port=80)
    (spec,) = pods_of(least("deployment").but(ports=(port,)))
    assert list(beyond_restricted(spec)) == []
    assert security(spec["containers"][0])["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}


def test_typed_jobs_are_restricted_too() -> None:
    job, _ = typed_job(Hook(name="warm", image="busybox:1"), "hook", "after", context(Report()))
    assert list(beyond_restricted(pod_spec_of(job.object.content) or {})) == []


GOOD: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
    "capabilities": {"drop": ["ALL"]},
}


@pytest.mark.parametrize(
    ("pod", "container", "violation"),
    [
        ({"hostNetwork": True}, {}, "hostNetwork"),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/"}}]}, {}, "hostPath"),
        ({"volumes": [{"name": "a", "nfs": {}}]}, {}, "volume types"),
        ({"securityContext": {"runAsUser": 0}}, {}, "runAsUser"),
        ({}, {"securityContext": {**GOOD, "privileged": True}}, "privileged"),
        ({}, {"securityContext": {**GOOD, "capabilities": {"drop": ["ALL"], "add": ["NET_RAW"]}}}, "capabilities"),
        ({}, {"securityContext": {**GOOD, "capabilities": {}}}, "capabilities"),
        ({}, {"securityContext": {**GOOD, "seccompProfile": {"type": "Unconfined"}}}, "seccompProfile"),
        ({}, {"securityContext": {**GOOD, "allowPrivilegeEscalation": True}}, "allowPrivilegeEscalation"),
        ({}, {"securityContext": {**GOOD, "runAsNonRoot": False}}, "runAsNonRoot"),
        ({}, {"securityContext": {}}, "runAsNonRoot"),
        ({}, {"ports": [{"containerPort": 1, "hostPort": 1}]}, "hostPort"),
    ],
)
def test_the_checks_find_what_is_wrong(pod: dict[str, Any], container: dict[str, Any], violation: str) -> None:
    good = {"containers": [{"name": "a", "securityContext": GOOD}]}
    assert list(beyond_restricted(good)) == []
    bad = {**pod, "containers": [{"name": "a", "securityContext": GOOD, **container}]}
    assert violation in list(beyond_restricted(bad))
