"""A transition for a reviewer: for a terminal, and in Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Literal

from envwright.model.transition import ObjectRef, StepChange, Transition, UnitObject
from envwright.plan.views.escape import markdown_code, visible
from envwright.plan.views.markdown import MOST_ROWS
from envwright.plan.views.text import plain
from envwright.plan.views.wording import plural

Sign = Literal["create", "change", "replace", "move", "delete", "keep", "run", "step", "image", "disrupt", "order"]
# Puts a line into the colour of its sign.
Style = Callable[[str, str], str]
# Quotes a name for its place.
Quote = Callable[[str], str]

# steps that a change is told of one by one
MOST_APART = 3

_MARKS: dict[Sign, str] = {
    "disrupt": "!",
    "replace": "±",
    "delete": "-",
    "create": "+",
    "change": "~",
    "move": ">",
    "keep": "=",
    "run": "▸",
    "step": "*",
    "image": "·",
    "order": "#",
}
_HEADINGS: dict[Sign, str] = {
    "disrupt": "Will be felt",
    "replace": "Deleted and created again",
    "delete": "Deleted",
    "create": "Created",
    "change": "Changed",
    "move": "Moved",
    "keep": "Gone from the render, kept in the cluster",
    "run": "Jobs that run",
    "step": "Steps that run otherwise",
    "image": "Images",
    "order": "Deleted first",
}


def transition_text(transition: Transition, style: Style = plain) -> str:
    """Return the transition, a line for each change, with a line break at the end."""
    lines = [style(f"{_MARKS[sign]} {line}", sign) for sign, line in _lines(transition, visible)]
    return "\n".join([*lines, summary(transition)]) + "\n"


def transition_markdown(transition: Transition, whole: frozenset[Sign] = frozenset()) -> str:
    """Return the transition in Markdown, with a line break at the end; lists of the signs in `whole` are never cut."""
    parts = [f"{summary(transition)}."]
    found: dict[Sign, list[str]] = {}
    for sign, line in _lines(transition, markdown_code):
        found.setdefault(sign, []).append(f"- {line}")
    for sign, lines in found.items():
        most = len(lines) if sign in whole else MOST_ROWS
        more = [f"- and {len(lines) - most} more"] if len(lines) > most else []
        parts.append("\n".join((f"### {_HEADINGS[sign]}", "", *lines[:most], *more)))
    return "\n\n".join(parts) + "\n"


def summary(transition: Transition) -> str:
    """Return how much changes, in one line without a full stop."""
    counts = (
        ("create", transition.created),
        ("change", transition.changed),
        ("replace", transition.replaced),
        ("move", transition.moved),
        ("delete", transition.deleted),
    )
    words = [f"{len(items)} to {verb}" for verb, items in counts if items]
    jobs = [f"{plural(len(transition.runs), 'Job')} to run"] if transition.runs else []
    count = len({change.step for change in transition.steps})
    steps = [f"{plural(count, 'step')} to run otherwise"] if count else []
    same = transition.predecessor in (None, transition.plan)
    return ", ".join([*words, *jobs, *steps]) or ("no changes" if same else "only the plan changes")


def _lines(transition: Transition, quote: Quote) -> Iterator[tuple[Sign, str]]:
    for felt in transition.disruptive:
        yield "disrupt", f"{_named(felt, quote)}: {quote(felt.reason)}"
    for replaced in transition.replaced:
        fields = quote(", ".join(replaced.immutable_fields))
        consent = "" if replaced.consent else "; its unit does not say `replace: true`, so the reconciler will stop"
        yield "replace", f"{_named(replaced, quote)}: {fields} cannot change{consent}"
    simple: tuple[tuple[Sign, tuple[UnitObject, ...]], ...] = (
        ("delete", transition.deleted),
        ("create", transition.created),
        ("change", transition.changed),
    )
    for sign, items in simple:
        for item in items:
            yield sign, _named(item, quote)
    for moved in transition.moved:
        yield "move", f"{_named(moved, quote)}: {quote(moved.from_file)} → {quote(moved.file)}"
    for kept in transition.kept:
        yield "keep", f"{_named(kept, quote)}: {quote(kept.reason)}"
    for step in transition.runs:
        yield "run", quote(step)
    for line in _settings(transition, quote):
        yield "step", line
    for image in transition.images:
        yield "image", f"{quote(image.name)}: {quote(image.before or 'none')} → {quote(image.after or 'none')}"
    for order in transition.delete_first:
        yield "order", f"{_object(order.delete, quote)} before {_object(order.before, quote)}: {quote(order.holds)}"


def _named(item: UnitObject, quote: Quote) -> str:
    return f"{_object(item, quote)} of {quote(item.unit)}" if item.unit else _object(item, quote)


def _object(item: ObjectRef, quote: Quote) -> str:
    place = f"{item.namespace}/" if item.namespace else ""
    return quote(f"{item.kind} {place}{item.name}")


def _settings(transition: Transition, quote: Quote) -> Iterator[str]:
    """Yield a line for each setting that changed; what changed alike in many steps is told once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for change in transition.steps:
        alike.setdefault((change.field, _values(change, quote)), []).append(change.step)
    for (field, values), steps in alike.items():
        said = f"{quote(field)} {values}" if field else values
        shown = [", ".join(map(quote, steps))] if len(steps) > MOST_APART else map(quote, steps)
        yield from (f"{names}: {said}" for names in shown)


def _values(change: StepChange, quote: Quote) -> str:
    if not change.field:
        return "is new" if change.before is None else "is gone"
    before, after = (json.dumps(value, ensure_ascii=False, sort_keys=True) for value in (change.before, change.after))
    return f"{quote(before)} → {quote(after)}"
