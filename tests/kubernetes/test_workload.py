from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from envwright.kubernetes.pods import pod_spec_of
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.files import LARGEST
from envwright.model.contract.workload import (
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
    Toleration,
    Volume,
    Workload,
    WorkloadPort,
    WorkloadServiceAccount,
)
from envwright.model.diagnostic import Report
from tests.kubernetes.making import codes, context, found, place
from tests.support.kubernetes_schema import assert_valid

HTTP = WorkloadPort(name="http", port=8080)
Made = dict[tuple[str, str], dict[str, Any]]


def make(report: Report | None = None, repository: dict[str, bytes] | None = None, **fields: Any) -> Made:
    """Build a workload; its objects by kind and name. Without a report nothing may be wrong with them."""
    collected = Report() if report is None else report
    workload = Workload(**{"kind": "deployment", **fields})
    objects = workload_objects(workload, context(collected, repository).below("workload"))
    if report is None:
        assert collected.items == []
        for each in objects:
            assert_valid(each.content, ("1.30", "1.36"))
    made = {(each.kind, each.name): dict(each.content) for each in objects}
    assert len(made) == len(objects)
    assert {each.source for each in objects} == {place(("workload",))}
    return made


def container(made: Made) -> dict[str, Any]:
    for content in made.values():
        spec = pod_spec_of(content)
        if spec is not None:
            (only,) = spec["containers"]
            return dict(only)
    raise AssertionError("no pods")


def pod(made: Made) -> dict[str, Any]:
    (spec,) = [spec for content in made.values() if (spec := pod_spec_of(content)) is not None]
    return dict(spec)


def test_the_least_is_one_restricted_deployment() -> None:
    labels = {
        "app.kubernetes.io/name": "api",
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/managed-by": "envwright",
    }
    selector = {"app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "shop"}
    assert make() == {
        ("Deployment", "api"): {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "api", "labels": labels},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": selector},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "automountServiceAccountToken": False,
                        "enableServiceLinks": False,
                        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                        "containers": [
                            {
                                "name": "api",
                                "image": "registry.example.org/shop/api:1.2.0",
                                "imagePullPolicy": "IfNotPresent",
                                "securityContext": {
                                    "allowPrivilegeEscalation": False,
                                    "capabilities": {"drop": ["ALL"]},
                                },
                            }
                        ],
                    },
                },
            },
        }
    }


@pytest.mark.parametrize(
    ("declared", "reference"),
    [
        ("", "registry.example.org/shop/api:1.2.0"),
        ("api", "registry.example.org/shop/api:1.2.0"),
        ("nginx:1", "nginx:1"),
        ("ghcr.io/org/tool", "ghcr.io/org/tool"),
        ("busybox@sha256:" + "0" * 64, "busybox@sha256:" + "0" * 64),
    ],
)
def test_an_image_is_a_name_or_a_reference(declared: str, reference: str) -> None:
    assert container(make(image=declared))["image"] == reference


@pytest.mark.parametrize(
    ("declared", "message", "hint"),
    [
        ("apo", 'EW310 services.yaml#workload/image: unknown image "apo"', 'did you mean "api"?'),
        ("nginx", 'EW310 services.yaml#workload/image: unknown image "nginx"', "a literal reference says its tag"),
        ("web", 'EW310 services.yaml#workload/image: image "web" is skipped in this environment', ""),
    ],
)
def test_images_that_are_not_there(declared: str, message: str, hint: str) -> None:
    report = Report()
    make(report, image=declared)
    assert found(report) == [f"error {message}"]
    assert report.items[0].hint.startswith(hint)


def test_no_image_at_all() -> None:
    report = Report()
    workload_objects(Workload(kind="job"), context(report, image="").below("workload"))
    assert found(report) == ["error EW103 services.yaml#workload: no image: neither here nor in the service"]


def test_the_pull_policy_is_the_environments() -> None:
    report = Report()
    (deployment,) = workload_objects(Workload(kind="deployment"), context(report, pull_policy=None))
    assert "imagePullPolicy" not in container({("", ""): dict(deployment.content)})


def test_command_environment_and_resources() -> None:
    made = make(
        command=("gunicorn",),
        args=("--bind", ":8080"),
        working_dir="/app",
        env={
            "MODE": EnvValue(value="fast"),
            "EMPTY": EnvValue(value=""),
            "PASSWORD": EnvValue(secret=KeyOf(name="db", key_="password")),
            "LEVEL": EnvValue(config=KeyOf(name="app", key_="level", optional=True)),
            "IP": EnvValue(field="status.podIP"),
        },
        resources=Resources(cpu="100m", memory="128Mi", cpu_limit="1"),
        termination_grace="1m30s",
        node_selector={"disk": "ssd"},
        tolerations=(Toleration(key_="gpu", operator="Exists"),),
        annotations={"prometheus.io/scrape": "true"},
        labels={"team": "web", "app.kubernetes.io/name": "other"},
    )
    main = container(made)
    assert (main["command"], main["args"], main["workingDir"]) == (["gunicorn"], ["--bind", ":8080"], "/app")
    assert main["env"] == [
        {"name": "MODE", "value": "fast"},
        {"name": "EMPTY", "value": ""},
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
        {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "app", "key": "level", "optional": True}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    ]
    assert main["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "1", "memory": "128Mi"},
    }
    spec = pod(made)
    assert (spec["terminationGracePeriodSeconds"], spec["nodeSelector"]) == (90, {"disk": "ssd"})
    assert spec["tolerations"] == [{"key": "gpu", "operator": "Exists"}]
    template = made["Deployment", "api"]["spec"]["template"]["metadata"]
    assert template["annotations"] == {"prometheus.io/scrape": "true"}
    assert (template["labels"]["team"], template["labels"]["app.kubernetes.io/name"]) == ("web", "api")
    assert "annotations" not in made["Deployment", "api"]["metadata"]


def test_a_memory_limit_of_its_own() -> None:
    assert container(make(resources=Resources(memory="1Gi", memory_limit="2Gi")))["resources"] == {
        "requests": {"memory": "1Gi"},
        "limits": {"memory": "2Gi"},
    }


def test_ports_make_a_service() -> None:
    made = make(ports=(WorkloadPort(name="http", port=80), WorkloadPort(name="dns", port=53, protocol="UDP")))
    assert made["Service", "api"]["spec"] == {
        "selector": {"app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "shop"},
        "ports": [
            {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
            {"name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP"},
        ],
    }
    assert container(made)["ports"] == [
        {"name": "http", "containerPort": 8080, "protocol": "TCP"},
        {"name": "dns", "containerPort": 8053, "protocol": "UDP"},
    ]


@pytest.mark.parametrize(
    ("security", "user", "target", "port"),
    [
        ("restricted", None, None, 8080),
        ("restricted", None, 80, 80),
        ("baseline", None, None, 80),
        ("baseline", 1000, None, 8080),
        ("privileged", None, None, 80),
    ],
)
def test_a_low_port_moves_up_where_the_pod_may_not_bind_it(
    security: str, user: int | None, target: int | None, port: int
) -> None:
    declared = WorkloadPort(name="http", port=80, target_port=target)
    made = make(security=security, run_as_user=user, ports=(declared,))
    assert container(made)["ports"][0]["containerPort"] == port
    assert made["Service", "api"]["spec"]["ports"][0]["port"] == 80


def test_probes() -> None:
    ports = (WorkloadPort(name="http", port=80), WorkloadPort(name="grpc", port=90))
    probes = Probes(
        startup=Probe(http=HttpProbe(path="/started"), period="5s", failure_threshold=60),
        readiness=Probe(grpc="grpc", initial_delay="2s"),
        liveness=Probe(tcp="http", timeout="0s"),
    )
    main = container(make(ports=ports, probes=probes))
    assert main["startupProbe"] == {
        "httpGet": {"path": "/started", "port": "http"},
        "periodSeconds": 5,
        "timeoutSeconds": 1,
        "failureThreshold": 60,
    }
    # a gRPC probe knows no names
    assert main["readinessProbe"]["grpc"] == {"port": 8090}
    assert main["readinessProbe"]["initialDelaySeconds"] == 2
    assert main["livenessProbe"]["tcpSocket"] == {"port": "http"}
    assert main["livenessProbe"]["timeoutSeconds"] == 1
    command = container(make(probes=Probes(readiness=Probe(exec=("true",)))))["readinessProbe"]
    assert command["exec"] == {"command": ["true"]}


def test_ports_that_are_not_there() -> None:
    report = Report()
    probes = Probes(readiness=Probe(http=HttpProbe(path="/", port="htpp")), liveness=Probe(tcp="http"))
    ingress = Ingress(hosts=(IngressHost(host="a.example.org", paths=(IngressPath(port="x"),)),))
    main = container(make(report, ports=(HTTP,), probes=probes, ingress=ingress))
    assert found(report) == [
        'error EW106 services.yaml#workload/probes/readiness: the workload has no port "htpp"',
        'error EW106 services.yaml#workload/ingress/hosts/0/paths/0: the workload has no port "x"',
    ]
    assert report.items[0].hint == 'did you mean "http"?'
    assert "readinessProbe" not in main
    report = Report()
    make(report, probes=probes)
    assert codes(report) == ["EW106", "EW106"]


def test_an_ingress() -> None:
    ingress = Ingress(
        hosts=(
            IngressHost(host="shop.example.org"),
            IngressHost(host="*.example.org", paths=(IngressPath(path="/api", path_type="Exact", port="admin"),)),
        ),
        class_name="nginx",
        tls=(IngressTls(secret_name="all"), IngressTls(secret_name="one", hosts=("shop.example.org",))),
        annotations={"nginx.ingress.kubernetes.io/proxy-body-size": "8m"},
    )
    made = make(ports=(HTTP, WorkloadPort(name="admin", port=9000)), ingress=ingress)["Ingress", "api"]
    assert made["metadata"]["annotations"] == {"nginx.ingress.kubernetes.io/proxy-body-size": "8m"}
    assert made["spec"] == {
        "ingressClassName": "nginx",
        "tls": [
            {"hosts": ["shop.example.org", "*.example.org"], "secretName": "all"},
            {"hosts": ["shop.example.org"], "secretName": "one"},
        ],
        "rules": [
            {
                "host": "shop.example.org",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "api", "port": {"name": "http"}}},
                        }
                    ]
                },
            },
            {
                "host": "*.example.org",
                "http": {
                    "paths": [
                        {
                            "path": "/api",
                            "pathType": "Exact",
                            "backend": {"service": {"name": "api", "port": {"name": "admin"}}},
                        }
                    ]
                },
            },
        ],
    }


def test_volumes_of_a_deployment() -> None:
    volumes = (
        Volume(name="data", mount_path="/data", claim=ClaimVolume(size="1Gi", storage_class="fast")),
        Volume(name="shared", mount_path="/shared", claim=ClaimVolume(name="media"), read_only=True, sub_path="a"),
        Volume(name="tmp", mount_path="/tmp", empty=EmptyVolume(size_limit="64Mi", medium="Memory")),
        Volume(name="run", mount_path="/run", empty=EmptyVolume()),
        Volume(name="conf", mount_path="/conf", config="app"),
        Volume(name="tls", mount_path="/tls", secret="app-tls"),
    )
    made = make(volumes=volumes, run_as_user=1000)
    assert [key for key in made if key[0] == "PersistentVolumeClaim"] == [("PersistentVolumeClaim", "api-data")]
    assert made["PersistentVolumeClaim", "api-data"]["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "fast",
    }
    spec = pod(made)
    assert spec["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}},
        {"name": "shared", "persistentVolumeClaim": {"claimName": "media"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi", "medium": "Memory"}},
        {"name": "run", "emptyDir": {}},
        {"name": "conf", "configMap": {"name": "app"}},
        {"name": "tls", "secret": {"secretName": "app-tls"}},
    ]
    assert container(made)["volumeMounts"][:2] == [
        {"name": "data", "mountPath": "/data"},
        {"name": "shared", "mountPath": "/shared", "subPath": "a", "readOnly": True},
    ]
    assert spec["securityContext"]["fsGroup"] == 1000
    # the old pod must let go of the claim before the new one can have it
    assert made["Deployment", "api"]["spec"]["strategy"] == {"type": "Recreate"}


def test_a_claim_for_many_rolls() -> None:
    claim = ClaimVolume(size="1Gi", access_modes=("ReadWriteMany",))
    made = make(volumes=(Volume(name="data", mount_path="/data", claim=claim),))
    assert "strategy" not in made["Deployment", "api"]["spec"]


def test_a_claim_of_nothing() -> None:
    report = Report()
    make(report, volumes=(Volume(name="data", mount_path="/data", claim=ClaimVolume()),))
    assert found(report) == [
        'error EW506 services.yaml#workload/volumes/0/claim: volume "data": a claim needs a name or a size'
    ]


@pytest.mark.parametrize("path", ["data", "/", "", "/a:b"])
def test_paths_where_nothing_can_be_mounted(path: str) -> None:
    report = Report()
    make(report, volumes=(Volume(name="data", mount_path=path, empty=EmptyVolume()),))
    assert codes(report) == ["EW506"]


def test_two_mounts_at_one_path() -> None:
    report = Report()
    volume = Volume(name="a", mount_path="/data", empty=EmptyVolume())
    make(report, volumes=(volume, volume.but(name="b")))
    assert found(report) == ["error EW506 services.yaml#workload/volumes/1/mountPath: two mounts at /data"]


def test_a_stateful_set_has_claims_for_each_pod_and_a_governing_service() -> None:
    volumes = (
        Volume(name="data", mount_path="/data", claim=ClaimVolume(size="1Gi")),
        Volume(
            name="shared",
            mount_path="/shared",
            claim=ClaimVolume(name="shared", size="1Gi", access_modes=("ReadWriteMany",)),
        ),
    )
    made = make(kind="statefulset", replicas=3, ports=(HTTP,), volumes=volumes)
    spec = made["StatefulSet", "api"]["spec"]
    assert (spec["replicas"], spec["serviceName"]) == (3, "api-headless")
    assert [template["metadata"]["name"] for template in spec["volumeClaimTemplates"]] == ["data"]
    assert [volume["name"] for volume in pod(made)["volumes"]] == ["shared"]
    assert ("PersistentVolumeClaim", "shared") in made
    assert made["Service", "api-headless"]["spec"]["clusterIP"] == "None"
    assert "clusterIP" not in made["Service", "api"]["spec"]


def test_a_stateful_set_without_ports_has_the_governing_service_alone() -> None:
    assert set(make(kind="statefulset")) == {("StatefulSet", "api"), ("Service", "api-headless")}


def test_a_daemon_set() -> None:
    assert set(make(kind="daemonset", ports=(HTTP,))) == {("DaemonSet", "api"), ("Service", "api")}


def test_a_cron_job() -> None:
    made = make(kind="cronjob", schedule="*/5 * * * *", time_zone="Europe/Berlin", timeout="10m", retries=2)
    spec = made["CronJob", "api"]["spec"]
    run = spec.pop("jobTemplate")["spec"]
    assert spec == {"schedule": "*/5 * * * *", "timeZone": "Europe/Berlin", "concurrencyPolicy": "Forbid"}
    assert (run["backoffLimit"], run["activeDeadlineSeconds"]) == (2, 600)
    assert run["template"]["spec"]["restartPolicy"] == "Never"


def test_a_job() -> None:
    spec = make(kind="job", retries=1)["Job", "api"]["spec"]
    assert spec.keys() == {"backoffLimit", "template"}
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_an_autoscaler_decides_how_many() -> None:
    made = make(autoscaling=Autoscaling(max_replicas=5, memory_percent=70), resources=Resources(memory="1Gi"))
    assert "replicas" not in made["Deployment", "api"]["spec"]
    spec = made["HorizontalPodAutoscaler", "api"]["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (1, 5)
    assert [metric["resource"]["name"] for metric in spec["metrics"]] == ["memory"]
    made = make(kind="statefulset", autoscaling=Autoscaling(max_replicas=5), resources=Resources(cpu="1"))
    default = made["HorizontalPodAutoscaler", "api"]["spec"]
    target = {"type": "Utilization", "averageUtilization": 80}
    assert default["metrics"] == [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


@pytest.mark.parametrize(
    ("declared", "limit"),
    [
        (DisruptionBudget(min_available="50%"), {"minAvailable": "50%"}),
        (DisruptionBudget(max_unavailable="1"), {"maxUnavailable": 1}),
    ],
)
def test_a_disruption_budget(declared: DisruptionBudget, limit: dict[str, Any]) -> None:
    spec = make(replicas=3, disruption_budget=declared)["PodDisruptionBudget", "api"]["spec"]
    assert {key: value for key, value in spec.items() if key != "selector"} == limit
    assert spec["selector"]["matchLabels"]["app.kubernetes.io/name"] == "api"


def test_accounts() -> None:
    existing = make(service_account=WorkloadServiceAccount(name="ops", token=True))
    assert set(existing) == {("Deployment", "api")}
    assert (pod(existing)["serviceAccountName"], pod(existing)["automountServiceAccountToken"]) == ("ops", True)
    made = make(service_account=WorkloadServiceAccount(name="ops", create=True))
    assert made["ServiceAccount", "ops"]["automountServiceAccountToken"] is False
    assert pod(made)["automountServiceAccountToken"] is False


REPOSITORY = {
    "conf/app.toml": b"debug = false\n",
    "sql/1.sql": b"one",
    "sql/more/2.sql": b"two",
    "sql/more/1.sql": b"again",
    "logo.png": b"\x89PNG\xff",
}
TOML = FileMount(path="conf/app.toml", mount_path="/etc/app/app.toml")


def test_one_file() -> None:
    made = make(repository=REPOSITORY, files=(TOML,))
    assert made["ConfigMap", "api-files"]["data"] == {"app.toml": "debug = false\n"}
    assert pod(made)["volumes"] == [{"name": "files", "configMap": {"name": "api-files"}}]
    assert container(made)["volumeMounts"] == [
        {"name": "files", "mountPath": "/etc/app/app.toml", "subPath": "app.toml", "readOnly": True}
    ]


def test_files_are_one_config_map() -> None:
    files = (
        TOML,
        FileMount(content="hello\n", mount_path="/srv/motd @1"),
        FileMount(path="logo.png", mount_path="/srv/logo.png"),
        FileMount(path="sql/**/*.sql", mount_path="/migrations"),
    )
    made = make(repository=REPOSITORY, files=files)
    config = made["ConfigMap", "api-files"]
    assert config["data"] == {
        "app.toml": "debug = false\n",
        "motd__1": "hello\n",
        "1.sql": "one",
        "1.sql-2": "again",
        "2.sql": "two",
    }
    assert base64.b64decode(config["binaryData"]["logo.png"]) == REPOSITORY["logo.png"]
    (volume,) = pod(made)["volumes"]
    assert {item["key"]: item["path"] for item in volume["configMap"]["items"]} == {
        "app.toml": "app.toml",
        "motd__1": "motd__1",
        "logo.png": "logo.png",
        "1.sql": "3.d/1.sql",
        "1.sql-2": "3.d/more/1.sql",
        "2.sql": "3.d/more/2.sql",
    }
    assert [(mount["mountPath"], mount["subPath"]) for mount in container(made)["volumeMounts"]] == [
        ("/etc/app/app.toml", "app.toml"),
        ("/srv/motd @1", "motd__1"),
        ("/srv/logo.png", "logo.png"),
        ("/migrations", "3.d"),
    ]


def test_a_changed_file_rolls_the_pods() -> None:
    def digest(repository: dict[str, bytes]) -> str:
        template = make(repository=repository, files=(TOML,))["Deployment", "api"]["spec"]["template"]
        return str(template["metadata"]["annotations"]["envwright.dev/files"])

    same, other = digest(REPOSITORY), digest({**REPOSITORY, "conf/app.toml": b"debug = true\n"})
    assert same == digest({**REPOSITORY, "logo.png": b""})
    assert same != other
    assert re.fullmatch("sha256:[0-9a-f]{64}", same)


def test_the_volume_of_the_files_keeps_out_of_the_way() -> None:
    volume = Volume(name="files", mount_path="/files", empty=EmptyVolume())
    made = make(repository=REPOSITORY, files=(TOML,), volumes=(volume,))
    assert [each["name"] for each in pod(made)["volumes"]] == ["files", "files-2"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            FileMount(path="conf/none.toml", mount_path="/a"),
            "EW001 services.yaml#workload/files/0/path: conf/none.toml is missing",
        ),
        (
            FileMount(path="none/*.sql", mount_path="/a"),
            "EW001 services.yaml#workload/files/0/path: no file matches none/*.sql",
        ),
        (
            FileMount(path="conf/app.toml", mount_path="/etc/"),
            'EW506 services.yaml#workload/files/0/mountPath: "/etc/" is not the path of a file',
        ),
    ],
)
def test_files_that_cannot_be_mounted(file: FileMount, message: str) -> None:
    report = Report()
    made = make(report, repository=REPOSITORY, files=(file,))
    assert found(report) == [f"error {message}"]
    assert "volumes" not in pod(made)


def test_a_config_map_takes_no_more_than_a_mebibyte() -> None:
    make(repository={"a.bin": b"\xff" * LARGEST}, files=(FileMount(path="a.bin", mount_path="/a"),))
    report = Report()
    make(report, repository={"a": b"x" * (LARGEST + 1)}, files=(FileMount(path="a", mount_path="/a"),))
    assert found(report) == [
        "error EW506 services.yaml#workload/files: the files have 1048577 bytes, and a ConfigMap takes 1048576"
    ]
