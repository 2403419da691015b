from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envwright import api
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.resolved import ResolvedUnit
from envwright.pipeline.graph import deploy_order
from tests.support.stacks import codes, refused, stack, world

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: b}}\n"
PHASES = ("stateful", "migrations", "internal", "edge", "frontend")


def resolved(tmp_path: Path, spec: str, **request: object) -> api.Response:
    files = {"services.yaml": stack("environments: {dev: {}, ai: {kind: slot}}\n" + spec)}
    return api.resolve(api.Request(**{"environment": "dev", **request}), world(tmp_path, files))


def test_infrastructure_first_then_phase_by_phase_then_by_need_and_name(tmp_path: Path) -> None:
    spec = """
infrastructure: [{name: z-db}, {name: cache, dependsOn: [z-db]}]
services:
  - {name: web, deployGroup: frontend}
  - {name: b}
  - {name: a, dependsOn: [b]}
  - {name: c, dependsOn: [cache]}
  - {name: migrate, deployGroup: migrations, dependsOn: [z-db]}
"""
    found = resolved(tmp_path, spec).environment
    assert found.order == ("z-db", "cache", "migrate", "b", "a", "c", "web")


def test_units_are_on_by_enabled_when_and_scope(tmp_path: Path) -> None:
    spec = """
services:
  - {name: idle, enabled: false}
  - {name: slots, when: '{{ ne .Slot 0 }}'}
  - {name: once, scope: singleton}
  - {name: always}
"""
    assert resolved(tmp_path, spec).environment.order == ("always", "once")
    assert resolved(tmp_path, spec, environment="ai", slot=1).environment.order == ("always", "slots")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("services: [{name: a, dependsOn: [b]}, {name: b, dependsOn: [c]}, {name: c, dependsOn: [a]}]", ["EW400"]),
        ("services: [{name: api, dependsOn: [posgres]}]\ninfrastructure: [{name: postgres}]", ["EW401"]),
        ("services: [{name: a, dependsOn: [b]}, {name: b, enabled: false}]", ["EW402"]),
        ("services: [{name: a, dependsOn: [b]}, {name: b, deployGroup: edge}]", ["EW403"]),
        ("infrastructure: [{name: a, dependsOn: [b]}]\nservices: [{name: b, deployGroup: stateful}]", ["EW403"]),
        ("services: [{name: a, deployGroup: backend}]", ["EW404"]),
    ],
)
def test_faults(tmp_path: Path, spec: str, expected: list[str]) -> None:
    assert codes(refused(resolved, tmp_path, spec)) == expected


def test_an_unknown_phase_is_reported_where_it_is_named(tmp_path: Path) -> None:
    (found,) = refused(resolved, tmp_path, "services: [{name: a, deployGroup: backend}]")
    assert (str(found.where), found.where.width) == ("services.yaml:7:37", len("backend"))


def test_infrastructure_is_not_told_to_move_to_a_later_phase(tmp_path: Path) -> None:
    spec = "infrastructure: [{name: a, dependsOn: [b]}]\nservices: [{name: b, deployGroup: stateful}]"
    (found,) = refused(resolved, tmp_path, spec)
    assert found.hint == 'make "b" a unit of `infrastructure`, or "a" one of `services`'


def test_a_dependency_that_is_named_twice_is_reported_once(tmp_path: Path) -> None:
    spec = "services: [{name: a, dependsOn: [b, {name: b, optional: true}]}, {name: b}]"
    (found,) = refused(resolved, tmp_path, spec)
    assert (found.code, found.summary) == ("EW105", '"b" is defined twice in this list')
    found = refused(resolved, tmp_path, "services: [{name: a, dependsOn: [z, z]}]")
    assert codes(found) == ["EW105", "EW401"]


def test_a_cycle_shows_its_chain_and_each_link(tmp_path: Path) -> None:
    spec = "services: [{name: a, dependsOn: [b]}, {name: b, dependsOn: [a]}, {name: waits, dependsOn: [a]}]"
    (found,) = refused(resolved, tmp_path, spec)
    assert "a -> b -> a" in found.summary
    assert [near.message for near in found.related] == ['"a" depends on "b"', '"b" depends on "a"']


def test_an_optional_dependency_falls_away(tmp_path: Path) -> None:
    spec = "services: [{name: a, dependsOn: [{name: b, optional: true}]}, {name: b, enabled: false}]"
    assert resolved(tmp_path, spec).environment.order == ("a",)


def test_what_is_off_may_depend_on_anything(tmp_path: Path) -> None:
    spec = "services: [{name: a, enabled: false, dependsOn: [nothing]}, {name: b}]"
    assert resolved(tmp_path, spec).environment.order == ("b",)


def test_an_unknown_unit_of_only_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(api.WrongCall) as caught:
        resolved(tmp_path, "services: [{name: api}, {name: idle, enabled: false}]", only=("apii", "zzz", "idle"))
    near, far, off = caught.value.diagnostics
    assert codes(caught.value.diagnostics) == ["EW405"] * 3
    assert (near.hint, far.hint) == ('did you mean "api"?', "the stack has: api, idle")
    assert off.summary == 'unit "idle" is off in this environment'


@pytest.mark.parametrize("first", [(), ("stateful",)])
@pytest.mark.parametrize("others", list(permutations(("internal", "edge", "migrations"))))
def test_the_plan_has_the_order_of_resolve(tmp_path: Path, first: tuple[str, ...], others: tuple[str, ...]) -> None:
    files = {f"{name}.yaml": CONFIG.format(name=name) for name in ("pg", "a", "b", "early")}
    files["services.yaml"] = stack(f"""
environments: {{dev: {{}}}}
orchestration: {{deployOrder: [{", ".join(first + others)}]}}
infrastructure: [{{name: pg, manifests: [pg.yaml]}}]
services:
  - {{name: a, dependsOn: [pg], manifests: [a.yaml]}}
  - {{name: b, deployGroup: edge, manifests: [b.yaml]}}
  - {{name: early, deployGroup: stateful, manifests: [early.yaml]}}
""")
    response = api.render(api.Request(), world(tmp_path, files))
    assert response.environment.order[:2] == ("pg", "early")
    assert tuple(dict.fromkeys(step.unit for step in response.plan.steps if step.unit)) == response.environment.order


@pytest.mark.parametrize(
    ("order", "expected"),
    [("[internal, stateful]", ["EW406"]), ("[stateful, internal, internal]", ["EW105"]), ("[internal]", [])],
)
def test_faults_of_the_deploy_order(tmp_path: Path, order: str, expected: list[str]) -> None:
    there = world(
        tmp_path, {"services.yaml": stack(f"environments: {{dev: {{}}}}\norchestration: {{deployOrder: {order}}}")}
    )
    found = refused(api.validate, api.Request(), there) if expected else api.validate(api.Request(), there)
    assert codes(found) == expected


def test_v1alpha1_has_infrastructure_first_whatever_its_order_says(tmp_path: Path) -> None:
    files = {"pg.yaml": CONFIG.format(name="pg"), "a.yaml": CONFIG.format(name="a")}
    files["services.yaml"] = """
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {name: demo}
spec:
  environments: {production: {}}
  orchestration: {deployOrder: [internal, stateful, internal]}
  infrastructure: [{name: pg, manifests: [{path: pg.yaml}]}]
  services: [{name: a, deployGroup: internal, dependsOn: [pg], manifests: [{path: a.yaml}]}]
"""
    plan = api.render(api.Request(), world(tmp_path, files)).plan
    assert list(dict.fromkeys(step.unit for step in plan.steps if step.unit)) == ["pg", "a"]


@given(
    st.lists(st.tuples(st.sampled_from(PHASES), st.sets(st.integers(0, 11))), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_laws_of_the_order(drawn: list[tuple[str, set[int]]], random: object) -> None:
    """Complete, every need first, phases in their order, and independent of the order of the file."""
    units = [
        ResolvedUnit(
            name=f"u{number:02}",
            kind="service",
            phase=phase,
            enabled=True,
            depends_on=tuple(f"u{other:02}" for other in sorted(needs) if other < number),
            declared=Service(name=f"u{number:02}"),
            mark=Mark("services.yaml"),
        )
        for number, (phase, needs) in enumerate(drawn)
    ]
    report = Report()
    order = deploy_order(units, PHASES, report)
    shuffled = list(units)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert not report.items
    assert order == deploy_order(shuffled, PHASES, Report())
    assert sorted(order) == sorted(unit.name for unit in units)
    by_name = {unit.name: unit for unit in units}
    assert [PHASES.index(by_name[name].phase) for name in order] == sorted(
        PHASES.index(by_name[name].phase) for name in order
    )
    for name in order:
        same = [need for need in by_name[name].depends_on if by_name[need].phase == by_name[name].phase]
        assert all(order.index(need) < order.index(name) for need in same)
