"""What the parts of a workload say to each other."""

from __future__ import annotations

from typing import Any

import pytest

from envwright.kubernetes.pods import pod_spec_of
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.typed_jobs import typed_job
from envwright.model.contract.job import Hook
from envwright.model.contract.workload import (
    Autoscaling,
    ClaimVolume,
    DisruptionBudget,
    EmptyVolume,
    FileMount,
    Ingress,
    IngressHost,
    IngressTls,
    Resources,
    Toleration,
    Volume,
    Workload,
    WorkloadPort,
)
from envwright.model.diagnostic import Report
from tests.kubernetes.making import context, found

SMALL = Resources(cpu="100m", memory="128Mi")
DATA = Volume(name="data", mount_path="/data", claim=ClaimVolume(size="1Gi"))


def wrong(**fields: Any) -> list[str]:
    """Return what is reported of a workload."""
    report = Report()
    workload_objects(Workload(**{"kind": "deployment", **fields}), context(report))
    return found(report)


def pod(**fields: Any) -> dict[str, Any]:
    """Return the pod of a workload that nothing is wrong with."""
    report = Report()
    objects = workload_objects(Workload(**{"kind": "deployment", **fields}), context(report))
    assert report.items == []
    (spec,) = [spec for each in objects if (spec := pod_spec_of(each.content)) is not None]
    return dict(spec)


def ports(*declared: tuple[int, int | None, str]) -> tuple[WorkloadPort, ...]:
    """Return ports named `a`, `b` and so on, of number, target and protocol."""
    return tuple(
        WorkloadPort(name="abc"[index], port=port, target_port=target, protocol=protocol)
        for index, (port, target, protocol) in enumerate(declared)
    )


@pytest.mark.parametrize(
    ("schedule", "backwards"),
    [
        ("*/10 * * * *", ""),
        ("0 9-17 * * Mon-Fri", ""),
        ("5-05 8-09 * feb-12 0-sat", ""),
        ("@daily", ""),
        ("0 17-9 * * *", "17-9"),
        ("0 0 1,9-3/2 * *", "9-3"),
        ("0 0 * * FRI-mon", "fri-mon"),
    ],
)
def test_a_range_of_a_schedule_does_not_end_before_it_begins(schedule: str, backwards: str) -> None:
    expected = (
        [f"error EW106 services.yaml#schedule: schedule: the range {backwards} ends before it begins"]
        if backwards
        else []
    )
    assert wrong(kind="cronjob", schedule=schedule) == expected


def test_two_ports_are_one_in_the_container() -> None:
    # a restricted pod listens on 8080 for 80
    same = ports((80, None, "TCP"), (8080, None, "TCP"))
    summary = 'port "b" is 8080/TCP in the container, as port "a" is'
    assert wrong(ports=same) == [f"error EW106 services.yaml#ports/1: {summary}"]
    assert wrong(ports=same, security="baseline") == []
    assert wrong(ports=ports((80, None, "TCP"), (8080, 8081, "TCP"))) == []
    assert wrong(ports=ports((80, None, "TCP"), (8080, None, "UDP"))) == []


def test_two_ports_are_one_in_the_service() -> None:
    assert wrong(ports=ports((80, 1024, "TCP"), (80, 1025, "TCP"))) == [
        'error EW106 services.yaml#ports/1/port: port "b" is 80/TCP, as port "a" is'
    ]
    assert wrong(ports=ports((53, None, "TCP"), (53, None, "UDP"))) == []


def test_tolerations() -> None:
    taint = Toleration(key_="gpu", value="a100", effect="NoExecute", toleration_seconds=0)
    assert pod(tolerations=(taint, Toleration(operator="Exists")))["tolerations"] == [
        {"key": "gpu", "operator": "Equal", "value": "a100", "effect": "NoExecute", "tolerationSeconds": 0},
        {"operator": "Exists"},
    ]
    assert wrong(tolerations=(Toleration(effect="NoExecute"), Toleration(key_="gpu", toleration_seconds=3))) == [
        "error EW103 services.yaml#tolerations/0: a toleration lacks the key `key`",
        "error EW103 services.yaml#tolerations/1: a toleration lacks the key `effect`, which `tolerationSeconds` needs",
    ]


def test_a_limit_below_the_request() -> None:
    assert wrong(resources=Resources(cpu="1", cpu_limit="700m", memory="1Gi", memory_limit="1G")) == [
        "error EW106 services.yaml#resources/cpuLimit: cpuLimit 700m is less than cpu 1, which is asked for",
        "error EW106 services.yaml#resources/memoryLimit: memoryLimit 1G is less than memory 1Gi, which is asked for",
    ]
    assert wrong(resources=Resources(cpu="700m", cpu_limit="0.7", memory_limit="1Ki")) == []


@pytest.mark.parametrize(
    ("declared", "resources", "problems"),
    [
        (Autoscaling(min_replicas=5, max_replicas=4), SMALL, ["EW106 minReplicas 5 is more than maxReplicas 4"]),
        (Autoscaling(min_replicas=4, max_replicas=4, memory_percent=80), SMALL.but(cpu=None), []),
        (Autoscaling(max_replicas=4, cpu_percent=80), Resources(cpu_limit="1"), []),
        (Autoscaling(max_replicas=4), None, ["EW103 autoscaling on cpu needs the key `resources.cpu`"]),
        (
            Autoscaling(max_replicas=4, cpu_percent=50, memory_percent=80),
            Resources(),
            [
                "EW103 autoscaling on cpu needs the key `resources.cpu`",
                "EW103 autoscaling on memory needs the key `resources.memory`",
            ],
        ),
    ],
)
def test_autoscaling(declared: Autoscaling, resources: Resources | None, problems: list[str]) -> None:
    report = Report()
    workload = Workload(kind="deployment", autoscaling=declared, resources=resources)
    workload_objects(workload, context(report))
    assert [f"{item.code} {item.summary.partition(':')[0]}" for item in report.items] == problems


def ingress(hosts: tuple[str, ...], certified: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of a workload behind an Ingress."""
    tls = (IngressTls(secret_name="tls", hosts=certified),)
    rules = tuple(IngressHost(host=host) for host in hosts)
    return {"ports": ports((8080, None, "TCP")), "ingress": Ingress(hosts=rules, tls=tls)}


def test_an_ingress_without_hosts() -> None:
    assert wrong(**ingress(())) == ["error EW106 services.yaml#ingress/hosts: an ingress without hosts"]


def test_certificates_are_for_hosts_of_the_ingress() -> None:
    hosts = ("a.example.org", "*.b.example.org")
    assert wrong(**ingress(hosts, ("a.example.org", "*.example.org", "x.b.example.org"))) == []
    assert wrong(**ingress(hosts, ("a.example.org", "c.example.org", "x.y.b.example.org"))) == [
        "error EW106 services.yaml#ingress/tls/0/hosts/1: c.example.org is not a host of the ingress",
        "error EW106 services.yaml#ingress/tls/0/hosts/2: x.y.b.example.org is not a host of the ingress",
    ]


@pytest.mark.parametrize(
    ("stay", "fields", "warned"),
    [
        ("1", {}, True),
        ("1", {"replicas": 2}, False),
        ("2", {"replicas": 2}, True),
        ("51%", {"replicas": 2}, True),
        ("50%", {"replicas": 2}, False),
        ("1", {"replicas": 0}, False),
        ("2", {"autoscaling": Autoscaling(min_replicas=2, max_replicas=9), "resources": SMALL}, True),
    ],
)
def test_a_budget_that_lets_no_pod_go(stay: str, fields: dict[str, Any], warned: bool) -> None:
    reported = wrong(disruption_budget=DisruptionBudget(min_available=stay), **fields)
    assert [line.rpartition(":")[0] for line in reported] == (
        ["warning EW106 services.yaml#disruptionBudget/minAvailable: minAvailable " + line_of(reported)] * warned
    )


def line_of(reported: list[str]) -> str:
    """Return the part of the warning that names the numbers."""
    return reported[0].split("minAvailable ")[1].rpartition(":")[0] if reported else ""


def test_pods_that_cannot_share_a_claim() -> None:
    refused = ['error EW106 services.yaml#volumes/0/claim: 2 pods cannot share volume "data": ReadWriteOnce']
    assert wrong(replicas=2, volumes=(DATA,)) == refused
    assert wrong(autoscaling=Autoscaling(max_replicas=2), resources=SMALL, volumes=(DATA,)) == refused
    shared = DATA.but(claim=ClaimVolume(size="1Gi", access_modes=("ReadWriteMany",)))
    existing = DATA.but(claim=ClaimVolume(name="there"))
    assert wrong(replicas=1, volumes=(DATA,)) == []
    assert wrong(replicas=2, volumes=(shared,)) == wrong(replicas=2, volumes=(existing,)) == []
    assert wrong(kind="statefulset", replicas=2, volumes=(DATA,)) == []


def test_the_group_of_volumes() -> None:
    assert "fsGroup" not in pod(volumes=(DATA,))["securityContext"]
    assert pod(volumes=(DATA,), run_as_user=7)["securityContext"]["fsGroup"] == 7
    assert pod(volumes=(DATA,), run_as_user=7, fs_group=8)["securityContext"]["fsGroup"] == 8
    assert pod(fs_group=8)["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"


def test_secrets_that_images_are_pulled_with() -> None:
    secrets = [{"name": "registry"}]
    assert pod(image_pull_secrets=("registry",))["imagePullSecrets"] == secrets
    hook = Hook(name="warm", image_pull_secrets=("registry",))
    job, _ = typed_job(hook, "hook", "after", context(Report()))
    spec = pod_spec_of(job.object.content)
    assert spec is not None
    assert spec["imagePullSecrets"] == secrets


def test_a_literal_image_that_is_no_reference() -> None:
    (problem,) = wrong(image="registry.example.org/shop/Api:1")
    assert problem.startswith('error EW311 services.yaml#image: "registry.example.org/shop/Api:1" is not')
    report = Report()
    typed_job(Hook(name="warm", image="busybox:"), "hook", "after", context(report).below("hooks"))
    assert [line.split(": ")[0] for line in found(report)] == ["error EW311 services.yaml#hooks/image"]


def test_a_mount_that_cannot_be_made_is_told_where_it_is_declared() -> None:
    volumes = (Volume(name="a", mount_path="data", empty=EmptyVolume()),)
    files = (FileMount(content="x", mount_path="/etc/x"), FileMount(content="y", mount_path="/etc/x"))
    assert wrong(volumes=volumes, files=files) == [
        'error EW506 services.yaml#volumes/0/mountPath: nothing can be mounted at "data"',
        "error EW506 services.yaml#files/1/mountPath: two mounts at /etc/x",
    ]
