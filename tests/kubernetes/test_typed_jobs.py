from __future__ import annotations

from typing import Any

from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.typed_jobs import typed_jobs
from envwright.model.contract.job import Hook, Hooks, Migration
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.contract.workload import ClaimVolume, FileMount, Volume, Workload, WorkloadPort
from envwright.model.diagnostic import Report
from tests.kubernetes.making import context, found
from tests.support.kubernetes_schema import assert_valid


def labels(content: Any) -> dict[str, str]:
    return dict(content["spec"]["template"]["metadata"]["labels"])


def test_jobs_in_the_order_of_their_lists() -> None:
    report = Report()
    declared = Service(
        name="api",
        migrations=(
            Migration(name="schema", command=("migrate",), reversible=True, target="postgres-data", retries=2),
            Migration(name="off", command=("x",), when=False),
            Migration(name="plugin", tool="alembic"),
        ),
        hooks=Hooks(
            before_deploy=(Hook(name="check", image="busybox:1", command=("true",), timeout="90s"),),
            after_ready=(Hook(name="warm", command=("warm",), run_on="always"), Hook(name="off", when=False)),
        ),
    )
    jobs, objects = typed_jobs(declared, context(report))
    assert report.items == []
    assert objects == ()
    assert [(each.object.name, each.purpose, each.stage, each.timeout, each.run_on) for each in jobs] == [
        ("api-schema", "migration", "before", 600, "change"),
        ("api-check", "hook", "before", 90, "change"),
        ("api-warm", "hook", "after", 600, "always"),
    ]
    assert [(each.reversible, each.target, each.retries) for each in jobs] == [
        (True, "postgres-data", 2),
        (False, "", 0),
        (False, "", 0),
    ]
    for each in jobs:
        assert_valid(each.object.content)
        assert each.object.content["spec"]["backoffLimit"] == 0
        assert each.object.content["spec"]["activeDeadlineSeconds"] == each.timeout
        assert each.object.content["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        assert each.object.content["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True
    images = [each.object.content["spec"]["template"]["spec"]["containers"][0]["image"] for each in jobs]
    assert images == ["registry.example.org/shop/api:1.2.0", "busybox:1", "registry.example.org/shop/api:1.2.0"]


def test_a_job_brings_what_it_needs() -> None:
    hook = Hook(
        name="seed",
        command=("seed",),
        service_account="seeder",
        files=(FileMount(path="seed.sql", mount_path="/seed.sql"),),
        volumes=(Volume(name="work", mount_path="/work", claim=ClaimVolume(size="1Gi")),),
    )
    declared = Infrastructure(name="api", hooks=Hooks(after_ready=(hook,)))
    report = Report()
    (job,), objects = typed_jobs(declared, context(report, {"seed.sql": b"select 1"}))
    assert report.items == []
    assert [(each.kind, each.name) for each in objects] == [
        ("ConfigMap", "api-seed-files"),
        ("PersistentVolumeClaim", "api-seed-work"),
    ]
    for each in (*objects, job.object):
        assert_valid(each.content)
    spec = job.object.content["spec"]["template"]["spec"]
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("seeder", False)


def test_no_service_finds_the_pods_of_a_job() -> None:
    report = Report()
    declared = Service(name="api", migrations=(Migration(name="schema", command=("migrate",)),))
    (job,), _ = typed_jobs(declared, context(report))
    workload = Workload(kind="deployment", ports=(WorkloadPort(name="http", port=80),))
    for unit in ("api", "api-schema"):  # a unit may well be called like the Job
        objects = workload_objects(workload, context(report, name=unit))
        (service,) = (each for each in objects if each.kind == "Service")
        assert not service.content["spec"]["selector"].items() <= labels(job.object.content).items()


def test_a_long_name_is_cut_and_stays_unique() -> None:
    names = [f"{'x' * 40}-{end}" for end in "ab"]
    declared = Service(name="api", migrations=tuple(Migration(name=name, command=("m",)) for name in names))
    jobs, _ = typed_jobs(declared, context(Report(), name="y" * 40))
    made = [each.object.name for each in jobs]
    assert [len(name) for name in made] == [63, 63]
    assert made[0] != made[1]
    for each in jobs:
        assert_valid(each.object.content)


def test_places_lead_to_the_declaration() -> None:
    report = Report()
    hooks = Hooks(after_ready=(Hook(name="warm", image="nowhere"),))
    typed_jobs(Infrastructure(name="api", hooks=hooks), context(report))
    assert found(report) == [
        'error EW310 services.yaml#hooks/afterReady/0/image: unknown image "nowhere"',
    ]
