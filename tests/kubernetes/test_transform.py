from __future__ import annotations

import copy
from typing import Any

import pytest

from envwright.kubernetes.pods import POD_TEMPLATES, pod_spec_of, with_pod_spec
from envwright.kubernetes.transform import transform_unit
from envwright.model.contract.unit import JsonOperation, Mount, ObjectSelector, Patch, UnitFields
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import found, manifest, manifests, place

UNIT = """
{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {replicas: 1, template: {spec: {
  initContainers: [{name: init}], containers: [{name: a, volumeMounts: [{name: tmp, mountPath: /tmp}]}, {name: b}],
  volumes: [{name: tmp, emptyDir: {}}]}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: api}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: admin}, spec: {ports: [{port: 81}]}}
"""


def transform(report: Report, **fields: Any) -> tuple[KubernetesObject, ...]:
    objects = manifests(UNIT)
    before = copy.deepcopy(objects)
    changed = transform_unit(objects, UnitFields(**fields), place, report)
    assert objects == before
    return changed


def selector(kind: str, name: str = "") -> ObjectSelector:
    return ObjectSelector(kind=kind, name=name)


def names(objects: tuple[KubernetesObject, ...]) -> list[str]:
    return [f"{each.kind} {each.name}" for each in objects]


def test_nothing_said_changes_nothing() -> None:
    report = Report()
    assert transform(report) == manifests(UNIT)
    assert report.items == []


def test_exclude_by_kind_and_by_name() -> None:
    report = Report()
    assert names(transform(report, exclude=(selector("Service"),))) == ["Deployment api"]
    assert names(transform(report, exclude=(selector("Service", "admin"),))) == ["Deployment api", "Service api"]
    assert report.items == []


def test_an_exclude_that_matches_nothing_is_a_warning() -> None:
    report = Report()
    changed = transform(report, exclude=(selector("Service", "admin"), selector("Ingress", "web")))
    assert len(changed) == 2
    assert found(report) == ['warning EW505 services.yaml#exclude/1: exclude matches nothing: Ingress "web"']
    assert report.items[0].hint == 'the unit has Deployment "api", Service "api"'


def test_patches_apply_in_order_to_all_that_they_target() -> None:
    report = Report()
    patches = (
        Patch(target=selector("Service"), merge={"spec": {"type": "NodePort", "ports": ({"port": 90},)}}),
        Patch(
            target=selector("Service", "api"), json=(JsonOperation(op="replace", path="/spec/ports/0/port", value=91),)
        ),
    )
    _, api, admin = transform(report, patches=patches)
    assert api.content["spec"] == {"type": "NodePort", "ports": [{"port": 91}]}
    assert admin.content["spec"] == {"type": "NodePort", "ports": [{"port": 90}]}
    assert report.items == []


def test_a_patch_may_rename() -> None:
    report = Report()
    patch = Patch(target=selector("Service", "admin"), merge={"metadata": {"name": "back"}})
    assert names(transform(report, patches=(patch,)))[2] == "Service back"


def test_a_patch_that_matches_nothing_is_an_error() -> None:
    report = Report()
    transform(report, patches=(Patch(target=selector("Ingress"), merge={}),))
    assert found(report) == ["error EW505 services.yaml#patches/0: the patch matches nothing: any Ingress"]


def test_a_patch_that_does_not_fit_says_where() -> None:
    report = Report()
    operations = (
        JsonOperation(op="add", path="/spec/ports/-", value={"port": 1}),
        JsonOperation(op="remove", path="/spec/type"),
    )
    changed = transform(report, patches=(Patch(target=selector("Service", "api"), json=operations),))
    assert changed == manifests(UNIT)
    assert found(report) == [
        'error EW505 services.yaml#patches/0: the patch does not fit Service "api": operation 2: nothing at /spec/type'
    ]
    assert report.items[0].detail == "the object comes from deploy/all.yaml:2:1"


@pytest.mark.parametrize(
    ("merge", "message"),
    [
        ({"kind": None}, "EW500 services.yaml#patches/0: not a Kubernetes object: kind is missing"),
        ({"metadata": None}, "EW501 services.yaml#patches/0: a Deployment without a name"),
        ({"metadata": "x"}, "EW507 services.yaml#patches/0: metadata is a text, not a map"),
        (
            {"metadata": {"labels": {"a": 1}}},
            'EW507 services.yaml#patches/0: "a" in labels of metadata is a number, not text',
        ),
        (
            {"metadata": {"uid": "1"}},
            "EW504 services.yaml#patches/0: Deployment sets metadata.uid, which the API server owns",
        ),
    ],
)
def test_a_patch_that_breaks_the_object(merge: dict[str, Any], message: str) -> None:
    report = Report()
    changed = transform(report, patches=(Patch(target=selector("Deployment"), merge=merge),))
    assert changed == manifests(UNIT)
    assert found(report) == [f"error {message}"]


def test_a_json_patch_of_the_whole_object_must_leave_an_object() -> None:
    report = Report()
    patch = Patch(target=selector("Deployment"), json=(JsonOperation(op="replace", path="", value=()),))
    transform(report, patches=(patch,))
    assert found(report) == ["error EW500 services.yaml#patches/0: a list where a Kubernetes object should be"]


WORKSPACE = Mount(name="ws", claim_name="shop-ws", mount_path="/workspace", sub_path="slots/3", read_only=True)


def test_a_mount_goes_into_every_container() -> None:
    report = Report()
    deployment, service, _ = transform(report, mounts=(WORKSPACE,))
    mount = {"name": "ws", "mountPath": "/workspace", "subPath": "slots/3", "readOnly": True}
    assert deployment.content["spec"]["template"]["spec"] == {
        "initContainers": [{"name": "init", "volumeMounts": [mount]}],
        "containers": [
            {"name": "a", "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, mount]},
            {"name": "b", "volumeMounts": [mount]},
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "ws", "persistentVolumeClaim": {"claimName": "shop-ws"}}],
    }
    assert "template" not in service.content["spec"]
    assert report.items == []


def test_the_same_mount_is_not_made_twice() -> None:
    report = Report()
    once = transform(report, mounts=(WORKSPACE,))
    assert transform_unit(once, UnitFields(mounts=(WORKSPACE,)), place, report) == once
    assert report.items == []


@pytest.mark.parametrize(
    ("mount", "problem"),
    [
        (Mount(name="tmp", claim_name="c", mount_path="/x"), 'the pod has another volume "tmp"'),
        (Mount(name="ws", claim_name="c", mount_path="/tmp"), 'container "a" has volume "tmp" at /tmp'),
    ],
)
def test_a_mount_in_a_place_that_is_taken(mount: Mount, problem: str) -> None:
    report = Report()
    assert transform(report, mounts=(mount,)) == manifests(UNIT)
    assert found(report) == [f'error EW506 services.yaml#mounts/0: mount "{mount.name}" in Deployment "api": {problem}']


def test_a_mount_needs_a_pod() -> None:
    report = Report()
    transform(report, exclude=(selector("Deployment"),), mounts=(WORKSPACE,))
    assert found(report) == ['error EW506 services.yaml#mounts/0: mount "ws": the unit has no pods']


@pytest.mark.parametrize("shape", ["{}", "{containers: 3}", "{containers: [x], volumes: {}}", "{containers: [{}]}"])
def test_a_pod_of_the_wrong_shape_is_no_crash(shape: str) -> None:
    pod = manifest(f"{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {shape}}}")
    (changed,) = transform_unit([pod], UnitFields(mounts=(WORKSPACE,)), place, Report())
    assert changed.content["spec"]["volumes"][0]["name"] == "ws"


@pytest.mark.parametrize(("group", "kind"), POD_TEMPLATES)
def test_pods_are_found_wherever_they_are_nested(group: str, kind: str) -> None:
    content: dict[str, Any] = {"spec": {"containers": []}, "metadata": {}}
    for step in reversed(POD_TEMPLATES[group, kind]):
        content = {step: content}
    content = {**content, "apiVersion": f"{group}/v1".removeprefix("/"), "kind": kind}
    assert pod_spec_of(content) == {"containers": []}
    changed = with_pod_spec(content, {"containers": [1]})
    assert pod_spec_of(changed) == {"containers": [1]}
    assert pod_spec_of(content) == {"containers": []}


def test_other_objects_have_no_pods() -> None:
    service = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": {"template": {"spec": {}}}}
    assert pod_spec_of(service) is None
    with pytest.raises(KeyError):
        with_pod_spec(service, {})
