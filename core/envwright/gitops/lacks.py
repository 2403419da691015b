"""What of a stack Argo CD and Flux cannot carry: they apply a tree, and know neither builds nor the plan's promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from envwright.gitops.waves import CLAIM
from envwright.kubernetes.kinds import custom_kinds
from envwright.kubernetes.pods import pod_spec_of
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, RenderedJob, RequiredSecret
from envwright.model.resolved import ResolvedEnvironment
from envwright.plan.layout import Layout, Part
from envwright.plan.needs import Wiring, wire
from envwright.plan.order import has_readiness
from envwright.plan.references import Reference, named_by, reference_to

NAMES = {"argocd": "Argo CD", "flux": "Flux"}
# Argo CD's own word that a Job is a hook: whoever wrote it knows that it runs at every sync
HOOK = "argocd.argoproj.io/hook"


def lacks(
    environment: ResolvedEnvironment, layout: Layout, secrets: Iterable[RequiredSecret], spec: Mark
) -> Iterator[Diagnostic]:
    """Yield EW410 for everything that the environment's tool cannot carry; `spec` is where no better place is known."""
    tool = environment.gitops.tool
    places = {unit.name: unit.mark for unit in environment.units}
    for image in layout.images:
        mark = environment.images[image.name.partition(".")[0]].mark
        yield _lack(tool, f'no Job can make the image "{image.name}"', mark, "let CI push it: without a builder for it")
    of_units = (secret for part in layout.parts for secret in part.secrets)
    yield from _secrets(tool, (*secrets, *of_units))
    if environment.orchestration.on_failure == "rollback":
        yield _lack(tool, "it does not go back by itself: `onFailure: rollback`", spec, "write `onFailure: stop`")
    yield from _of_argocd(layout, places) if tool == "argocd" else _of_flux(layout, environment.phases, places)


def _secrets(tool: str, secrets: Iterable[RequiredSecret]) -> Iterator[Diagnostic]:
    for secret in secrets:
        made = any(key.get("generate") for key in secret.keys)
        if made or secret.copy_from is not None:
            what = "generates" if made else "copies"
            hint = "make it by other means, such as an operator, and declare that it must exist"
            yield _lack(tool, f'nothing {what} the Secret "{secret.name}"', secret.source, hint)


def _of_argocd(layout: Layout, places: Mapping[str, Mark]) -> Iterator[Diagnostic]:
    """Yield what Argo CD lacks: its hooks run at every sync, and nothing remembers that one has succeeded."""
    for part, job in _jobs(layout.parts):
        metadata = job.object.content["metadata"]
        authors_own = HOOK in (metadata.get("annotations") or {})
        # a migration tool records in the database what it has done
        if job.run_on == "change" and job.purpose != "migration" and not authors_own:
            fault = f'the Job "{job.object.name}" would run at every sync, not when it changed'
            hint = "write `runOn: always` if it may run again" if job.purpose == "hook" else f"annotate it with {HOOK}"
            yield _lack("argocd", fault, places.get(part.unit.name, job.object.source), hint)


def _of_flux(layout: Layout, phases: Sequence[str], places: Mapping[str, Mark]) -> Iterator[Diagnostic]:
    """Yield what Flux lacks: it applies all of a phase at once, and runs a Job when it changes."""
    for part, job in _jobs(layout.parts):
        if job.run_on == "always":
            fault = f'the Job "{job.object.name}" would run when it changed, not at every run'
            yield _lack("flux", fault, places.get(part.unit.name, job.object.source), "write `runOn: change`")
    for part in layout.parts:
        before = [*part.before] if part.objects or part.main else part.before[1:]
        for job in (*before, *part.after):
            fault = f'the Job "{job.job.object.name}" would run at once with all of the phase {part.phase}'
            mark = places.get(part.unit.name, job.job.object.source)
            yield _lack("flux", fault, mark, "give it a unit of its own in another phase (`deployGroup`)")
    for part, item in _too_early(layout, phases):
        fault = f'{item.kind} "{item.name}" would come before what it is of or in, which has a later phase'
        yield _lack("flux", fault, item.source, f'move its definition or its Namespace to the phase "{part.phase}"')
    for part, claim in _unmounted(layout):
        fault = f'{claim.kind} "{claim.name}" would be waited for, and nothing of the phase {part.phase} mounts it'
        yield _lack("flux", fault, claim.source, "give it to a unit of the phase that mounts it first")
    for phase in layout.phases:
        wiring = wire(layout, phase)
        for part, waits in zip(wiring.parts, wiring.waits, strict=True):
            if others := [wiring.parts[index] for index in waits if _takes_time(wiring, index)]:
                names = " and ".join(f'"{other.unit.name}"' for other in others)
                fault = f'"{part.unit.name}" would not wait for {names}: all of the phase {phase} comes at once'
                yield _lack("flux", fault, places.get(part.unit.name), "put them into two phases (`deployGroup`)")


def _too_early(layout: Layout, phases: Sequence[str]) -> Iterator[tuple[Part, KubernetesObject]]:
    """Yield what has an earlier phase than the Namespace or the definition that the plan would apply first."""
    makers: dict[tuple[str, str], str] = {}
    for part in layout.first:
        makers.update({("", manifest.object.name): part.unit.phase for manifest in part.prerequisites})
        kinds = custom_kinds(manifest.object.content for manifest in part.definitions)
        makers.update(dict.fromkeys(kinds, part.unit.phase))
    ranks = {phase: rank for rank, phase in enumerate(phases)}
    for part in layout.parts if makers else ():
        for item, _ in part.manifests():
            needs = [makers[key] for key in ((item.group, item.kind), ("", item.namespace)) if key in makers]
            if any(ranks[phase] > ranks[part.phase] for phase in needs):
                yield part, item


def _unmounted(layout: Layout) -> Iterator[tuple[Part, KubernetesObject]]:
    """Yield the claims that only a later phase mounts: most storage classes make a volume for the first pod alone."""
    mounted: set[Reference] = set()
    for phase in layout.phases:
        items = [(part, item) for part in layout.parts if part.phase == phase for item, _ in part.manifests()]
        for _, item in items:
            mounted |= named_by(pod_spec_of(item.content) or {}, item.namespace)
        for part, item in items:
            bound = (item.content.get("spec") or {}).get("volumeName")
            if item.kind == CLAIM and not bound and reference_to(item) not in mounted:
                yield part, item


def _takes_time(wiring: Wiring, index: int) -> bool:
    """Return whether a part, or one that it waits for, has something to become ready."""
    part = wiring.parts[index]
    jobs = (*part.before, *part.main, *part.after)
    ready = any(has_readiness(manifest.object) for manifest in part.objects)
    return bool(jobs) or ready or any(_takes_time(wiring, other) for other in wiring.waits[index])


def _jobs(parts: Sequence[Part]) -> Iterator[tuple[Part, RenderedJob]]:
    return ((part, placed.job) for part in parts for placed in (*part.before, *part.main, *part.after))


def _lack(tool: str, fault: str, mark: Mark | None, hint: str) -> Diagnostic:
    return diagnostic("error", "EW410", f"{NAMES[tool]} cannot carry this stack: {fault}", mark, hint=hint)
