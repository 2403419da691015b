"""What a plan changes against its predecessor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from envwright.model.contract.orchestration import Orchestration, PrunePolicy
from envwright.model.diagnostic import Refused
from envwright.model.rendered import KubernetesObject, Omission, RenderedUnit
from envwright.model.resolved import ResolvedImage
from envwright.plan.canonical import digest_of_bytes
from envwright.plan.files import manifest_files
from envwright.plan.schema import transition_schema
from envwright.plan.transition import compute_transition, refuse_emptying, transition_bytes
from envwright.plan.tree import stored_tree
from envwright.plan.writing import plan_bytes
from tests.plan.stacks import stacks
from tests.plan.trees import names, transition, tree
from tests.support.plans import deployment, emit, job, layout_of, plan_of, pod_template, shop, thing, unit

NETWORKING = "networking.k8s.io/v1"


def ingress(name: str, *hosts: str, **spec: Any) -> KubernetesObject:
    rules = [{"host": host, "http": {"paths": [{"path": "/", "backend": {}}]}} for host in hosts]
    return thing("Ingress", name, api_version=NETWORKING, spec={"rules": rules, **spec})


def claim(name: str, *modes: str) -> KubernetesObject:
    return thing("PersistentVolumeClaim", name, spec={"accessModes": list(modes)})


def mounting(name: str, claim_name: str) -> KubernetesObject:
    return deployment(name, volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": claim_name}}])


def test_without_a_predecessor_all_is_created() -> None:
    found = compute_transition(None, tree(unit("a", "internal", deployment("a"), jobs=[job("a-schema")])))
    assert found.predecessor is None
    assert names(found.created) == ["Deployment a"]
    assert found.runs == ("run-job/a/schema",)
    assert [image.name for image in found.images] == ["api"]


@settings(max_examples=20, deadline=None)
@given(stacks(), stacks())
def test_laws_of_transitions(old: tuple[RenderedUnit, ...], new: tuple[RenderedUnit, ...]) -> None:
    before, after = tree(*old), tree(*new)
    there, back = compute_transition(before, after), compute_transition(after, before)
    Draft202012Validator(transition_schema()).validate(json.loads(transition_bytes(there)))
    assert sorted(names(there.created)) == sorted(names((*back.deleted, *back.kept)))
    assert names(there.changed + there.replaced) == names(back.changed + back.replaced)
    same = compute_transition(before, before)
    unchanged = {"schema_version", "predecessor", "plan", "runs"}
    assert {name for name, value in vars(same).items() if value} - unchanged == set()
    assert (there.predecessor, there.plan) == (before.digest, after.digest)


def test_objects_are_deleted_by_name() -> None:
    found = transition(unit("a", "edge", deployment("a"), thing("Service", "a")), unit("a", "edge", deployment("a")))
    assert names(found.deleted) == ["Service a"]
    assert names(found.created + found.changed) == []


def test_a_job_is_run_and_never_an_object_that_stays() -> None:
    before = unit("a", "internal", deployment("a"), jobs=[job("a-old"), job("a-same")])
    after = unit("a", "internal", deployment("a"), jobs=[job("a-new"), job("a-same")])
    found = transition(before, after)
    assert found.runs == ("run-job/a/new",)
    assert names(found.created + found.deleted + found.changed) == []
    always = job("a-same")._replace(run_on="always")
    assert transition(before, unit("a", "internal", deployment("a"), jobs=[always])).runs == ("run-job/a/same",)


@pytest.mark.parametrize("kind", ["Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"])
def test_what_holds_data_or_others_is_kept(kind: str) -> None:
    found = transition(unit("a", "edge", deployment("a"), thing(kind, "data")), unit("a", "edge", deployment("a")))
    assert names(found.deleted) == []
    assert [item.reason for item in found.kept] == [f"a {kind} is never pruned"]


def test_why_other_objects_are_kept() -> None:
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}], "template": pod_template("db:1")}
    database = thing("StatefulSet", "db", api_version="apps/v1", spec=templates)
    cache = thing("StatefulSet", "cache", api_version="apps/v1", spec={"template": pod_template("cache:1")})
    account = thing("ServiceAccount", "a")
    before = tree(unit("a", "edge", account, database, cache), unit("b", "edge", options={"prune": False}))
    policy = Orchestration(prune_policy=PrunePolicy(protected_kinds=("ServiceAccount",)))
    found = compute_transition(before, tree(unit("c"), orchestration=policy))
    assert names(found.deleted) == ["StatefulSet cache"]
    assert {item.name: item.reason for item in found.kept} == {
        "a": "`prunePolicy` protects the kind ServiceAccount",
        "b": "its unit has `prune: false`",
        "db": "a StatefulSet with claims is never pruned",
    }


def test_a_plan_of_some_units_deletes_nothing() -> None:
    found = compute_transition(tree(unit("a"), unit("b")), tree(unit("a"), whole=False))
    assert found.deleted == ()
    assert [item.reason for item in found.kept] == ["the plan prunes nothing"]


def test_an_object_that_the_owner_of_the_namespace_takes_over_is_not_deleted() -> None:
    left = Omission("a", "apps/v1", "Deployment", "shop-production", "a", "owner", "main has it")
    after = tree(unit("b"), omissions=[left])
    found = compute_transition(tree(unit("a"), unit("b")), after)
    assert found.deleted == ()
    assert [(item.name, item.reason) for item in found.kept] == [("a", "the owner of the namespace has it now")]


def test_an_object_that_moves_to_another_unit_is_not_deleted() -> None:
    found = compute_transition(
        tree(unit("old", "internal", deployment("a"))), tree(unit("new", "edge", deployment("a")))
    )
    assert names(found.created + found.deleted + found.changed) == []
    (moved,) = found.moved
    assert (moved.from_unit, moved.unit) == ("old", "new")
    assert moved.from_file == "manifests/internal/old/deployment-a.yaml"
    assert moved.file == "manifests/edge/new/deployment-a.yaml"


def test_another_api_version_is_the_same_object() -> None:
    before = unit("a", "edge", thing("CronJob", "a", api_version="batch/v1beta1"))
    found = transition(before, unit("a", "edge", thing("CronJob", "a", api_version="batch/v1")))
    assert names(found.changed) == ["CronJob a"]
    assert names(found.created + found.deleted) == []


@pytest.mark.parametrize("consent", [True, False])
def test_a_change_that_the_server_refuses_is_a_replacement(consent: bool) -> None:
    old = deployment("a")
    selector = {"matchLabels": {"app": "other"}}
    new = old._replace(content={**old.content, "spec": {**old.content["spec"], "selector": selector}})
    found = transition(unit("a", "edge", old), unit("a", "edge", new, options={"replace": consent}))
    assert found.changed == ()
    (replaced,) = found.replaced
    assert (replaced.immutable_fields, replaced.consent) == (("spec.selector",), consent)
    assert [item.reason for item in found.disruptive] == [
        "deleted and created again: all its pods stop before the new ones start"
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (deployment("a", replicas=2), deployment("a", replicas=0), "scaled to zero"),
        (
            deployment("a", strategy={"type": "Recreate"}),
            deployment("a", "api:2", strategy={"type": "Recreate"}),
            "all its pods stop before the new ones start (strategy Recreate)",
        ),
        (
            thing("StatefulSet", "a", api_version="apps/v1", spec={"template": pod_template("db:1")}),
            thing("StatefulSet", "a", api_version="apps/v1", spec={"template": pod_template("db:2")}),
            "its only pod stops before the new one starts",
        ),
        (
            deployment("a", container={"ports": [{"hostPort": 80, "containerPort": 8080}]}),
            deployment("a", "api:2", container={"ports": [{"hostPort": 80, "containerPort": 8080}]}),
            "a new pod waits until an old one frees host port 80/TCP",
        ),
    ],
    ids=["zero", "recreate", "one pod", "host port"],
)
def test_what_will_be_felt(old: KubernetesObject, new: KubernetesObject, reason: str) -> None:
    found = transition(unit("a", "edge", old), unit("a", "edge", new))
    assert [item.reason for item in found.disruptive] == [reason]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (deployment("a"), deployment("a", "api:2")),
        (deployment("a", replicas=0), deployment("a", "api:2", replicas=0)),
        (deployment("a", strategy={"type": "Recreate"}), deployment("a", strategy={"type": "Recreate"}, replicas=2)),
        (thing("ConfigMap", "a", data={"a": "1"}), thing("ConfigMap", "a", data={"a": "2"})),
    ],
    ids=["rolling", "still zero", "same pods", "config"],
)
def test_what_nobody_feels(old: KubernetesObject, new: KubernetesObject) -> None:
    assert transition(unit("a", "edge", old), unit("a", "edge", new)).disruptive == ()


def test_a_claim_that_is_replaced_loses_its_data() -> None:
    found = transition(
        unit("a", "edge", claim("data", "ReadWriteOnce")), unit("a", "edge", claim("data", "ReadWriteMany"))
    )
    assert [item.reason for item in found.disruptive] == ["deleted and created again: its data is lost"]


def test_hosts_that_move_or_go_are_felt() -> None:
    before = unit("web", "edge", ingress("a", "one.test", "two.test"), ingress("b", "three.test"))
    after = unit("web", "edge", ingress("a", "three.test"), ingress("c", "one.test"))
    found = transition(before, after)
    assert [(item.name, item.reason) for item in found.disruptive] == [
        ("a", "ingress host three.test/ moves here from Ingress b"),
        ("a", "ingress host two.test/ is no longer served"),
        ("c", "ingress host one.test/ moves here from Ingress a"),
    ]


PORT = {"ports": [{"name": "http", "hostPort": 80, "containerPort": 8080}]}


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        (deployment("old", container=PORT), deployment("new", container=PORT), "host port 80/TCP"),
        (
            deployment("old", hostNetwork=True, container={"ports": [{"containerPort": 53, "protocol": "UDP"}]}),
            deployment("new", container={"ports": [{"hostPort": 53, "containerPort": 1, "protocol": "UDP"}]}),
            "host port 53/UDP",
        ),
        (mounting("old", "data"), mounting("new", "data"), "claim shop-production/data"),
        (ingress("old", "shop.test"), ingress("new", "shop.test"), "ingress host shop.test/"),
        (
            thing("Service", "old", spec={"ports": [{"nodePort": 30080}]}),
            thing("Service", "new", spec={"ports": [{"nodePort": 30080}]}),
            "node port 30080/TCP",
        ),
    ],
    ids=["host port", "host network", "claim", "ingress host", "node port"],
)
def test_a_rename_that_holds_what_only_one_can_deletes_first(
    old: KubernetesObject, new: KubernetesObject, holds: str
) -> None:
    found = transition(unit("a", "edge", old), unit("a", "edge", new))
    (first,) = found.delete_first
    assert (first.delete.name, first.before.name, first.holds) == ("old", "new", holds)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (deployment("old"), deployment("new")),
        (mounting("old", "data"), mounting("new", "other")),
        (ingress("old", "shop.test"), ingress("new", "shop.test", ingressClassName="other")),
        (deployment("old", container=PORT), deployment("old", "api:2", container=PORT)),
    ],
    ids=["nothing held", "other claim", "other class", "same name"],
)
def test_other_renames_need_no_order(old: KubernetesObject, new: KubernetesObject) -> None:
    assert transition(unit("a", "edge", old), unit("a", "edge", new)).delete_first == ()


def test_a_claim_that_many_may_mount_needs_no_order() -> None:
    shared = claim("data", "ReadWriteMany")
    found = transition(
        unit("a", "edge", shared, mounting("old", "data")), unit("a", "edge", shared, mounting("new", "data"))
    )
    assert found.delete_first == ()


def test_images_that_changed() -> None:
    def image(reference: str) -> dict[str, ResolvedImage]:
        return {"api": ResolvedImage(type="external", reference=reference)}

    found = compute_transition(tree(unit("a"), images=image("api:1")), tree(unit("a"), images=image("api:2")))
    assert [(each.name, each.before, each.after) for each in found.images] == [("api", "api:1", "api:2")]


def test_a_tree_that_was_written_before_compares_like_the_one_that_was_rendered() -> None:
    units = shop()
    files = {path: file.data for path, file in manifest_files(layout_of(*units), emit).items()}
    plan_json = plan_bytes(plan_of(*units))
    stored = stored_tree(plan_json, files.get, json.loads)
    assert stored.digest == digest_of_bytes(plan_json)
    target = tree(unit("postgres", "stateful"), unit("other", "edge"))
    assert compute_transition(stored, target) == compute_transition(tree(*units), target)


def test_a_file_that_the_plan_does_not_know_counts_as_unreadable() -> None:
    old, new = unit("a", "edge", claim("a", "ReadWriteOnce")), unit("a", "edge", claim("a", "ReadWriteMany"))
    path = "manifests/edge/a/persistentvolumeclaim-a.yaml"
    plan_json = plan_bytes(plan_of(old))
    for content in (None, b"newer", emit(new.objects[0].content).encode()):
        stored = stored_tree(plan_json, {path: content}.get, json.loads)
        assert stored.read(path) == {}
        found = compute_transition(stored, tree(new))
        assert (names(found.changed), found.replaced, found.disruptive) == (["PersistentVolumeClaim a"], (), ())


def test_a_stored_plan_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Refused, match=r"out/plan\.json:1:1 EW702"):
        stored_tree(b"{}", {}.get, json.loads, "out/plan.json")


def test_a_render_that_would_empty_the_environment_is_refused() -> None:
    full, empty = plan_of(unit("a")), plan_of()
    with pytest.raises(Refused, match="EW703 the render of production has no objects, its predecessor has 1"):
        refuse_emptying(full, empty)
    for allowed in ((None, empty), (empty, empty), (empty, full), (full, full)):
        refuse_emptying(*allowed)
