"""Steps and what waits for what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from envwright.model.contract.orchestration import Orchestration, PrunePolicy, ReadinessDefaults
from envwright.model.plan import Plan
from envwright.model.rendered import Omission, RenderedJob, RenderedUnit
from envwright.model.step import Apply, EnsureSecret, RunJob, WaitReady, manifests_of
from envwright.plan.references import secrets_of
from tests.plan.stacks import stacks
from tests.support.plans import definition, deployment, job, plan_of, secret, shop, thing, unit


def needs(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {step.id: step.needs for step in plan.steps}


def ancestors(plan: Plan) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for step in plan.steps:
        found[step.id] = {*step.needs}.union(*(found[need] for need in step.needs))
    return found


def test_the_steps_of_a_shop() -> None:
    plan = plan_of(*shop(), secrets=[secret("db"), secret("smtp")])
    assert needs(plan) == {
        "ensure-secret/db": (),
        "ensure-secret/smtp": (),
        "wait-ready/all:secrets": ("ensure-secret/db", "ensure-secret/smtp"),
        "apply/postgres": ("wait-ready/all:secrets",),
        "wait-ready/postgres": ("apply/postgres",),
        "apply/redis": ("wait-ready/all:secrets",),
        "wait-ready/redis": ("apply/redis",),
        "run-job/catalog/schema": ("wait-ready/postgres", "wait-ready/redis"),
        "apply/api/before-migrations": ("run-job/catalog/schema",),
        "run-job/api/schema": ("apply/api/before-migrations",),
        "ensure-secret/catalog/catalog-token": ("run-job/api/schema",),
        "apply/catalog": ("ensure-secret/catalog/catalog-token",),
        "wait-ready/catalog": ("apply/catalog",),
        "run-job/api/check": ("wait-ready/catalog",),
        "apply/api": ("run-job/api/check",),
        "wait-ready/api": ("apply/api",),
        "run-job/api/warm": ("wait-ready/api",),
        "apply/gateway": ("run-job/api/warm",),
        "wait-ready/gateway": ("apply/gateway",),
        "apply/web": ("wait-ready/gateway",),
        "wait-ready/web": ("apply/web",),
        "prune": ("wait-ready/web",),
    }
    assert plan.phases == ("stateful", "migrations", "internal", "edge", "frontend")


@settings(max_examples=60, deadline=None)
@given(stacks())
def test_laws_of_needs(units: tuple[RenderedUnit, ...]) -> None:
    plan = plan_of(*units, secrets=[secret("db"), secret("smtp")])
    ids = [step.id for step in plan.steps]
    assert len(ids) == len(set(ids))
    position = {step: number for number, step in enumerate(ids)}
    assert all(position[need] < position[step.id] for step in plan.steps for need in step.needs)
    before = ancestors(plan)
    for step in plan.steps:
        assert not any({*before[need]} & {*step.needs} for need in step.needs), "a need that follows from another"
    _assert_phases_are_in_order(plan, before)
    _assert_dependencies_are_met(plan, units, before)
    _assert_definitions_come_first(plan, before)
    _assert_secrets_are_there(plan, units, before)
    assert before["prune"] == set(ids) - {"prune"}


def _assert_phases_are_in_order(plan: Plan, before: dict[str, set[str]]) -> None:
    for step in plan.steps:
        earlier = plan.phases[: plan.phases.index(step.phase)] if step.phase else ()
        assert {each.id for each in plan.steps if each.phase in earlier} <= before[step.id]


def _assert_dependencies_are_met(plan: Plan, units: tuple[RenderedUnit, ...], before: dict[str, set[str]]) -> None:
    for each in units:
        for step in plan.steps:
            if step.unit == each.name and step.phase == each.phase:
                met = {other.id for other in plan.steps if other.unit in each.depends_on and other.unit}
                assert met <= before[step.id]


def _assert_definitions_come_first(plan: Plan, before: dict[str, set[str]]) -> None:
    served = {step.id for step in plan.steps if step.id.endswith("/definitions")}
    for step in plan.steps:
        assert step.id in served or served <= before[step.id]


def _assert_secrets_are_there(plan: Plan, units: tuple[RenderedUnit, ...], before: dict[str, set[str]]) -> None:
    objects = {item.name: item for each in units for item in (*each.objects, *(job.object for job in each.jobs))}
    planned = {item.file: item for item in plan.objects}
    made = {(step.unit, step.name): step.id for step in plan.steps if isinstance(step, EnsureSecret)}
    for step in plan.steps:
        for path in manifests_of(step) if isinstance(step, Apply | RunJob) else ():
            used = secrets_of([objects[planned[path].name]])
            assert {made[step.unit, name] for name in used if (step.unit, name) in made} <= before[step.id]


def test_the_secrets_of_a_unit_wait_for_none_of_each_other_and_only_for_what_uses_them() -> None:
    secrets = [secret(name, unit="api") for name in ("check", "run", "tls")]
    hook = job("api-check", purpose="hook", container={"envFrom": [{"secretRef": {"name": "check"}}]})
    own = deployment("api", container={"envFrom": [{"secretRef": {"name": "run"}}]})
    plan = plan_of(unit("db", "stateful"), unit("api", "internal", own, jobs=[hook], secrets=secrets))
    found = needs(plan)
    for name in ("check", "run", "tls"):
        assert found[f"ensure-secret/api/{name}"] == ("wait-ready/db",)
    assert found["run-job/api/check"] == ("ensure-secret/api/check",)
    # an Ingress, a custom resource and what else names a Secret: the unit waits for all of them
    assert found["apply/api"] == ("run-job/api/check", "ensure-secret/api/run", "ensure-secret/api/tls")


def test_definitions_are_served_before_anything_of_their_kind() -> None:
    widget = thing("Widget", "w", api_version="example.org/v1")
    users = unit("a", "stateful", widget)
    maker = unit("z", "frontend", definition("Widget"), deployment("z"), thing("Namespace", "more", namespace=""))
    skip = Orchestration(readiness=ReadinessDefaults(strategy="skip"))
    plan = plan_of(users, maker, secrets=[secret("db")], orchestration=skip)
    assert needs(plan) == {
        "apply/z/namespace": (),
        "apply/z/definitions": ("apply/z/namespace",),
        "wait-ready/z/definitions": ("apply/z/definitions",),
        "ensure-secret/db": ("wait-ready/z/definitions",),
        "apply/a": ("ensure-secret/db",),
        "apply/z": ("apply/a",),
        "prune": ("apply/z",),
    }
    assert [item.file for item in plan.objects][:2] == [
        "manifests/frontend/z/namespace-more.yaml",
        "manifests/frontend/z/customresourcedefinition-widgets.example.org.yaml",
    ]


def test_where_many_wait_for_many_before_the_phases_one_step_stands_between() -> None:
    kinds = ("One", "Two", "Three")
    plan = plan_of(*(unit(kind.lower(), "stateful", definition(kind), deployment(kind.lower())) for kind in kinds))
    gate = next(step for step in plan.steps if step.id == "wait-ready/all:first")
    assert gate.needs == tuple(f"wait-ready/{kind.lower()}/definitions" for kind in kinds)
    assert {step.needs for step in plan.steps if step.verb == "apply" and step.phase} == {("wait-ready/all:first",)}


def test_a_dependency_counts_through_a_unit_that_makes_nothing() -> None:
    nothing = unit("b", "internal", needs=["a"])._replace(objects=())
    plan = plan_of(unit("a", "internal"), nothing, unit("c", "internal", needs=["b"]))
    assert needs(plan)["apply/c"] == ("wait-ready/a",)


def test_a_dependency_that_is_not_rendered_is_left_out() -> None:
    plan = plan_of(unit("c", "internal", needs=["gone"]), whole=False)
    assert needs(plan) == {"apply/c": (), "wait-ready/c": ("apply/c",)}


def test_migrations_follow_the_dependencies_of_their_services() -> None:
    plan = plan_of(
        unit("users", "internal", jobs=[job("users-schema")]),
        unit("auth", "internal", needs=["users"]),
        unit("api", "internal", jobs=[job("api-schema")], needs=["auth"]),
        unit("audit", "internal", jobs=[job("audit-schema")]),
    )
    assert needs(plan)["run-job/api/schema"] == ("run-job/users/schema",)
    assert needs(plan)["run-job/audit/schema"] == ()


def test_secrets_wait_for_the_namespace_of_the_environment() -> None:
    namespace = thing("Namespace", "shop-production", namespace="")
    base = unit("base", "stateful", namespace, thing("LimitRange", "base"))
    plan = plan_of(base, unit("db", "stateful", needs=["base"]), secrets=[secret("db")])
    assert needs(plan) == {
        "apply/base/namespace": (),
        "ensure-secret/db": ("apply/base/namespace",),
        "apply/base": ("ensure-secret/db",),
        "apply/db": ("apply/base",),
        "wait-ready/db": ("apply/db",),
        "prune": ("wait-ready/db",),
    }
    assert [step.phase for step in plan.steps][:3] == ["", "", "stateful"]
    assert plan.phases == ("stateful",)


def test_what_migrations_and_what_hooks_need_is_applied_in_steps_of_its_own() -> None:
    def reading(name: str, purpose: str) -> RenderedJob:
        return job(f"api-{name}", purpose=purpose, volumes=[{"name": "v", "configMap": {"name": name}}])

    jobs = [reading("schema", "migration"), reading("check", "hook")]
    plan = plan_of(unit("api", "internal", thing("ConfigMap", "schema"), thing("ConfigMap", "check"), jobs=jobs))
    assert [step.id for step in plan.steps] == [
        "apply/api/before-migrations",
        "run-job/api/schema",
        "apply/api/before",
        "run-job/api/check",
        "prune",
    ]


def test_a_phase_is_closed_by_one_step_where_many_wait_for_many() -> None:
    width = 30
    backs = [unit(f"back-{number}", "internal") for number in range(width)]
    fronts = [unit(f"front-{number}", "frontend", needs=["back-1"]) for number in range(width)]
    plan = plan_of(*backs, *fronts)
    assert needs(plan)["apply/front-7"] == ("wait-ready/phase/internal",)
    gate = next(step for step in plan.steps if step.id == "wait-ready/phase/internal")
    assert (gate.phase, gate.unit) == ("internal", "")
    assert len(gate.needs) == width
    assert sum(len(each) for each in needs(plan).values()) < 6 * width


def test_without_waiting_nothing_waits_but_hooks_after_readiness() -> None:
    orchestration = Orchestration(readiness=ReadinessDefaults(strategy="skip"))
    hooked = unit("b", "internal", deployment("b"), jobs=[job("b-warm", purpose="hook", stage="after")])
    plan = plan_of(unit("a", "internal"), hooked, orchestration=orchestration)
    assert [step.id for step in plan.steps] == ["apply/a", "apply/b", "wait-ready/b", "run-job/b/warm", "prune"]


def test_nothing_waits_for_objects_that_are_ready_when_applied() -> None:
    policy = thing("NetworkPolicy", "a", api_version="networking.k8s.io/v1")
    plan = plan_of(unit("a", "internal", thing("ConfigMap", "a"), policy))
    assert [step.id for step in plan.steps] == ["apply/a", "prune"]


def test_a_custom_resource_is_waited_for_by_its_rule() -> None:
    certificate = thing("Certificate", "a", api_version="cert-manager.io/v1")
    options = {"readiness": {"Certificate": "status"}}
    plan = plan_of(unit("a", "internal", certificate, options=options))
    (wait,) = (step for step in plan.steps if isinstance(step, WaitReady))
    assert wait.custom == {"Certificate": "status"}
    assert wait.manifests == ("manifests/internal/a/certificate.cert-manager.io-a.yaml",)


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["api-schema"], ["schema"]),
        (["seed"], ["seed"]),
        (["api"], ["api"]),
        (["api-schema", "schema"], ["api-schema", "schema"]),
        (["api-api-x", "api-x", "x"], ["api-api-x", "api-x", "x"]),
    ],
)
def test_ids_of_jobs_are_short_where_that_leaves_them_different(names: list[str], labels: list[str]) -> None:
    plan = plan_of(unit("api", "internal", jobs=[job(name) for name in names]))
    assert [step.id for step in plan.steps if isinstance(step, RunJob)] == [f"run-job/api/{each}" for each in labels]


def test_jobs_of_one_name_in_two_namespaces_are_told_apart() -> None:
    plan = plan_of(unit("api", "internal", jobs=[job("api-x"), job("api-x", namespace="other")]))
    ids = [step.id for step in plan.steps if isinstance(step, RunJob)]
    assert ids == ["run-job/api/shop-production/api-x", "run-job/api/other/api-x"]


@pytest.mark.parametrize(
    ("purpose", "may"), [("sync", True), ("mirror", True), ("build", True), ("migration", False), ("hook", False)]
)
def test_which_jobs_a_newer_plan_may_cancel(purpose: str, may: bool) -> None:
    plan = plan_of(unit("api", "internal", jobs=[job("api-x", purpose=purpose)]))
    assert [step.supersede for step in plan.steps if isinstance(step, RunJob)] == [may]


def test_waits_may_be_cancelled_and_applies_not() -> None:
    by_verb = {step.verb: step.supersede for step in plan_of(unit("a"), secrets=[secret("db")]).steps}
    assert by_verb == {"ensure-secret": False, "apply": False, "wait-ready": True, "prune": True}


def test_what_the_stack_says_of_failure_and_pruning_stands_in_the_steps() -> None:
    policy = PrunePolicy(max_percent=5, protected_kinds=("Service",))
    plan = plan_of(unit("a"), orchestration=Orchestration(on_failure="rollback", prune_policy=policy))
    assert {step.id: step.on_failure for step in plan.steps} == {
        "apply/a": "rollback",
        "wait-ready/a": "rollback",
        "prune": "stop",
    }
    assert (plan.steps[-1].max_percent, plan.steps[-1].protected_kinds) == (5, ("Service",))


def test_what_a_unit_says_stands_in_its_steps() -> None:
    ownership = [{"kind": "Deployment", "name": None, "paths": ["/spec/replicas"]}]
    options = {"onConflict": "take", "replace": True, "prune": False, "ownership": ownership}
    plan = plan_of(unit("a", options=options))
    (apply,) = (step for step in plan.steps if isinstance(step, Apply))
    assert (apply.on_conflict, apply.replace) == ("take", True)
    assert [(each.kind, each.name, each.paths) for each in apply.ownership] == [("Deployment", "", ("/spec/replicas",))]
    assert [item.prune for item in plan.objects] == [False]


def test_a_secret_says_its_keys_and_where_it_comes_from() -> None:
    keys = [{"name": "user"}, {"name": "password", "generate": {"length": 8}, "optional": True}]
    plan = plan_of(unit("a"), secrets=[secret("db", *keys, copy_from=("shared", "database"))])
    (step,) = (step for step in plan.steps if isinstance(step, EnsureSecret))
    assert [(each.name, each.optional, each.generate) for each in step.keys] == [
        ("user", False, None),
        ("password", True, {"length": 8}),
    ]
    assert step.copy_from is not None
    assert (step.copy_from.namespace, step.copy_from.name) == ("shared", "database")


def test_a_plan_of_some_units_prunes_nothing() -> None:
    assert "prune" not in needs(plan_of(unit("a"), whole=False))


def test_every_manifest_belongs_to_one_apply_or_job_and_is_listed() -> None:
    plan = plan_of(*shop())
    used = [path for step in plan.steps if isinstance(step, Apply | RunJob) for path in manifests_of(step)]
    assert len(used) == len(set(used))
    assert sorted(used) == sorted(item.file for item in plan.objects)
    assert {path for path in plan.files if not path.endswith("kustomization.yaml")} == set(used)


def test_variables_that_were_read() -> None:
    plan = plan_of(unit("a"), variables=["B", "A", "C"], public_variables={"C": "3"})
    assert plan.inputs.variables == ("A", "B")
    assert plan.inputs.public_variables == {"C": "3"}


def test_omissions_are_sorted() -> None:
    left_out = [Omission(name, "v1", "Namespace", "", name, "platform", "why") for name in ("b", "a")]
    assert [item.name for item in plan_of(unit("a"), omissions=left_out).omitted] == ["a", "b"]
