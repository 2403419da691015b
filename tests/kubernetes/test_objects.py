from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.kubernetes.kinds import NO_CUSTOM_KINDS, custom_kinds
from envwright.kubernetes.nulls import EmptyVariable, nothing_to_explain, without_nulls
from envwright.kubernetes.objects import finish, objects_in, report_duplicates
from envwright.kubernetes.places import Path
from envwright.kubernetes.unstored import NEVER_STORED
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import HERE, codes, found, manifest, manifests

CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: app}}"


def objects(text: str, report: Report, empty: dict[Path, str] | None = None) -> tuple[KubernetesObject, ...]:
    def explain(path: Path) -> EmptyVariable | None:
        name = (empty or {}).get(path)
        return EmptyVariable(name, Mark("deploy/api.yaml.tpl", 9, 14)) if name else None

    return objects_in(yaml.safe_load(text), HERE, report, explain)


def finished(made: KubernetesObject, report: Report, **changes: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"namespace": "shop-dev-3", "environment": "shop/dev-3", "unit": "api"}
    options["custom"] = NO_CUSTOM_KINDS
    return dict(finish(made, **{**options, **changes}, report=report).content)


@pytest.mark.parametrize(("group", "kind"), NEVER_STORED)
def test_a_kind_that_is_never_stored_is_refused_and_nothing_else_is_said_of_it(group: str, kind: str) -> None:
    report = Report()
    assert objects(f"{{apiVersion: {group}/v1, kind: {kind}, spec: {{x: null}}}}".replace(" /v1", " v1"), report) == ()
    assert codes(report) == ["EW511"]


def test_the_kind_of_the_same_name_in_another_group_is_none_of_those() -> None:
    report = Report()
    assert len(objects("{apiVersion: acme.org/v1, kind: Binding, metadata: {name: app}}", report)) == 1
    assert report.items == []


def test_an_empty_document_has_no_objects() -> None:
    report = Report()
    assert objects("", report) == ()
    assert report.items == []


@pytest.mark.parametrize(
    ("document", "summary"),
    [
        ("- 1", "a list where a Kubernetes object should be"),
        ("text", "a text where a Kubernetes object should be"),
        ("true", "a boolean where a Kubernetes object should be"),
        ("kind: Service", "not a Kubernetes object: apiVersion is missing"),
        ("{apiVersion: 1, kind: Service}", "not a Kubernetes object: apiVersion is not text"),
        ("{apiVersion: v1, kind: ''}", "not a Kubernetes object: kind is missing"),
    ],
)
def test_what_is_no_object(document: str, summary: str) -> None:
    report = Report()
    assert objects(document, report) == ()
    assert found(report) == [f"error EW500 deploy/api.yaml.tpl: {summary}"]


@pytest.mark.parametrize(
    ("metadata", "hint"),
    [
        ("{}", "write metadata.name"),
        ("{name: ''}", "write metadata.name"),
        ("{generateName: a-}", "generateName makes"),
    ],
)
def test_an_object_without_a_name(metadata: str, hint: str) -> None:
    report = Report()
    assert objects(f"{{apiVersion: v1, kind: ConfigMap, metadata: {metadata}}}", report) == ()
    (item,) = report.items
    assert (item.code, item.summary) == ("EW501", "a ConfigMap without a name")
    assert item.hint.startswith(hint)


def test_a_list_is_its_items() -> None:
    report = Report()
    text = f"""
      apiVersion: v1
      kind: List
      items:
        - {CONFIG}
        - {{apiVersion: v1, kind: ServiceList, items: [{{metadata: {{name: api}}}}]}}
        - {{apiVersion: v1, kind: ConfigMap}}
        - 3
    """
    assert [(each.kind, each.name) for each in objects(text, report)] == [("ConfigMap", "app"), ("Service", "api")]
    assert codes(report) == ["EW501", "EW500"]


def test_a_custom_kind_may_be_called_a_list() -> None:
    (one,) = objects("{apiVersion: net.io/v1, kind: AllowList, metadata: {name: a}, spec: {items: []}}", Report())
    assert one.kind == "AllowList"


def test_a_null_of_an_empty_variable_names_it_and_its_place() -> None:
    report = Report()
    text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api}
      spec: {replicas: null, template: {spec: {containers: [{name: a, image: null, args: [null]}]}}}
    """
    image: Path = ("spec", "template", "spec", "containers", 0, "image")
    argument: Path = ("spec", "template", "spec", "containers", 0, "args", 0)
    (one,) = objects(text, report, {image: "API_IMAGE", argument: "LEVEL"})
    assert found(report) == [
        "error EW503 deploy/api.yaml.tpl: "
        "spec.template.spec.containers[0].image is null because the variable API_IMAGE is empty",
        "error EW503 deploy/api.yaml.tpl: "
        "spec.template.spec.containers[0].args[0] is null because the variable LEVEL is empty",
    ]
    assert report.items[0].where == Mark("deploy/api.yaml.tpl", 9, 14)
    # what the manifest itself says is null goes from maps and stays in lists
    assert one.content["spec"] == {"template": {"spec": {"containers": [{"name": "a", "args": [None]}]}}}


def test_an_empty_variable_in_the_name_is_said_once() -> None:
    report = Report()
    text = "{apiVersion: v1, kind: Namespace, metadata: {name: null}}"
    assert objects(text, report, {("metadata", "name"): "TARGET"}) == ()
    assert codes(report) == ["EW503"]


def test_an_empty_variable_in_a_list_item_is_found_by_its_path_in_the_document() -> None:
    report = Report()
    text = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {x: null}}]}"
    objects(text, report, {("items", 0, "spec", "x"): "X"})
    assert codes(report) == ["EW503"]


def test_an_empty_namespace_is_the_environments() -> None:
    report = Report()
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: null}}"
    (one,) = objects(text, report, {("metadata", "namespace"): "TARGET"})
    assert finished(one, report)["metadata"]["namespace"] == "shop-dev-3"
    assert report.items == []


def test_an_entry_without_a_value_in_a_configmap_is_empty_text() -> None:
    report = Report()
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: null}, data: {A: null, B: null, C: c}}"
    (one,) = objects(text, report, {("data", "B"): "B"})
    assert one.content["data"] == {"A": "", "C": "c"}
    assert one.content["metadata"] == {"name": "a"}
    assert codes(report) == ["EW503"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_nulls_go_from_maps_and_nothing_else_changes(document: dict[str, Any]) -> None:
    def lacking(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: lacking(item) for key, item in value.items() if item is not None}
        return [lacking(item) for item in value] if isinstance(value, list) else value

    before = copy.deepcopy(document)
    report = Report()
    assert without_nulls(document, (), nothing_to_explain, report) == lacking(document)
    assert document == before
    assert report.items == []


@pytest.mark.parametrize(
    ("metadata", "summary"),
    [
        ("[]", "metadata is a list, not a map"),
        ("{name: 12}", "metadata.name is a number, not text"),
        ("{name: a, namespace: true}", "metadata.namespace is a boolean, not text"),
        ("{name: a, labels: {tier: 1}}", '"tier" in labels of metadata is a number, not text'),
        ("{name: a, annotations: {ready: yes}}", '"ready" in annotations of metadata is a boolean, not text'),
        ("{name: a, annotations: [x]}", "annotations of metadata is a list, not a map"),
        ("{name: a, finalizers: x/y}", "metadata.finalizers is a text, not a list"),
    ],
)
def test_metadata_of_the_wrong_shape(metadata: str, summary: str) -> None:
    report = Report()
    assert objects(f"{{apiVersion: v1, kind: Service, metadata: {metadata}}}", report) == ()
    assert found(report) == [f"error EW507 deploy/api.yaml.tpl: {summary}"]


@pytest.mark.parametrize(("name", "hint"), [("8080", 'quote it: "8080"'), ("yes", "quote it"), ("no", "quote it")])
def test_a_name_that_yaml_takes_for_something_else_is_to_be_quoted(name: str, hint: str) -> None:
    report = Report()
    objects(f"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}}}", report)
    assert [item.hint for item in report.items] == [hint]


def test_annotations_of_the_pods_are_text_too() -> None:
    report = Report()
    template = "{metadata: {annotations: {prometheus.io/port: 8080}}}"
    objects(f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{template: {template}}}}}", report)
    assert found(report) == [
        "error EW507 deploy/api.yaml.tpl: "
        '"prometheus.io/port" in annotations of the pods\' metadata is a number, not text'
    ]


def test_what_a_cluster_wrote_is_refused() -> None:
    report = Report()
    text = """
      apiVersion: v1
      kind: Service
      metadata: {name: a, uid: 1-2, resourceVersion: "7", creationTimestamp: null, ownerReferences: [{uid: x}]}
      status: {loadBalancer: {ingress: [{ip: 10.0.0.1}]}}
    """
    objects(text, report)
    assert found(report) == [
        "error EW504 deploy/api.yaml.tpl: Service sets metadata.ownerReferences, metadata.resourceVersion, "
        "metadata.uid, status, which the API server owns"
    ]


@pytest.mark.parametrize(
    "status", ["{}", "{loadBalancer: {}}", "{conditions: [], names: {kind: '', plural: ''}}", "null"]
)
def test_a_status_that_says_nothing_is_dropped(status: str) -> None:
    report = Report()
    (one,) = objects(f"{{apiVersion: v1, kind: Service, metadata: {{name: a}}, status: {status}}}", report)
    assert "status" not in one.content
    assert report.items == []


def test_finish_sets_namespace_and_owner() -> None:
    report = Report()
    one = manifest("{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {x: y}}, spec: {ports: []}}")
    before = copy.deepcopy(one.content)
    assert finished(one, report)["metadata"] == {
        "name": "a",
        "namespace": "shop-dev-3",
        "annotations": {"x": "y", "envwright.dev/environment": "shop/dev-3", "envwright.dev/unit": "api"},
    }
    assert one.content == before


def test_another_namespace_stays_and_a_cluster_scoped_object_has_none() -> None:
    report = Report()
    other = manifest("{apiVersion: v1, kind: Service, metadata: {name: a, namespace: kube-system}}")
    role = manifest(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'a:b', namespace: shop}}"
    )
    assert finished(other, report)["metadata"]["namespace"] == "kube-system"
    assert "namespace" not in finished(role, report)["metadata"]
    assert report.items == []


def test_the_stacks_own_kinds_say_whether_they_have_a_namespace() -> None:
    definition = manifest(
        "{kind: CustomResourceDefinition, spec: {group: mq.io, scope: Cluster, names: {kind: Hub, plural: hubs}}}"
    )
    hub = manifest("{apiVersion: mq.io/v1, kind: Hub, metadata: {name: a}}")
    custom = custom_kinds([definition.content])
    assert "namespace" not in finished(hub, Report(), custom=custom)["metadata"]
    assert "namespace" in finished(hub, Report())["metadata"]


def test_a_finalizer_needs_its_controller() -> None:
    report = Report()
    custom = custom_kinds(
        [{"kind": "CustomResourceDefinition", "spec": {"group": "mq.io", "names": {"kind": "Queue"}}}]
    )
    queue = manifest("{apiVersion: mq.io/v1, kind: Queue, metadata: {name: a, finalizers: [mq.io/drain, x.org/y]}}")
    finished(queue, report, custom=custom)
    assert found(report) == [
        'error EW504 deploy/api.yaml.tpl: Queue "a" has the finalizer x.org/y, which nothing here serves'
    ]


def test_finish_looks_at_the_name() -> None:
    report = Report()
    finished(manifest("{apiVersion: v1, kind: Service, metadata: {name: 1api}}"), report)
    assert codes(report) == ["EW508"]


def test_an_object_that_is_made_twice_shows_both_places() -> None:
    report = Report()
    report_duplicates(
        manifests(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: shop}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: other}}
            ---
            {apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: a, namespace: shop}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: a, namespace: shop}}
            """
        ),
        report,
    )
    (item,) = report.items
    assert (item.code, item.summary) == ("EW502", 'Deployment "a" in shop is made twice by the Job of an image')
    assert (item.where, item.related[0].where) == (Mark("deploy/all.yaml", 3), Mark("deploy/all.yaml", 1))


@pytest.mark.parametrize(
    ("units", "summary", "hint"),
    [
        (
            ("api", "web"),
            'ConfigMap "a" is made by the unit "api" and by the unit "web"',
            "leave it out of one of them",
        ),
        (("api", "api"), 'ConfigMap "a" is made twice by the unit "api"', "leave one of them out"),
    ],
)
def test_an_object_that_is_made_twice_names_its_units(units: tuple[str, str], summary: str, hint: str) -> None:
    report = Report()
    config = "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, annotations: {{envwright.dev/unit: {0}}}}}}}"
    report_duplicates([manifest(config.format(unit)) for unit in units], report)
    (item,) = report.items
    assert (item.summary, item.hint) == (summary, hint)
