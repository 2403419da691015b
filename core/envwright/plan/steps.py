"""Make the steps: those of one unit in one phase, and those of the whole environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from envwright.model.contract.orchestration import Orchestration
from envwright.model.rendered import JobPurpose, RenderedUnit, RequiredSecret
from envwright.model.step import (
    Apply,
    EnsureSecret,
    OwnedPaths,
    Prune,
    ReadinessRule,
    RequiredKey,
    RunJob,
    SecretCopy,
    Step,
    WaitReady,
)
from envwright.plan.digests import Digests
from envwright.plan.layout import Manifest, Part, PlacedImage, PlacedJob
from envwright.plan.order import has_readiness
from envwright.plan.references import secrets_of

# seconds for what is a matter of a few requests, and for deletes, which wait for finalizers
BRIEF = 300
PRUNE_TIMEOUT = 900

# What a newer plan may cancel while it runs. A Job that changes data or acts on the world is never cut short; an apply
# is done in seconds and would leave half a unit.
SUPERSEDE: dict[JobPurpose, bool] = {"sync": True, "mirror": True, "build": True, "migration": False, "hook": False}

Needs = tuple[str, ...]


class Made(NamedTuple):
    """Some steps, and the ids of those that no other of them needs: who waits for all, waits for these."""

    steps: list[Step]
    ends: Needs


class Link(NamedTuple):
    """What makes a step of a unit, and the names of the Secrets that the step uses."""

    make: Callable[[Needs], Step]
    secrets: frozenset[str] = frozenset()


class StepMaker:
    """Makes the steps of one plan; each method is given the ids of the steps that the new one needs."""

    def __init__(
        self,
        digests: Digests,
        orchestration: Orchestration,
        units: Sequence[RenderedUnit],
        rules: Iterable[ReadinessRule] = (),
    ) -> None:
        self._digests = digests
        self._rules = {(rule.group, rule.kind): rule for rule in rules}
        self._on_failure = orchestration.on_failure
        self._wait = orchestration.readiness.strategy == "wait"
        self._prune_policy = orchestration.prune_policy
        self._labels = {unit.name: _job_labels(unit) for unit in units}

    def part(self, part: Part, needs: Needs, images: Needs = ()) -> Made:
        """Return the steps of one unit in one phase.

        Its Secrets need `needs`, each other step the one before it and the Secrets that it uses and that none before it
        used; the first of those needs `images` too.
        """
        steps: list[Step] = [self.ensure_secret(secret, part, needs) for secret in part.secrets]
        waiting = {secret.name: step.id for secret, step in zip(part.secrets, steps, strict=True)}
        before: Needs = ()
        for link in self._links(part):
            secrets = [waiting.pop(name) for name in [*waiting] if name in link.secrets]
            steps.append(link.make((*before, *secrets, *images) if before or secrets else (*needs, *images)))
            before, images = (steps[-1].id,), ()
        return Made(steps, (*before, *waiting.values()))

    def image(self, image: PlacedImage, needs: Needs) -> Made:
        """Return the steps that make an image. Their ids have a colon, which no unit's name has."""
        steps: list[Step] = []
        if image.prerequisites:
            step_id = f"apply/image:{image.name}"
            steps.append(self._apply("", "", {}, image.prerequisites, step_id, needs))
            needs = (step_id,)
        step_id = f"run-job/{image.job.job.purpose}:{image.name}"
        return Made([*steps, self._run_job("", "", image.job, step_id, needs)], (step_id,))

    def _links(self, part: Part) -> Iterator[Link]:
        name = part.unit.name
        if part.prerequisites:
            secrets = secrets_of(manifest.object for manifest in part.prerequisites)
            yield Link(self._apply_of(part, part.prerequisites, f"apply/{name}/{_before(part)}"), secrets)
        if part.definitions:
            yield Link(self._apply_of(part, part.definitions, f"apply/{name}/definitions"))
            # also where nothing else is waited for: the server refuses objects of a kind that it does not serve yet
            yield Link(partial(self._wait_ready, part, part.definitions, f"wait-ready/{name}/definitions"))
        for job in part.before:
            yield Link(self._job_of(part, job), secrets_of([job.job.object]))
        # objects of any kind may name a Secret: the unit itself begins when all are there
        every = frozenset(secret.name for secret in part.secrets)
        for make in self._itself(part):
            yield Link(make, every)

    def _itself(self, part: Part) -> Iterator[Callable[[Needs], Step]]:
        if part.objects:
            yield self._apply_of(part, part.objects, f"apply/{part.unit.name}")
        for job in part.main:
            yield self._job_of(part, job)
        awaited = [manifest for manifest in part.objects if has_readiness(manifest.object)]
        if awaited and (self._wait or part.after):
            yield partial(self._wait_ready, part, awaited, f"wait-ready/{part.unit.name}")
        for job in part.after:
            yield self._job_of(part, job)

    def _apply_of(self, part: Part, manifests: Sequence[Manifest], step_id: str) -> Callable[[Needs], Step]:
        return partial(self._apply, part.phase, part.unit.name, part.unit.options, manifests, step_id)

    def _job_of(self, part: Part, placed: PlacedJob) -> Callable[[Needs], Step]:
        label = self._labels[part.unit.name][placed.job.object.namespace, placed.job.object.name]
        return partial(self._run_job, part.phase, part.unit.name, placed, f"run-job/{part.unit.name}/{label}")

    def ensure_secret(self, secret: RequiredSecret, part: Part | None, needs: Needs) -> EnsureSecret:
        """Make the step for a Secret of `part`, or of the stack if there is none."""
        unit = part.unit.name if part else ""
        keys = [
            {"name": key["name"], "optional": bool(key.get("optional")), "generate": key.get("generate")}
            for key in secret.keys
        ]
        operation = {
            "verb": "ensure-secret",
            "name": secret.name,
            "type": secret.type,
            "keys": keys,
            "copyFrom": secret.copy_from,
        }
        return EnsureSecret(
            id=f"ensure-secret/{unit}/{secret.name}" if unit else f"ensure-secret/{secret.name}",
            phase=part.phase if part else "",
            unit=unit,
            needs=needs,
            timeout=BRIEF,
            on_failure=self._on_failure,
            supersede=False,
            digest=self._digests.of_step(operation),
            name=secret.name,
            type=secret.type,
            keys=tuple(RequiredKey(**key) for key in keys),
            copy_from=SecretCopy(namespace=secret.copy_from[0], name=secret.copy_from[1]) if secret.copy_from else None,
        )

    def _apply(
        self,
        phase: str,
        unit: str,
        options: Mapping[str, Any],
        manifests: Sequence[Manifest],
        step_id: str,
        needs: Needs,
    ) -> Apply:
        ownership = [
            {"kind": owned["kind"], "name": owned.get("name") or "", "paths": list(owned["paths"])}
            for owned in options.get("ownership") or ()
        ]
        files = tuple(manifest.path for manifest in manifests)
        operation = {
            "verb": "apply",
            "onConflict": options.get("onConflict", "refuse"),
            "replace": options.get("replace", False),
            "ownership": ownership,
        }
        return Apply(
            id=step_id,
            phase=phase,
            unit=unit,
            needs=needs,
            timeout=BRIEF,
            on_failure=self._on_failure,
            supersede=False,
            digest=self._digests.of_step(operation, files),
            manifests=files,
            on_conflict=options.get("onConflict", "refuse"),
            replace=options.get("replace", False),
            ownership=tuple(OwnedPaths(**{**owned, "paths": tuple(owned["paths"])}) for owned in ownership),
        )

    def _run_job(self, phase: str, unit: str, placed: PlacedJob, step_id: str, needs: Needs) -> RunJob:
        job = placed.job
        operation = {"verb": "run-job", "purpose": job.purpose, "target": job.target}
        return RunJob(
            id=step_id,
            phase=phase,
            unit=unit,
            needs=needs,
            timeout=job.timeout,
            on_failure=self._on_failure,
            supersede=SUPERSEDE[job.purpose],
            digest=self._digests.of_job(operation, placed.manifest),
            manifest=placed.path,
            purpose=job.purpose,
            produces=job.produces,
            run_on=job.run_on,
            reversible=job.reversible,
            target=job.target,
            retries=job.retries,
        )

    def _wait_ready(self, part: Part, manifests: Sequence[Manifest], step_id: str, needs: Needs) -> WaitReady:
        custom = dict(part.unit.options.get("readiness") or {})
        files = tuple(manifest.path for manifest in manifests)
        kinds = dict.fromkeys((manifest.object.group, manifest.object.kind) for manifest in manifests)
        rules = tuple(self._rules[kind] for kind in kinds if kind in self._rules and kind[1] not in custom)
        return WaitReady(
            id=step_id,
            phase=part.phase,
            unit=part.unit.name,
            needs=needs,
            timeout=part.unit.ready_timeout,
            on_failure=self._on_failure,
            supersede=True,
            digest=self._digests.of_step({"verb": "wait-ready", "custom": custom, **_as_json(rules)}, files),
            manifests=files,
            custom=custom,
            rules=rules,
        )

    def phase_gate(self, phase: str, needs: Needs) -> WaitReady:
        """Make the step that closes a phase: many steps of the next one need it instead of each unit's last."""
        return self._gate(f"wait-ready/phase/{phase}", phase, {"phase": phase}, needs)

    def gate(self, of: str, needs: Needs) -> WaitReady:
        """Make the step that closes what comes before the phases. Its id has a colon, which no unit's name has."""
        return self._gate(f"wait-ready/all:{of}", "", {"all": of}, needs)

    def _gate(self, step_id: str, phase: str, operation: Mapping[str, Any], needs: Needs) -> WaitReady:
        return WaitReady(
            id=step_id,
            phase=phase,
            unit="",
            needs=needs,
            timeout=BRIEF,
            on_failure=self._on_failure,
            supersede=True,
            digest=self._digests.of_step({"verb": "wait-ready", **operation}),
            manifests=(),
            custom={},
        )

    def prune(self, needs: Needs) -> Prune:
        """Make the last step."""
        policy = self._prune_policy
        operation: dict[str, Any] = {
            "verb": "prune",
            "maxPercent": policy.max_percent,
            "protectedKinds": list(policy.protected_kinds),
        }
        return Prune(
            id="prune",
            phase="",
            unit="",
            needs=needs,
            timeout=PRUNE_TIMEOUT,
            on_failure="stop",  # all else is ready: going back would not make the delete succeed
            supersede=True,
            digest=self._digests.of_step(operation),
            max_percent=policy.max_percent,
            protected_kinds=policy.protected_kinds,
        )


def _as_json(rules: Sequence[ReadinessRule]) -> dict[str, Any]:
    """Return rules as part of an operation, which says nothing of rules where there is none."""
    if not rules:
        return {}
    return {
        "rules": [
            {
                "group": rule.group,
                "kind": rule.kind,
                "conditions": list(rule.conditions),
                "values": {path: list(values) for path, values in rule.values.items()},
                "failed": list(rule.failed),
            }
            for rule in rules
        ]
    }


def _before(part: Part) -> str:
    """Return what tells the apply of prerequisites from the unit's others."""
    if not part.phase:
        return "namespace"
    return "before" if part.phase == part.unit.phase else f"before-{part.phase}"


def _job_labels(unit: RenderedUnit) -> dict[tuple[str, str], str]:
    """Return what tells the unit's Jobs apart: their names without the unit's, where that leaves them different."""
    names = Counter(job.object.name for job in unit.jobs)
    labels = {}
    for job in unit.jobs:
        name = job.object.name
        short = name.removeprefix(f"{unit.name}-") or name
        label = name if short != name and short in names else short
        labels[job.object.namespace, name] = label if names[name] == 1 else f"{job.object.namespace}/{name}"
    return labels
