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
    (found,) = refused(resolved, tmp_path, "services: [{name: api}]", only=("apii",))
    assert (found.code, found.hint) == ("EW405", 'did you mean "api"?')


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
