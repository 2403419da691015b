"""A plan as a tree of phases, units and steps, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from envwright.model.plan import Plan
from envwright.model.step import Step
from envwright.plan.views.escape import visible
from envwright.plan.views.wording import (
    LONGEST_DETAIL,
    Read,
    Wording,
    left_and_others,
    name_of,
    of_unit,
    plural,
    some,
    unread,
)

# Puts a text into the colour of its role: `title`, `phase`, `unit`, `verb` or `needs`.
Style = Callable[[str, str], str]


class Glyphs(NamedTuple):
    """What the tree is drawn with."""

    branch: str
    last: str
    through: str
    blank: str
    after: str


UNICODE = Glyphs("├─ ", "└─ ", "│  ", "   ", "← ")
ASCII = Glyphs("|- ", "`- ", "|  ", "   ", "<- ")


class Branch(NamedTuple):
    """A line of the tree and what hangs below it."""

    text: str
    below: tuple[Branch, ...] = ()


def plain(text: str, _role: str) -> str:
    """Return the text as it is."""
    return text


def plan_text(plan: Plan, style: Style = plain, glyphs: Glyphs = UNICODE, read: Read = unread) -> str:
    """Return the plan as a tree with a line break at the end; `read` gives the manifests of its Jobs.

    A step waits for the one above it in its unit; what else it waits for stands beside it.
    """
    heading = style(visible(f"{plan.project} {name_of(plan)}"), "title")
    facts = {"namespace": plan.namespace, "domain": plan.domain, "shares the namespace of": plan.shares_namespace_of}
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if value)
    counts = f"{plural(len(plan.steps), 'step')}, {plural(len(plan.objects), 'object')}"
    lines = [heading, f"{visible(told)} ({counts})"]
    for branch in _branches(plan, _Lines(Wording(plan, read), style, glyphs), style):
        lines.append(branch.text)
        lines.extend(_drawn(branch.below, "", glyphs))
    lines += [visible(line) for line in _omitted(plan)]
    return "\n".join(lines) + "\n"


def _omitted(plan: Plan) -> Iterator[str]:
    """Yield a line for each object that the plan goes without; why is in the Markdown view."""
    left, others = left_and_others(plan)
    if others:
        objects = sorted({(item.action, item.kind, item.name, item.unit) for item in others})
        yield f"left out or narrowed ({plural(len(objects), 'object')}):"
        yield from (f"  {action} {kind} {name}" + of_unit(unit) for action, kind, name, unit in objects)
    if left:
        yield f"left to {plan.shares_namespace_of} ({plural(len(left), 'object')}):"
        yield from (f"  {item.kind} {item.name}" + of_unit(item.unit) for item in left)


def _branches(plan: Plan, line: _Lines, style: Style) -> Iterator[Branch]:
    for phase, in_phase in groupby(plan.steps, key=lambda step: step.phase):
        if not phase:
            yield from (Branch(line.of(step, "")) for step in in_phase)
            continue
        below: list[Branch] = []
        for unit, steps in groupby(in_phase, key=lambda step: step.unit):
            leaves = tuple(Branch(line.of(step, before)) for step, before in _with_previous(steps))
            below.extend([Branch(style(visible(unit), "unit"), leaves)] if unit else leaves)
        yield Branch(style(visible(phase), "phase"), tuple(below))


def _with_previous(steps: Iterable[Step]) -> Iterator[tuple[Step, str]]:
    previous = ""
    for step in steps:
        yield step, previous
        previous = step.id


class _Lines:
    def __init__(self, wording: Wording, style: Style, glyphs: Glyphs) -> None:
        self._wording = wording
        self._style = style
        self._glyphs = glyphs

    def of(self, step: Step, previous: str) -> str:
        """Return the line of a step below the step `previous` of its unit."""
        words = f"{self._style(step.verb, 'verb')} {visible(self._wording.detail(step), LONGEST_DETAIL)}"
        needs = [each for each in step.needs if each != previous]
        if not needs:
            return words
        return f"{words}  {self._style(visible(self._glyphs.after + some(needs, 'step'), 400), 'needs')}"


def _drawn(branches: tuple[Branch, ...], indent: str, glyphs: Glyphs) -> Iterator[str]:
    for branch in branches:
        is_last = branch is branches[-1]
        yield indent + (glyphs.last if is_last else glyphs.branch) + branch.text
        yield from _drawn(branch.below, indent + (glyphs.blank if is_last else glyphs.through), glyphs)
