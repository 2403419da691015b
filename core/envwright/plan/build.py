"""Build the plan from what was rendered."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from envwright.model.pins import Pins
from envwright.model.plan import (
    OLDEST_RECONCILER,
    SCHEMA_VERSION,
    Inputs,
    OmittedObject,
    Plan,
    PlannedImage,
    PlannedObject,
)
from envwright.model.rendered import Omission, RequiredSecret
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.step import ReadinessRule, Step
from envwright.plan.digests import Digests
from envwright.plan.files import File
from envwright.plan.image_needs import ImageNeeds
from envwright.plan.layout import Layout
from envwright.plan.needs import wire
from envwright.plan.steps import Needs, StepMaker


def build_plan(
    environment: ResolvedEnvironment,
    layout: Layout,
    secrets: Sequence[RequiredSecret],
    omissions: Iterable[Omission],
    inputs: Inputs,
    files: Mapping[str, File],
    *,
    rules: Iterable[ReadinessRule] = (),
    directories: Iterable[str] = (),
    whole: bool = True,
) -> Plan:
    """Return the plan of `environment`.

    `layout` comes from `lay_out`; `files` are those of `manifest_files` and what else the plan lists; `secrets` are
    those of the stack, which come before every unit. `rules` say when custom resources are ready, `directories` hold
    what plugins make of the plan. `whole` is False if only some units were rendered: such a plan prunes nothing.
    """
    digests = Digests(layout, environment.images, files)
    make = StepMaker(digests, environment.orchestration, layout.units, rules)
    steps = tuple(_steps(make, layout, secrets, whole))
    return Plan(
        schema_version=SCHEMA_VERSION,
        oldest_reconciler=OLDEST_RECONCILER,
        project=environment.project,
        environment=environment.environment,
        slot=environment.slot,
        namespace=environment.namespace,
        domain=environment.domain,
        kind=environment.declared.kind,
        instance_scope=environment.instance_scope,
        shares_namespace_of=environment.declared.shares_namespace_of or "",
        phases=layout.phases,
        steps=steps,
        objects=tuple(_objects(layout, digests)),
        files={path: files[path].digest for path in sorted(files)},
        directories=tuple(sorted(directories)),
        inputs=inputs,
        omitted=tuple(sorted((OmittedObject(**item._asdict()) for item in omissions), key=_omitted_key)),
    )


def inputs_of(
    environment: ResolvedEnvironment,
    variables: Iterable[str],
    public_variables: Mapping[str, str],
    withheld_vars: Mapping[str, Any] | None = None,
    pins: Pins = Pins(),  # noqa: B008  # a frozen value
) -> Inputs:
    """Return the `inputs` of a plan.

    `variables` are the names of passed variables that were read, `public_variables` those of them that may stand in
    the plan by value. `withheld_vars` are those of `vars` that were made of others: they stand there as written.
    Of `pins` the names that the environment has are listed.
    """
    images = environment.images
    return Inputs(
        vars={**environment.vars, **(withheld_vars or {})},
        versions=environment.versions,
        variables=tuple(sorted(set(variables) - set(public_variables))),
        public_variables=public_variables,
        images={
            name: PlannedImage(type=image.type, reference=image.reference, content=image.content)
            for name, image in images.items()
        },
        pinned_versions=tuple(sorted(pins.versions.keys() & environment.versions.keys())),
        pinned_images=tuple(sorted(pins.images.keys() & images.keys())),
    )


def _steps(make: StepMaker, layout: Layout, secrets: Sequence[RequiredSecret], whole: bool) -> Iterator[Step]:
    wirings = [wire(layout, phase) for phase in layout.phases]
    ends = yield from _before_phases(make, layout, secrets, len(wirings[0].first) if wirings else 0)
    made: dict[str, str] = {}
    for image in layout.images:
        steps, (last,) = make.image(image, ends)
        made.update(dict.fromkeys(image.job.job.produces, last))
        yield from steps
    images = ImageNeeds(made)
    previous = ""
    for wiring in wirings:
        if previous and len(ends) > 1 and len(wiring.first) > 1:
            yield (gate := make.phase_gate(previous, ends))
            ends = (gate.id,)
        gates: list[Needs] = []
        for part, waits, of_images in zip(wiring.parts, wiring.waits, images.of_phase(wiring), strict=True):
            steps, its_ends = make.part(part, _all(gates[i] for i in waits) or ends, of_images)
            gates.append(its_ends)
            yield from steps
        ends = _all(gates[i] for i in wiring.last)
        previous = wiring.phase
    if whole:
        yield make.prune(ends)


def _before_phases(
    make: StepMaker, layout: Layout, secrets: Sequence[RequiredSecret], units: int
) -> Generator[Step, None, Needs]:
    """Yield the steps of Namespaces, definitions and the stack's Secrets; return what comes next waits for.

    `units` are those that wait for nothing else.
    """
    followers = len(layout.images) + units
    first = [make.part(part, ()) for part in layout.first]
    for steps, _ in first:
        yield from steps
    ends = yield from _closed(make, "first", _all(ends for _, ends in first), len(secrets) or followers)
    if not secrets:
        return ends
    checks = [make.ensure_secret(secret, None, ends) for secret in secrets]
    yield from checks
    return (yield from _closed(make, "secrets", tuple(step.id for step in checks), followers))


def _closed(make: StepMaker, of: str, ends: Needs, followers: int) -> Generator[Step, None, Needs]:
    """Return what followers wait for: `ends`, or where many would wait for many, one step that is yielded."""
    if len(ends) < 2 or followers < 2:
        return ends
    yield (gate := make.gate(of, ends))
    return (gate.id,)


def _all(needs: Iterable[Needs]) -> Needs:
    return tuple(chain.from_iterable(needs))


def _objects(layout: Layout, digests: Digests) -> Iterator[PlannedObject]:
    for part, (item, path) in layout.manifests():
        yield PlannedObject(
            api_version=item.api_version,
            kind=item.kind,
            namespace=item.namespace,
            name=item.name,
            unit=part.unit.name if part else "",
            file=path,
            digest=digests.of_file[path],
            prune=part.unit.options.get("prune", True) if part else True,
        )


def _omitted_key(item: OmittedObject) -> tuple[str, ...]:
    return (item.unit, item.kind, item.namespace, item.name, item.api_version, item.action, item.reason)
