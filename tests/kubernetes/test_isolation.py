from __future__ import annotations

import copy
from typing import Any

import pytest

from envwright.kubernetes.isolation.isolate import UnitObjects, isolate
from envwright.kubernetes.isolation.rules import narrow_rules
from envwright.kubernetes.kinds import NO_CUSTOM_KINDS, CustomKinds, custom_kinds
from envwright.model.diagnostic import Report
from envwright.model.rendered import Omission
from tests.kubernetes.making import codes, found, manifests

NAMESPACE = "shop-dev-3"
RBAC = "apiVersion: rbac.authorization.k8s.io/v1"
ISSUER = "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: acme}}"


def isolated(
    text: str, mode: str, custom: CustomKinds = NO_CUSTOM_KINDS
) -> tuple[list[dict[str, Any]], tuple[Omission, ...], Report]:
    """Isolate every document as a unit of its own, for what belongs together may be far apart."""
    report = Report()
    units = [UnitObjects(f"unit-{number}", (each,)) for number, each in enumerate(manifests(text), 1)]
    before = copy.deepcopy(units)
    result, omitted = isolate(units, mode, namespace=NAMESPACE, custom=custom, report=report)  # type: ignore[arg-type]  # a parameter
    assert units == before
    assert [unit.unit for unit in result] == [unit.unit for unit in units]
    return [dict(each.content) for unit in result for each in unit.objects], omitted, report


@pytest.mark.parametrize("mode", ["refuse", "drop", "narrow"])
def test_what_lives_in_the_namespace_stays(mode: str) -> None:
    text = f"""
    {{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}}}
    ---
    {{apiVersion: v1, kind: ConfigMap, metadata: {{name: b, namespace: {NAMESPACE}}}}}
    ---
    {{{RBAC}, kind: Role, metadata: {{name: r}}, rules: [{{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}}]}}
    ---
    {{{RBAC}, kind: RoleBinding, metadata: {{name: r}}, roleRef: {{kind: Role, name: r}},
      subjects: [{{kind: ServiceAccount, name: a}}, {{kind: User, name: jane}}]}}
    """
    objects, omitted, report = isolated(text, mode)
    assert objects == [dict(each.content) for each in manifests(text)]
    assert omitted == ()
    assert report.items == []


@pytest.mark.parametrize("mode", ["refuse", "drop", "narrow"])
def test_the_own_namespace_belongs_to_the_platform(mode: str) -> None:
    text = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {NAMESPACE}}}}}"
    objects, omitted, report = isolated(text, mode)
    assert objects == []
    reason = "the platform makes the environment's own namespace"
    assert omitted == (Omission("unit-1", "v1", "Namespace", "", NAMESPACE, "platform", reason),)
    assert report.items == []


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        (ISSUER, "write an Issuer"),
        ("{apiVersion: v1, kind: Namespace, metadata: {name: other}}", "leave this one out"),
        ("{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}}", "PersistentVolumeClaim"),
        ("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}}", "the platform owns"),
        (
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a}}",
            "the platform owns",
        ),
        (f"{{{RBAC}, kind: ClusterRole, metadata: {{name: a}}}}", "write a Role"),
        (f"{{{RBAC}, kind: ClusterRoleBinding, metadata: {{name: a}}}}", "write a RoleBinding"),
    ],
)
def test_refuse_names_the_alternative(document: str, hint: str) -> None:
    objects, omitted, report = isolated(document, "refuse")
    assert (objects, omitted, codes(report)) == ([], (), ["EW600"])
    assert hint in report.items[0].hint


@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_drop_and_narrow_leave_out_and_list(mode: str) -> None:
    objects, (omitted,), report = isolated(ISSUER, mode)
    assert objects == []
    assert (omitted.kind, omitted.name, omitted.action) == ("ClusterIssuer", "acme", "dropped")
    assert found(report) == [
        "warning EW604 deploy/all.yaml: left out: "
        'ClusterIssuer "acme" is cluster-scoped, and this environment is isolated'
    ]


def test_a_kind_that_the_stack_defines_for_the_cluster_is_cluster_scoped() -> None:
    crd = {"kind": "CustomResourceDefinition", "spec": {"group": "mq.io", "scope": "Cluster", "names": {"kind": "Hub"}}}
    text = "{apiVersion: mq.io/v1, kind: Hub, metadata: {name: a}}"
    assert codes(isolated(text, "refuse", custom_kinds([crd]))[2]) == ["EW600"]
    assert codes(isolated(text, "refuse")[2]) == []


def test_foreign_namespaces() -> None:
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: coredns, namespace: kube-system}}"
    _, _, report = isolated(text, "refuse")
    assert found(report) == ['error EW601 deploy/all.yaml: ConfigMap "coredns" is for the namespace kube-system']
    for mode in ("drop", "narrow"):
        objects, (omitted,), report = isolated(text, mode)
        assert (objects, omitted.namespace, omitted.action, codes(report)) == ([], "kube-system", "dropped", ["EW604"])


SUBJECTS = f"""
{{{RBAC}, kind: RoleBinding, metadata: {{name: ops}}, roleRef: {{kind: Role, name: ops}}, subjects: [
  {{kind: ServiceAccount, name: ci, namespace: runners}},
  {{kind: Group, name: "system:serviceaccounts"}},
  {{kind: Group, name: "system:serviceaccounts:runners"}},
  {{kind: Group, name: "system:serviceaccounts:{NAMESPACE}"}},
  {{kind: User, name: "system:serviceaccount:runners:ci"}},
  {{kind: User, name: "system:serviceaccount:{NAMESPACE}:own"}},
  {{kind: Group, name: developers}},
  {{kind: ServiceAccount, name: own}}]}}
"""
FOREIGN = [
    "ServiceAccount runners/ci",
    "Group system:serviceaccounts",
    "Group system:serviceaccounts:runners",
    "User system:serviceaccount:runners:ci",
]


def test_a_binding_gives_no_rights_to_other_namespaces() -> None:
    _, _, report = isolated(SUBJECTS, "refuse")
    assert found(report) == [
        'error EW601 deploy/all.yaml: RoleBinding "ops" gives rights to another namespace\'s ' + ", ".join(FOREIGN)
    ]


@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_subjects_of_other_namespaces_are_dropped_and_listed(mode: str) -> None:
    (binding,), omitted, report = isolated(SUBJECTS, mode)
    assert [subject["name"] for subject in binding["subjects"]] == [
        f"system:serviceaccounts:{NAMESPACE}",
        f"system:serviceaccount:{NAMESPACE}:own",
        "developers",
        "own",
    ]
    assert binding["subjects"][-1]["namespace"] == NAMESPACE
    assert [(each.action, each.reason) for each in omitted] == [
        ("narrowed", f"without the subject {subject} of another namespace") for subject in FOREIGN
    ]
    assert codes(report) == ["EW605"]


@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_a_binding_without_subjects_left_goes(mode: str) -> None:
    text = f"""
    {{{RBAC}, kind: RoleBinding, metadata: {{name: ci}}, roleRef: {{kind: Role, name: r}},
      subjects: [{{kind: ServiceAccount, name: ci, namespace: runners}}]}}
    """
    objects, (omitted,), _ = isolated(text, mode)
    assert (objects, omitted.action) == ([], "dropped")


ROLES = f"""
{{{RBAC}, kind: ClusterRoleBinding, metadata: {{name: control, labels: {{a: b}}}},
  roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: control}},
  subjects: [{{kind: ServiceAccount, name: control, namespace: {NAMESPACE}}}]}}
---
{{{RBAC}, kind: ClusterRole, metadata: {{name: control}}, rules: [
  {{apiGroups: [""], resources: [pods, namespaces], verbs: [get, list]}}]}}
---
{{{RBAC}, kind: RoleBinding, metadata: {{name: viewer}},
  roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: control}},
  subjects: [{{kind: ServiceAccount, name: viewer}}]}}
"""


def test_narrow_makes_roles_of_the_namespace() -> None:
    (binding, role, other), omitted, report = isolated(ROLES, "narrow")
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "control"}
    assert role == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "control", "namespace": NAMESPACE},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}],
    }
    assert binding == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "control", "namespace": NAMESPACE, "labels": {"a": "b"}},
        "roleRef": reference,
        "subjects": [{"kind": "ServiceAccount", "name": "control", "namespace": NAMESPACE}],
    }
    assert (other["kind"], other["roleRef"]) == ("RoleBinding", reference)
    assert [(each.kind, each.name, each.reason) for each in omitted] == [
        ("ClusterRoleBinding", "control", 'became RoleBinding "control" of the namespace'),
        ("ClusterRoleBinding", "control", 'binds Role "control"'),
        ("ClusterRole", "control", 'became Role "control" of the namespace'),
        ("ClusterRole", "control", "without the cluster-scoped resource namespaces"),
        ("RoleBinding", "viewer", 'binds Role "control"'),
    ]
    assert codes(report) == ["EW605"] * 3
    assert report.items[1].detail.splitlines() == [
        'became Role "control" of the namespace',
        "without the cluster-scoped resource namespaces",
    ]


def test_drop_takes_the_bindings_with_the_roles() -> None:
    objects, omitted, report = isolated(ROLES, "drop")
    assert objects == []
    assert [each.action for each in omitted] == ["dropped"] * 3
    assert codes(report) == ["EW604"] * 3


def test_refuse_reports_the_role_and_its_cluster_wide_binding() -> None:
    _, _, report = isolated(ROLES, "refuse")
    assert found(report) == [
        'error EW600 deploy/all.yaml: ClusterRoleBinding "control" is cluster-scoped, and this environment is isolated',
        'error EW600 deploy/all.yaml: ClusterRole "control" is cluster-scoped, and this environment is isolated',
    ]


@pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
def test_a_cluster_role_of_others_is_never_bound(kind: str) -> None:
    text = f"""
    {{{RBAC}, kind: {kind}, metadata: {{name: a}}, roleRef: {{kind: ClusterRole, name: cluster-admin}},
      subjects: [{{kind: ServiceAccount, name: a, namespace: {NAMESPACE}}}]}}
    """
    assert codes(isolated(text, "refuse")[2]) == ["EW600"]
    for mode in ("drop", "narrow"):
        objects, (omitted,), report = isolated(text, mode)
        assert (objects, omitted.action, codes(report)) == ([], "dropped", ["EW604"])


def test_nothing_cluster_scoped_gets_past_whatever_its_shape() -> None:
    for body in ("roleRef: {kind: Role, name: a}", "roleRef: 3", "subjects: x", "a: b"):
        text = f"{{{RBAC}, kind: ClusterRoleBinding, metadata: {{name: a}}, {body}}}"
        assert isolated(text, "narrow")[0] == []


def test_names_that_meet_after_narrowing_get_a_suffix() -> None:
    text = f"""
    {{{RBAC}, kind: ClusterRole, metadata: {{name: ops}}, rules: []}}
    ---
    {{{RBAC}, kind: ClusterRole, metadata: {{name: ops-cluster}}, rules: []}}
    ---
    {{{RBAC}, kind: Role, metadata: {{name: ops}}, rules: []}}
    ---
    {{{RBAC}, kind: ClusterRoleBinding, metadata: {{name: ops}}, roleRef: {{kind: ClusterRole, name: ops}}}}
    ---
    {{{RBAC}, kind: RoleBinding, metadata: {{name: ops}}, roleRef: {{kind: Role, name: ops}}, subjects: []}}
    ---
    {{{RBAC}, kind: Role, metadata: {{name: elsewhere, namespace: other}}, rules: []}}
    ---
    {{{RBAC}, kind: ClusterRole, metadata: {{name: elsewhere}}, rules: []}}
    """
    objects, _, _ = isolated(text, "narrow")
    assert [(each["kind"], each["metadata"]["name"]) for each in objects] == [
        ("Role", "ops-cluster-cluster"),
        ("Role", "ops-cluster"),
        ("Role", "ops"),
        ("RoleBinding", "ops-cluster"),
        ("RoleBinding", "ops"),
        ("Role", "elsewhere"),
    ]
    assert objects[3]["roleRef"]["name"] == "ops-cluster-cluster"
    assert objects[4]["roleRef"]["name"] == "ops"


def rule(groups: list[str], resources: list[str], verbs: list[str], **more: Any) -> dict[str, Any]:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs, **more}


def test_rules_that_a_role_may_hold_stay_as_they_are() -> None:
    rules = [rule(["", "apps"], ["pods", "pods/exec", "deployments"], ["get", "create"], resourceNames=["a"])]
    assert narrow_rules(rules, NO_CUSTOM_KINDS) == (rules, ())


def test_escalating_verbs_go() -> None:
    verbs = ["get", "escalate", "bind", "impersonate", "impersonate:user-info", "impersonate-on:user-info:list"]
    rules, lost = narrow_rules([rule(["rbac.authorization.k8s.io"], ["roles"], verbs)], NO_CUSTOM_KINDS)
    assert rules == [rule(["rbac.authorization.k8s.io"], ["roles"], ["get"])]
    assert lost == tuple(f"without the verb {verb} on roles" for verb in verbs[1:])


def test_a_rule_of_nothing_else_goes_whole() -> None:
    given = [
        rule(["rbac.authorization.k8s.io"], ["roles"], ["escalate", "bind"]),
        rule([""], ["serviceaccounts/token"], ["create"]),
        rule([""], ["nodes", "nodes/proxy", "namespaces/finalize"], ["get"]),
        rule(["cert-manager.io"], ["clusterissuers"], ["get"]),
        {"nonResourceURLs": ["/metrics", "/healthz"], "verbs": ["get"]},
    ]
    rules, lost = narrow_rules(given, NO_CUSTOM_KINDS)
    assert rules == []
    assert lost == (
        "without the verb escalate on roles",
        "without the verb bind on roles",
        "dropped: the rule on roles, of which nothing is left",
        "without the resource serviceaccounts/token",
        "dropped: the rule on serviceaccounts/token, of which nothing is left",
        "without the cluster-scoped resource nodes",
        "without the cluster-scoped resource nodes/proxy",
        "without the cluster-scoped resource namespaces/finalize",
        "dropped: the rule on nodes, nodes/proxy, namespaces/finalize, of which nothing is left",
        "without the cluster-scoped resource clusterissuers",
        "dropped: the rule on clusterissuers, of which nothing is left",
        "without the non-resource URL /metrics",
        "without the non-resource URL /healthz",
    )


def test_wildcards_of_a_rule_that_vanishes_are_not_said_to_be_written_out() -> None:
    rules, lost = narrow_rules([rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], ["*"])], NO_CUSTOM_KINDS)
    assert rules == []
    assert lost == (
        "without the cluster-scoped resource customresourcedefinitions",
        "dropped: the rule on customresourcedefinitions, of which nothing is left",
    )


def test_wildcards_are_written_out() -> None:
    ((only,), lost) = narrow_rules([rule(["batch"], ["*"], ["*"])], NO_CUSTOM_KINDS)
    assert only == rule(
        ["batch"],
        ["cronjobs", "cronjobs/status", "jobs", "jobs/status"],
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    )
    assert lost == (
        "written out: the wildcard in the verbs on *",
        "written out: the wildcard * in the resources of the API group batch",
    )


def test_a_wildcard_for_a_subresource() -> None:
    rules, _ = narrow_rules([rule(["apps"], ["*/scale", "deployments"], ["update"])], NO_CUSTOM_KINDS)
    assert rules[0]["resources"] == [
        "deployments/scale",
        "replicasets/scale",
        "statefulsets/scale",
        "deployments",
    ]


def test_everything_is_everything_but_what_escapes() -> None:
    everything = [rule(["*"], ["*"], ["*"]), {"nonResourceURLs": ["*"], "verbs": ["*"]}]
    rules, lost = narrow_rules(everything, NO_CUSTOM_KINDS)
    by_group = {one["apiGroups"][0]: one["resources"] for one in rules}
    assert "*" not in str(rules)
    assert all(len(one["apiGroups"]) == 1 for one in rules)
    assert {"", "apps", "batch", "networking.k8s.io"} <= by_group.keys()
    assert "secrets" in by_group[""]
    assert "pods/log" in by_group[""]
    assert not {"nodes", "namespaces", "persistentvolumes", "serviceaccounts/token"} & set(by_group[""])
    assert by_group["rbac.authorization.k8s.io"] == ["rolebindings", "roles"]
    assert "without the resource serviceaccounts/token" in lost
    assert "without the non-resource URL *" in lost


def test_a_wildcard_covers_the_kinds_that_the_stack_defines_and_no_others() -> None:
    names = {"kind": "Queue", "plural": "queues"}
    crd = {"kind": "CustomResourceDefinition", "spec": {"group": "mq.io", "scope": "Namespaced", "names": names}}
    given = [rule(["mq.io", "other.io"], ["*"], ["get"])]
    rules, lost = narrow_rules(given, custom_kinds([crd]))
    assert rules == [rule(["mq.io"], ["queues"], ["get"])]
    assert lost == (
        "written out: the wildcard * in the resources of the API group mq.io",
        "dropped: the wildcard * in the resources of the API group other.io",
    )


def test_any_group_but_one_resource() -> None:
    rules, _ = narrow_rules([rule(["*"], ["events", "nodes"], ["create"])], NO_CUSTOM_KINDS)
    assert rules == [rule([""], ["events"], ["create"]), rule(["events.k8s.io"], ["events"], ["create"])]


@pytest.mark.parametrize("rules", [None, {}, "x", [3], [{}], [{"verbs": 1, "resources": {}}]])
def test_rules_of_the_wrong_shape_are_no_crash(rules: Any) -> None:
    assert narrow_rules(rules, NO_CUSTOM_KINDS) == ([], ())


def test_an_aggregate_is_listed() -> None:
    rule = "aggregationRule: {clusterRoleSelectors: []}"
    text = f"{{{RBAC}, kind: ClusterRole, metadata: {{name: a}}, {rule}, rules: []}}"
    (role,), omitted, _ = isolated(text, "narrow")
    assert "aggregationRule" not in role
    assert omitted[-1].reason == "without the rules of other ClusterRoles that it aggregates"
