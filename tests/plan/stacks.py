"""Stacks of any shape, for laws."""

from __future__ import annotations

from hypothesis import strategies as st

from envwright.model.contract.orchestration import PHASES
from envwright.model.rendered import RenderedJob, RenderedUnit
from tests.support.plans import definition, deployment, job, secret, thing, unit

KIND = "Widget"
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
        jobs.append(job(f"{name}-job-{number}", purpose=purpose, stage=stage, volumes=_volumes(draw, name)))
    config = thing("ConfigMap", name)
    objects = draw(st.sampled_from([(), (config,), (deployment(name, volumes=_volumes(draw, name)), config)]))
    custom = draw(st.sampled_from([(), (thing(KIND, name, api_version="example.org/v1"),)]))
    defining = draw(st.sampled_from([(), (), (definition(f"{KIND}{name[-1]}"),)]))
    secrets = [secret(f"{name}-{each}", unit=name) for each in range(draw(st.integers(0, 3)))]
    made = unit(name, phase, *objects, needs=needs, jobs=jobs, secrets=secrets)
    return made._replace(objects=(*objects, *custom, *defining))


def _volumes(draw: st.DrawFn, name: str) -> list[dict[str, object]]:
    """Draw volumes of the unit's ConfigMap and of some of its Secrets, if it has those."""
    config = [{"name": "config", "configMap": {"name": name}}] if draw(st.booleans()) else []
    wanted = draw(st.lists(st.integers(0, 2), unique=True, max_size=2))
    return [*config, *({"name": f"s{each}", "secret": {"secretName": f"{name}-{each}"}} for each in wanted)]
