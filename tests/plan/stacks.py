"""Stacks of any shape, for laws."""

from __future__ import annotations

from hypothesis import strategies as st

from envwright.model.contract.orchestration import PHASES
from envwright.model.rendered import RenderedJob, RenderedUnit
from tests.support.plans import deployment, job, secret, thing, unit

JOBS = (("migration", "before"), ("hook", "before"), ("hook", "main"), ("hook", "after"))


@st.composite
def stacks(draw: st.DrawFn) -> tuple[RenderedUnit, ...]:
    """Draw units in deploy order: phase by phase, each depending on some of those before it."""
    size = draw(st.integers(0, 8))
    phases = sorted(draw(st.lists(st.sampled_from(PHASES), min_size=size, max_size=size)), key=PHASES.index)
    units: list[RenderedUnit] = []
    for number, phase in enumerate(phases):
        name = f"unit-{number}"
        before = [each.name for each in units]
        needs = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        units.append(_unit(draw, name, phase, needs))
    return tuple(units)


def _unit(draw: st.DrawFn, name: str, phase: str, needs: list[str]) -> RenderedUnit:
    jobs: list[RenderedJob] = []
    for number, (purpose, stage) in enumerate(draw(st.lists(st.sampled_from(JOBS), max_size=3))):
        config = [{"name": "config", "configMap": {"name": name}}] if draw(st.booleans()) else []
        jobs.append(job(f"{name}-job-{number}", purpose=purpose, stage=stage, volumes=config))
    objects = draw(st.sampled_from([(), (thing("ConfigMap", name),), (deployment(name), thing("ConfigMap", name))]))
    secrets = [secret(f"{name}-secret", unit=name)] if draw(st.booleans()) else []
    made = unit(name, phase, *objects, needs=needs, jobs=jobs, secrets=secrets)
    return made._replace(objects=objects)
