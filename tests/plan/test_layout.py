"""Where units put their objects and Jobs."""

from __future__ import annotations

import pytest

from envwright.model.diagnostic import Refused
from envwright.plan.layout import Part
from tests.support.plans import definition, deployment, job, layout_of, secret, thing, unit

RBAC = "rbac.authorization.k8s.io/v1"


def names(part: Part, field: str) -> list[str]:
    return [f"{manifest.object.kind} {manifest.object.name}" for manifest in getattr(part, field)]


def test_phases_in_deploy_order_and_units_in_theirs() -> None:
    layout = layout_of(unit("b", "edge"), unit("a", "stateful"), unit("c", "edge"))
    assert [(part.phase, part.unit.name) for part in layout.parts] == [("stateful", "a"), ("edge", "b"), ("edge", "c")]
    assert layout.phases == ("stateful", "edge")


def test_a_migration_runs_in_the_phase_of_migrations() -> None:
    layout = layout_of(unit("api", "internal", deployment("api"), jobs=[job("api-schema")]))
    early, own = layout.parts
    assert early.phase == "migrations"
    assert [placed.path for placed in early.before] == ["manifests/migrations/api/job-api-schema.yaml"]
    assert own.phase == "internal"
    assert not own.before


@pytest.mark.parametrize("phases", [("internal", "edge"), ("internal", "migrations"), ("migrations", "edge")])
def test_a_migration_stays_with_its_service_where_no_phase_of_migrations_comes_before(phases: tuple[str, ...]) -> None:
    layout = layout_of(unit("api", "internal", jobs=[job("api-schema")]), phases=phases)
    assert [part.phase for part in layout.parts] == ["internal"]


def test_migrations_come_before_hooks() -> None:
    jobs = [job("db-check", purpose="hook"), job("db-schema")]
    (part,) = layout_of(unit("db", "stateful", jobs=jobs)).parts
    assert [placed.job.object.name for placed in part.before] == ["db-schema", "db-check"]


def test_what_a_migration_needs_of_its_unit_is_applied_before_it_and_once() -> None:
    migration = job(
        "api-schema", serviceAccountName="migrator", volumes=[{"configMap": {"name": "sql"}, "name": "sql"}]
    )
    layout = layout_of(
        unit(
            "api",
            "internal",
            deployment("api"),
            thing("ConfigMap", "sql"),
            thing("ConfigMap", "other"),
            thing("ServiceAccount", "migrator"),
            thing("Role", "reader", api_version=RBAC),
            thing("ClusterRole", "watcher", api_version=RBAC, namespace=""),
            thing("ClusterRole", "unbound", api_version=RBAC, namespace=""),
            binding("RoleBinding", "Role", "reader", "migrator"),
            binding("ClusterRoleBinding", "ClusterRole", "watcher", "migrator"),
            binding("RoleBinding", "ClusterRole", "unbound", "somebody", name="foreign"),
            jobs=[migration],
        )
    )
    early, own = layout.parts
    assert names(early, "prerequisites") == [
        "ServiceAccount migrator",
        "ConfigMap sql",
        "ClusterRole watcher",
        "Role reader",
        "ClusterRoleBinding watcher",
        "RoleBinding reader",
    ]
    assert names(own, "objects") == [
        "ConfigMap other",
        "ClusterRole unbound",
        "RoleBinding foreign",
        "Deployment api",
    ]


def binding(kind: str, role_kind: str, role: str, account: str, name: str = "") -> object:
    return thing(
        kind,
        name or role,
        api_version=RBAC,
        namespace="" if kind.startswith("Cluster") else "shop-production",
        roleRef={"kind": role_kind, "name": role},
        subjects=[{"kind": "ServiceAccount", "name": account, "namespace": "shop-production"}],
    )


def test_namespaces_and_definitions_come_before_everything() -> None:
    objects = (deployment("api"), thing("Namespace", "other", namespace=""), definition("Widget"), definition("Gadget"))
    layout = layout_of(unit("api", "internal", *objects, jobs=[job("api-schema", namespace="other")]))
    (first,) = layout.first
    assert names(first, "prerequisites") == ["Namespace other"]
    assert names(first, "definitions") == [
        "CustomResourceDefinition gadgets.example.org",
        "CustomResourceDefinition widgets.example.org",
    ]
    early, own = layout.parts
    assert (names(early, "prerequisites"), names(own, "objects")) == ([], ["Deployment api"])


def test_a_kind_of_the_same_name_is_no_definition() -> None:
    other = thing("CustomResourceDefinition", "x", api_version="acme.org/v1")
    assert layout_of(unit("api", "internal", other)).first == ()


def test_the_namespace_of_the_environment_comes_before_everything() -> None:
    namespace = thing("Namespace", "shop-production", namespace="")
    layout = layout_of(unit("a", "stateful"), unit("base", "stateful", namespace, needs=["a"]))
    (first,) = layout.first
    assert (first.phase, names(first, "prerequisites")) == ("", ["Namespace shop-production"])
    assert first.prerequisites[0].path == "manifests/stateful/base/namespace-shop-production.yaml"
    assert [part.unit.name for part in layout.parts] == ["a"]


def test_objects_stand_in_the_order_of_application() -> None:
    objects = (
        thing("Ingress", "x", api_version="networking.k8s.io/v1"),
        deployment("x"),
        thing("Service", "x", api_version="serving.knative.dev/v1"),  # another kind of the same name
        thing("Service", "x"),
        thing("Role", "x", api_version=RBAC),
        thing("ConfigMap", "y"),
        thing("ConfigMap", "x"),
        thing("ServiceAccount", "x"),
    )
    (part,) = layout_of(unit("api", "internal", *objects)).parts
    assert [f"{item.object.api_version} {item.object.kind} {item.object.name}" for item in part.objects] == [
        "v1 ServiceAccount x",
        "v1 ConfigMap x",
        "v1 ConfigMap y",
        f"{RBAC} Role x",
        "v1 Service x",
        "serving.knative.dev/v1 Service x",
        "apps/v1 Deployment x",
        "networking.k8s.io/v1 Ingress x",
    ]


def test_a_unit_with_nothing_has_no_part() -> None:
    assert layout_of(unit("api", "internal")._replace(objects=())).parts == ()


def test_secrets_of_a_unit_come_with_the_part_that_uses_them_first() -> None:
    account = thing("ServiceAccount", "migrator", imagePullSecrets=[{"name": "pull"}])
    uses = [{"name": "db", "secret": {"secretName": "db"}}]
    migration = job("api-schema", serviceAccountName="migrator", volumes=uses)
    secrets = [secret(name, unit="api") for name in ("db", "pull", "smtp")]
    made = unit("api", "internal", deployment("api", volumes=uses), account, jobs=[migration], secrets=secrets)
    early, own = layout_of(made).parts
    assert [each.name for each in early.secrets] == ["db", "pull"]
    assert [each.name for each in own.secrets] == ["smtp"]


def test_a_secret_twice_in_a_unit_is_refused() -> None:
    with pytest.raises(Refused, match=r"services\.yaml:3:5 EW502 Secret db"):
        layout_of(unit("api", "internal", secrets=[secret("db"), secret("db")]))


def test_an_object_twice_in_a_unit_is_refused() -> None:
    with pytest.raises(Refused, match=r"services\.yaml:3:5 EW502 ConfigMap x"):
        layout_of(unit("api", "internal", thing("ConfigMap", "x"), thing("ConfigMap", "x")))
