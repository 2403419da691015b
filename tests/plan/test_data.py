"""What a transition says of data whose holder is renamed, replaced or gone."""

from __future__ import annotations

from typing import Any

import pytest

from envwright.kubernetes.objects import UNIT_ANNOTATION
from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright.plan.transition import compute_transition
from tests.plan.test_transition import claim
from tests.plan.trees import names, transition, tree
from tests.support.plans import deployment, environment, job, pod_template, thing, unit


def database(name: str, *claims: str, size: str = "1Gi", namespace: str = "shop-production", **spec: Any) -> Any:
    template = {"resources": {"requests": {"storage": size}}}
    made = [{"metadata": {"name": each}, "spec": template} for each in claims]
    body = {"replicas": 2, "template": pod_template("db:1"), "volumeClaimTemplates": made, **spec}
    return thing("StatefulSet", name, api_version="apps/v1", namespace=namespace, spec=body)


def felt(before: RenderedUnit, after: RenderedUnit) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in transition(before, after).disruptive:
        found.setdefault(f"{item.kind} {item.name}", []).append(item.reason)
    return found


def test_a_unit_that_is_renamed_begins_without_its_data() -> None:
    before = unit("postgres", "stateful", database("postgres", "data"), claim("postgres-backups", "ReadWriteOnce"))
    after = unit("database", "stateful", database("database", "data"), claim("database-backups", "ReadWriteOnce"))
    assert felt(before, after) == {
        "StatefulSet database": ["begins with empty claims: StatefulSet postgres is kept with its data, and runs on"],
        "PersistentVolumeClaim database-backups": [
            "begins empty: the data stays in PersistentVolumeClaim postgres-backups, which is kept"
        ],
    }


def test_a_claim_that_is_renamed_inside_its_unit_begins_empty() -> None:
    before = unit("files", "stateful", claim("old", "ReadWriteOnce"), claim("other", "ReadWriteOnce"))
    after = unit("files", "stateful", claim("new", "ReadWriteOnce"), claim("other", "ReadWriteOnce"))
    assert felt(before, after) == {
        "PersistentVolumeClaim new": ["begins empty: the data stays in PersistentVolumeClaim old, which is kept"]
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (unit("a", "stateful", claim("a", "ReadWriteOnce"), deployment("a")), unit("a", "stateful", deployment("a"))),
        (unit("a", "stateful", database("a")), unit("b", "stateful", database("b"))),
        (
            unit("a", "stateful", claim("a", "ReadWriteOnce")),
            unit("a", "stateful", *(claim(name, "ReadWriteOnce") for name in ("x", "y"))),
        ),
    ],
    ids=["gone", "no data", "which of them is not known"],
)
def test_what_takes_no_place_of_data_is_not_felt(before: RenderedUnit, after: RenderedUnit) -> None:
    assert felt(before, after) == {}


def test_a_new_unit_beside_those_that_stay_takes_nobodys_place() -> None:
    gone = unit("a", "stateful", claim("a", "ReadWriteOnce"), deployment("a"))
    before = tree(gone, unit("b", "edge"))
    after = tree(unit("a", "stateful", deployment("a")), unit("b", "edge", claim("b", "ReadWriteOnce")))
    assert compute_transition(before, after).disruptive == ()


def test_a_plan_of_some_units_says_nothing_of_the_others() -> None:
    before = tree(unit("a", "stateful", claim("a", "ReadWriteOnce")))
    after = tree(unit("b", "stateful", claim("b", "ReadWriteOnce")), whole=False)
    assert compute_transition(before, after).disruptive == ()


def test_an_environment_in_another_namespace_leaves_its_data_behind() -> None:
    def there(namespace: str) -> KubernetesObject:
        return thing("PersistentVolumeClaim", "data", namespace=namespace, spec={"accessModes": ["ReadWriteOnce"]})

    before = tree(unit("files", "stateful", there("old")), namespace="old")
    after = tree(unit("files", "stateful", there("new")), namespace="new")
    assert [(item.kind, item.name, item.reason) for item in compute_transition(before, after).disruptive] == [
        (
            "Namespace",
            "new",
            "the environment moves here from the namespace old, where its claims and Secrets stay",
        ),
        (
            "PersistentVolumeClaim",
            "data",
            "begins empty: the data stays in PersistentVolumeClaim old/data, which is kept",
        ),
    ]
    assert environment().namespace not in {"old", "new"}


STOPS = "deleted and created again: all its pods stop before the new ones start"
DELETES = {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (
            database("db", "data"),
            database("db", "files"),
            ["begins with empty claims files", "its claims data are kept with their data, and no longer used"],
        ),
        (
            database("db", "data"),
            database("db", "data", size="2Gi"),
            ["its claims keep their data and stay as they are: only new ones are made as it says now"],
        ),
        (
            database("db", "data", **DELETES),
            database("db", "data", size="2Gi", **DELETES),
            ["its claims are deleted with it: their data is lost"],
        ),
        (database("db", "data"), database("db", "data", serviceName="other"), []),
        (database("db", **DELETES), database("db", serviceName="other", **DELETES), []),
    ],
    ids=["other claims", "other size", "deleted with it", "same claims", "no claims"],
)
def test_a_stateful_set_that_is_replaced_says_what_becomes_of_its_claims(
    old: KubernetesObject, new: KubernetesObject, reasons: list[str]
) -> None:
    assert felt(unit("db", "stateful", old), unit("db", "stateful", new)) == {"StatefulSet db": [STOPS, *reasons]}


def test_fewer_pods_may_cost_data() -> None:
    policy = {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}
    old, new = (database("db", "data", replicas=count, **policy) for count in (3, 1))
    lost = ["the claims of the pods that go are deleted: their data is lost"]
    assert felt(unit("db", "stateful", old), unit("db", "stateful", new)) == {"StatefulSet db": lost}
    assert felt(unit("db", "stateful", new), unit("db", "stateful", old)) == {}


def test_what_a_kept_object_holds_nobody_else_gets() -> None:
    port = {"template": pod_template("db:1", container={"ports": [{"hostPort": 5432}]})}
    before = unit("db", "stateful", database("old", "data", **port))
    after = unit("db", "stateful", database("new", "data", **port))
    assert felt(before, after)["StatefulSet new"] == [
        "begins with empty claims: StatefulSet old is kept with its data, and runs on",
        "cannot have host port 5432/TCP: StatefulSet old holds it and is kept",
    ]


def test_a_rename_that_deletes_first_is_felt() -> None:
    mounts = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    before = unit("old", "edge", deployment("old", volumes=mounts))
    after = unit("new", "edge", deployment("new", volumes=mounts))
    assert felt(before, after) == {
        "Deployment new": ["down until Deployment old is gone, as both hold claim shop-production/data"]
    }


def test_an_object_that_changed_only_its_unit_is_moved_and_not_changed() -> None:
    def owned(name: str, image: str = "api:1") -> RenderedUnit:
        made = deployment("api", image)
        metadata = {**made.content["metadata"], "annotations": {UNIT_ANNOTATION: name}}
        return unit(name, "internal", made._replace(content={**made.content, "metadata": metadata}))

    found = transition(owned("old"), owned("new"))
    assert (names(found.moved), found.changed) == (["Deployment api"], ())
    other = transition(owned("old"), owned("new", "api:2"))
    assert (names(other.moved), names(other.changed)) == (["Deployment api"], ["Deployment api"])


def test_a_unit_in_another_phase_is_moved_and_nothing_is_felt() -> None:
    objects = (database("db", "data"), claim("files", "ReadWriteOnce"))
    found = transition(unit("db", "internal", *objects, jobs=[job("db-x")]), unit("db", "edge", *objects))
    assert names(found.moved) == ["PersistentVolumeClaim files", "StatefulSet db"]
    assert (found.created, found.deleted, found.kept, found.changed, found.disruptive) == ((), (), (), (), ())
