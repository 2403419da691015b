"""What a workload makes, against the schemas of every Kubernetes version that is supported."""

from __future__ import annotations

from typing import Any, get_args

import kubernetes_validate
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envwright.kubernetes.kinds import NO_CUSTOM_KINDS
from envwright.kubernetes.objects import finish, report_duplicates
from envwright.kubernetes.workload.build import workload_objects
from envwright.model.contract.workload import (
    LONG_RUNNING,
    SCALABLE,
    Autoscaling,
    ClaimVolume,
    DisruptionBudget,
    EmptyVolume,
    EnvValue,
    FileMount,
    HttpProbe,
    Ingress,
    IngressHost,
    IngressPath,
    IngressTls,
    KeyOf,
    Probe,
    Probes,
    Resources,
    SecurityProfile,
    Toleration,
    Volume,
    Workload,
    WorkloadKind,
    WorkloadPort,
    WorkloadServiceAccount,
)
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import context
from tests.support.kubernetes_schema import VERSIONS, assert_valid

KINDS: tuple[WorkloadKind, ...] = get_args(WorkloadKind)
PROFILES: tuple[SecurityProfile, ...] = get_args(SecurityProfile)
FILES = {"app.toml": b"a = 1\n", "sql/1.sql": b"\xff"}

SHARED = ClaimVolume(size="1Gi", access_modes=("ReadWriteMany",))

EVERYTHING: dict[str, Any] = {
    "image": "nginx:1",
    "command": ("run",),
    "args": ("--all",),
    "working_dir": "/app",
    "env": {
        "A": EnvValue(value="1"),
        "B": EnvValue(secret=KeyOf(name="db", key_="password", optional=True)),
        "C": EnvValue(config=KeyOf(name="app", key_="level")),
        "D": EnvValue(field="metadata.namespace"),
    },
    "files": (
        FileMount(path="app.toml", mount_path="/etc/app.toml"),
        FileMount(path="sql/*.sql", mount_path="/sql"),
        FileMount(content="x", mount_path="/etc/x"),
    ),
    "volumes": (
        Volume(name="data", mount_path="/data", claim=SHARED.but(storage_class="fast")),
        Volume(name="old", mount_path="/old", claim=ClaimVolume(name="old"), sub_path="a", read_only=True),
        Volume(name="tmp", mount_path="/tmp", empty=EmptyVolume(size_limit="1Gi", medium="Memory")),
        Volume(name="conf", mount_path="/conf", config="conf"),
        Volume(name="cert", mount_path="/cert", secret="cert"),
    ),
    "resources": Resources(cpu="100m", memory="128Mi", cpu_limit="1", memory_limit="1Gi"),
    "probes": Probes(readiness=Probe(exec=("true",), initial_delay="3s")),
    "service_account": WorkloadServiceAccount(name="ops", create=True, token=True),
    "run_as_user": 10001,
    "fs_group": 10002,
    "image_pull_secrets": ("registry",),
    "termination_grace": "1m",
    "labels": {"team": "web"},
    "annotations": {"a/b": "c"},
    "node_selector": {"disk": "ssd"},
    "tolerations": (Toleration(key_="gpu", operator="Exists", effect="NoExecute", toleration_seconds=60),),
}
REACHED: dict[str, Any] = {
    "ports": (WorkloadPort(name="http", port=80), WorkloadPort(name="grpc", port=9090, target_port=90, protocol="TCP")),
    "probes": Probes(
        startup=Probe(http=HttpProbe(path="/")), readiness=Probe(grpc="grpc"), liveness=Probe(tcp="http", period="1m")
    ),
    "ingress": Ingress(
        hosts=(IngressHost(host="a.example.org", paths=(IngressPath(path="/api"),)), IngressHost(host="*.example.org")),
        class_name="nginx",
        tls=(IngressTls(secret_name="cert"),),
        annotations={"a/b": "c"},
    ),
}
SCALED: dict[str, Any] = {
    "resources": Resources(cpu="100m", memory="128Mi", cpu_limit="1", memory_limit="1Gi"),
    "autoscaling": Autoscaling(min_replicas=2, max_replicas=4, cpu_percent=70, memory_percent=80),
    "disruption_budget": DisruptionBudget(max_unavailable="25%"),
}
TIMED: dict[str, Any] = {"schedule": "0 3 * * *", "time_zone": "Etc/UTC", "timeout": "10m", "retries": 3}


def full(kind: WorkloadKind, **changes: Any) -> Workload:
    """Make a workload of the kind that says all it can."""
    fields = {"kind": kind, **EVERYTHING}
    fields |= REACHED if kind in LONG_RUNNING else {}
    fields |= SCALED if kind in SCALABLE else {}
    fields |= TIMED if kind == "cronjob" else {"timeout": "1h"} if kind == "job" else {}
    return Workload(**{**fields, **changes})


def least(kind: WorkloadKind) -> Workload:
    """Make a workload of the kind that says as little as it can."""
    return Workload(kind=kind, schedule="@daily" if kind == "cronjob" else None)


def built(workload: Workload) -> list[KubernetesObject]:
    """Build and finish a workload, with nothing to complain about."""
    report = Report()
    objects = [
        finish(each, namespace="shop", environment="shop/dev", unit="api", custom=NO_CUSTOM_KINDS, report=report)
        for each in workload_objects(workload, context(report, FILES))
    ]
    report_duplicates(objects, report)
    assert report.items == []
    return objects


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("security", PROFILES)
def test_workloads_that_say_all_they_can(kind: WorkloadKind, security: SecurityProfile) -> None:
    for each in built(full(kind, security=security)):
        assert_valid(each.content, VERSIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_workloads_that_say_as_little_as_they_can(kind: WorkloadKind) -> None:
    for each in built(least(kind)):
        assert_valid(each.content, VERSIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_validator_itself_agrees(kind: WorkloadKind) -> None:
    for each in built(full(kind)):
        assert kubernetes_validate.validate(dict(each.content), "1.33", strict=True) == "1.33"


def test_the_schemas_find_what_is_wrong() -> None:
    deployment = next(each for each in built(least("deployment")) if each.kind == "Deployment")
    for spec in ({"replicas": "3"}, {"replica": 3}, {"selector": None, "strategy": []}):
        with pytest.raises(AssertionError, match=r"Kubernetes 1\.30"):
            assert_valid({**deployment.content, "spec": {**deployment.content["spec"], **spec}})


NAMES = st.from_regex(r"[a-z]([a-z0-9]{0,6}[a-z0-9])?", fullmatch=True)
PORTS = st.lists(
    st.builds(
        WorkloadPort,
        name=NAMES,
        port=st.integers(1, 65535),
        target_port=st.integers(1, 65535),
        protocol=st.sampled_from(["TCP", "UDP"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=(lambda port: port.name, lambda port: port.port, lambda port: port.target_port),
).map(tuple)
TEXT = st.text(max_size=8)
ENV = st.dictionaries(
    st.sampled_from(["A", "B", "C"]),
    st.builds(EnvValue, value=TEXT)
    | st.builds(EnvValue, secret=st.builds(KeyOf, name=NAMES, key_=NAMES, optional=st.booleans())),
)
CLAIMS = st.builds(ClaimVolume, name=st.just("") | NAMES, size=st.just("1Gi"), access_modes=st.just(("ReadWriteMany",)))
VOLUMES = st.lists(
    st.builds(Volume, name=NAMES, mount_path=NAMES.map("/volumes/{}".format), claim=CLAIMS)
    | st.builds(Volume, name=NAMES, mount_path=NAMES.map("/volumes/{}".format), empty=st.just(EmptyVolume()))
    | st.builds(Volume, name=NAMES, mount_path=NAMES.map("/volumes/{}".format), secret=NAMES),
    max_size=3,
    unique_by=(
        lambda v: v.name,
        lambda v: v.mount_path,
        lambda v: v.claim.name if v.claim and v.claim.name else v.name,
    ),
).map(tuple)
CONTENTS = st.lists(
    st.builds(FileMount, content=TEXT, mount_path=NAMES.map("/files/{}".format)),
    max_size=2,
    unique_by=lambda file: file.mount_path,
).map(tuple)


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Generate workloads that the contract allows."""
    kind = draw(st.sampled_from(KINDS))
    fields: dict[str, Any] = {
        "image": "nginx:1",
        "security": draw(st.sampled_from(PROFILES)),
        "run_as_user": draw(st.none() | st.integers(1, 65535)),
        "env": draw(ENV),
        "args": draw(st.lists(TEXT, max_size=2).map(tuple)),
        "volumes": draw(VOLUMES),
        "files": draw(CONTENTS),
        "resources": draw(st.none() | st.just(Resources(memory="1Gi"))),
        "service_account": draw(st.none() | st.builds(WorkloadServiceAccount, name=NAMES, create=st.booleans())),
    }
    if kind in LONG_RUNNING and draw(st.booleans()):
        fields["ports"] = draw(PORTS)
        fields["probes"] = Probes(readiness=draw(st.just(Probe(http=HttpProbe(path="/"))) | st.none()))
    if kind in SCALABLE:
        fields |= draw(st.just({}) | st.just(SCALED) | st.integers(0, 9).map(lambda number: {"replicas": number}))
    return Workload(kind=kind, schedule="@daily" if kind == "cronjob" else None, **fields)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(workloads())
def test_whatever_the_contract_allows_is_valid(workload: Workload) -> None:
    objects = built(workload)
    for each in objects:
        assert_valid(each.content, ("1.30", "1.36"))
    assert [each.content for each in objects] == [each.content for each in built(workload)]
