"""Hooks: steps on the machine that ran the older tool. v1 has typed Jobs in the cluster, and waits by itself."""

from __future__ import annotations

import re

from envwright.formats.edit import map_at, text_of
from envwright.formats.pre_api_version.notes import Notes
from envwright.model.contract.types import Duration
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Scalar, Seq

_DURATION = re.compile(Duration.__metadata__[0].regex)  # type: ignore[attr-defined]  # Annotated keeps it there
_TYPED = {"beforeApply": "beforeDeploy", "afterApply": "afterReady"}


def tell_hooks(owner: str, hooks: Map, notes: Notes) -> Scalar | None:
    """Tell what becomes of hooks, step by step; return the longest time that one of them waited for readiness."""
    waits = []
    for stage, entry in hooks.entries.items():
        for step in entry.node.items if isinstance(entry.node, Seq) else ():
            if isinstance(step, Map):
                name = text_of(step.get("name")) or text_of(step.get("use"))
                what = f"{owner}: hook {stage}" + (f' "{name}"' if name else "")
                if text_of(step.get("use")) == "kubectl.wait":
                    notes.change(step.mark, what, "not needed: a unit is waited for until it is ready")
                    waits.append(_timeout(step))
                else:
                    notes.lose(step.mark, what, _reason(stage, step), shown=True)
    known = [wait for wait in waits if wait is not None]
    return max(known, key=lambda wait: seconds(wait.text)) if known else None


def duration(node: object, mark: Mark) -> Scalar | None:
    """Return a duration in v1's form, None for anything else."""
    if isinstance(node, Scalar) and _DURATION.fullmatch(text_of(node)):
        return Scalar(text_of(node), mark)
    return None


def seconds(written: str) -> int:
    """Return how long a duration such as `1h30m` is."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"([0-9]+)([hms])", written))


def _timeout(step: Map) -> Scalar | None:
    options = map_at(step, "with")
    found = options.get("timeout") if options is not None else None
    return duration(found or step.get("timeout"), step.mark)


def _reason(stage: str, step: Map) -> str:
    if stage not in _TYPED:
        return "nothing runs on a machine when an environment goes"
    if text_of(step.get("run")):
        where = f"`hooks.{_TYPED[stage]}`"
        return f"no shell runs on the machine that renders: write a Job with image and command under {where}"
    return f"`{text_of(step.get('use'))}` is an action of the older tool"
