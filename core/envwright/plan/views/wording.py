"""Steps and objects in words, the same in every view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from envwright.model.plan import OmittedObject, Plan
from envwright.model.step import Apply, EnsureSecret, Prune, Restart, RunJob, Step, WaitReady
from envwright.plan.views.jobs import runs

MANY = 4
# of what a step works on: a Job's image and command fit
LONGEST_DETAIL = 240


# Gives the object in a manifest file as plain JSON values, empty where it is not at hand.
Read = Callable[[str], Mapping[str, Any]]


def unread(_path: str) -> Mapping[str, Any]:
    """Stand in for manifests that are not at hand."""
    return {}


class Wording:
    """Puts the steps of one plan into words; of the manifests that `read` gives it tells what Jobs run."""

    def __init__(self, plan: Plan, read: Read = unread) -> None:
        self._objects = {item.file: item for item in plan.objects}
        self._read = read

    def detail(self, step: Step) -> str:
        """Return what the step works on, in a few words."""
        match step:
            case EnsureSecret():
                return secret_detail(step)
            case Apply():
                return self._named(step.manifests)
            case RunJob():
                return self._job(step)
            case WaitReady() if not step.manifests:
                return "all of the phase" if step.phase else "all of the above"
            case WaitReady():
                return f"{self._counted(step.manifests)}, up to {duration(step.timeout)}"
            case Restart():
                return self._named(step.manifests)
            case Prune():
                return f"what is gone from the plan, at most {step.max_percent} % of the objects"

    def object(self, path: str) -> str:
        """Return the object of a manifest file."""
        item = self._objects[path]
        return f"{item.kind} {item.name}"

    def _job(self, step: RunJob) -> str:
        always = "always" if step.run_on == "always" else "on change"
        content = runs(self._read(step.manifest))
        said = f"{step.purpose} {label(step)}, {always}, up to {duration(step.timeout)}"
        return said + (f", data in {step.target}" if step.target else "") + (f": {content}" if content else "")

    def _named(self, files: Sequence[str]) -> str:
        return self._counted(files) if len(files) > MANY else ", ".join(map(self.object, files))

    def _counted(self, files: Sequence[str]) -> str:
        kinds = Counter(self._objects[path].kind for path in files)
        return ", ".join(f"{number} {kind}" if number > 1 else kind for kind, number in kinds.items())


def secret_detail(step: EnsureSecret) -> str:
    """Return which Secret must exist, with which keys and where they come from."""
    generated = [each.name for each in step.keys if each.generate is not None]
    keys = some([each.name for each in step.keys], "key")
    origin = f", generated: {some(generated, 'key')}" if generated else ""
    source = f", copied from {step.copy_from.namespace}/{step.copy_from.name}" if step.copy_from else ""
    return f"{step.name}: {keys or 'no keys'}{origin}{source}"


def left_and_others(plan: Plan) -> tuple[list[OmittedObject], list[OmittedObject]]:
    """Return what is left to the owner of a shared namespace, and what else the plan goes without."""
    left = [item for item in plan.omitted if item.action == "owner"]
    return left, [item for item in plan.omitted if item.action != "owner"]


def of_unit(unit: str) -> str:
    """Return the unit as it stands behind an object, nothing for an object of none."""
    return f" ({unit})" if unit else ""


def label(step: Step) -> str:
    """Return the part of the step's id that tells it from others of its verb and unit, empty if there is none."""
    if not step.unit:
        return step.id.partition(":")[2]  # the image that a step makes
    return step.id.removeprefix(f"{step.verb}/{step.unit}").lstrip("/")


def some(names: Sequence[str], thing: str) -> str:
    """Return the names, or a few of them and how many more."""
    rest = len(names) - MANY
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:MANY])} and {plural(rest, f'more {thing}')}"


def plural(number: int, thing: str) -> str:
    """Return the number with the thing in the right form: `1 step`, `2 steps`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def duration(seconds: int) -> str:
    """Return a duration as the contract spells it: 90 seconds are `1m30s`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def name_of(plan: Plan) -> str:
    """Return the environment's name as people say it, with the slot's number."""
    return f"{plan.environment} slot {plan.slot}" if plan.slot else plan.environment
