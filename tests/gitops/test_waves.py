from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from envwright.gitops.waves import PHASE, waves
from envwright.model.contract.orchestration import PHASES
from envwright.model.rendered import RenderedUnit
from envwright.model.step import Apply, RunJob, Step
from tests.support.plans import definition, deployment, job, layout_of, plan_of, thing, unit


@st.composite
def environments(draw: st.DrawFn) -> list[RenderedUnit]:
    """Draw units with Jobs that depend on earlier ones, in deploy order."""
    names = [f"u{number}" for number in range(draw(st.integers(1, 6)))]
    phases = sorted(draw(st.lists(st.sampled_from(PHASES), min_size=len(names), max_size=len(names))), key=PHASES.index)
    found = []
    for number, (name, phase) in enumerate(zip(names, phases, strict=True)):
        needs = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        stages = draw(st.lists(st.sampled_from(["before", "after"]), max_size=3))
        purposes = draw(st.lists(st.sampled_from(["hook", "migration"]), min_size=3, max_size=3))
        jobs = [
            job(f"{name}-{index}", stage=stage, purpose=purpose if stage == "before" else "hook")
            for index, (stage, purpose) in enumerate(zip(stages, purposes, strict=False))
        ]
        first = (definition(name.title()), thing("Namespace", name, namespace="")) if draw(st.booleans()) else ()
        found.append(unit(name, phase, deployment(name), *first, needs=needs, jobs=jobs))
    return found


def files_of(step: Step) -> tuple[str, ...]:
    return (step.manifest,) if isinstance(step, RunJob) else step.manifests if isinstance(step, Apply) else ()


@given(environments())
def test_what_a_step_of_the_plan_needs_has_a_smaller_wave(units: list[RenderedUnit]) -> None:
    numbers = waves(layout_of(*units))
    plan = plan_of(*units)
    assert set(numbers) == {item.file for item in plan.objects}
    latest: dict[str, int] = {}  # of each step, the largest wave that it or what it needs has
    for step in plan.steps:
        before = max((latest[need] for need in step.needs), default=-1)
        own = [numbers[file] for file in files_of(step)]
        assert all(wave > before for wave in own)
        latest[step.id] = max([before, *own])


def test_a_phase_begins_at_a_number_of_its_own() -> None:
    units = [
        unit("db", "stateful"),
        unit("api", "internal", deployment("api"), jobs=[job("api-schema")]),
        unit("web", "internal"),
    ]
    numbers = waves(layout_of(*units))
    assert {path.split("/")[1]: wave // PHASE for path, wave in numbers.items()} == {
        "stateful": 1,
        "migrations": 2,
        "internal": 3,
    }
    deployments = [wave for path, wave in numbers.items() if "/internal/" in path]
    assert deployments == [3 * PHASE, 3 * PHASE]
