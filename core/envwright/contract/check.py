"""Nodes against the contract: every key, type and value that does not fit, as diagnostics at their marks.

`null` unsets: a key with it counts as absent. Where a template may stand, any text with `{{` passes until step 6 has
put a value in its place; a rule that depends on such a key is left until then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from envwright.contract.found import describe, is_null, meaning
from envwright.contract.places import places_of
from envwright.contract.rules import check_list_names, check_record_rules
from envwright.contract.scalars import check_scalar, refuse_ambiguous, refuse_infinite
from envwright.contract.shapes import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    shape_of,
)
from envwright.model.diagnostic import Diagnostic, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.model.suggest import did_you_mean

_MOST_KEYS = 10


Passed = dict[tuple[int, int], Node]
"""Maps that nothing is wrong with, by the identities of node and shape; holding the nodes keeps these from recurring.

Between step 4 and step 6 most nodes stay the same objects: what passed once with templates passes without, for a node
in which a template was evaluated is another one. It halves what checking costs, a fifth of `envwright validate`.
"""


class Check(NamedTuple):
    """One run of `check`: where it reports to, whether templates may stand, the shape it began with, what passed."""

    report: Report
    templates: bool
    root: Shape
    passed: Passed


def check(node: Node, annotation: Any, report: Report, *, templates: bool = True, passed: Passed | None = None) -> None:
    """Report all that is wrong with `node` as a value of `annotation`, a class of the contract or another annotation.

    `templates` False: step 6 is over, so what stands in a templated place is a value like any other. Reports EW101,
    EW102, EW103, EW105, EW106, EW107, EW109 and EW011. What is in `passed` is not looked at again, and what passes is
    added to it.
    """
    check_shape(node, shape_of(annotation), report, templates=templates, passed=passed)


def check_shape(
    node: Node, shape: Shape, report: Report, *, templates: bool = True, passed: Passed | None = None
) -> None:
    """Do what `check` does, for a shape that no annotation has: a partial record."""
    name = shape.name if isinstance(shape, RecordShape) else "the value"
    found = Report()
    _visit(node, shape, name, Check(found, templates, shape, {} if passed is None else passed))
    report.extend(sorted(found.items, key=_place))


def _place(found: Diagnostic) -> Mark:
    return found.where or Mark("")


def _visit(node: Node, shape: Shape, label: str, run: Check) -> None:
    _CHECKS[type(shape)](node, shape, label, run)


def _scalar(node: Node, shape: TextShape | NumberShape | FlagShape | ChoiceShape, label: str, run: Check) -> None:
    check_scalar(node, shape, label, run.report, templates=run.templates)


def _any(node: Node, shape: AnyShape, label: str, run: Check) -> None:
    if isinstance(node, Scalar):
        if not refuse_ambiguous(node, shape, label, run.report):
            refuse_infinite(node, label, run.report)
    elif isinstance(node, Seq):
        for item in node.items:
            _any(item, shape, label, run)
    else:
        for name, entry in node.entries.items():
            _any(entry.node, shape, name, run)


def _list(node: Node, shape: ListShape, label: str, run: Check) -> None:
    if not isinstance(node, Seq):
        _refuse(node, "a list", label, run, hint=_as_list(node))
        return
    item_label = f"an item of {label}"
    for item in node.items:
        _visit(item, shape.item, item_label, run)
    if shape.key:
        check_list_names(node, shape.key, run.report)


def _table(node: Node, shape: TableShape, label: str, run: Check) -> None:
    if not isinstance(node, Map):
        _refuse(node, "a map", label, run)
        return
    for name, entry in node.entries.items():
        if shape.name.pattern is not None:
            key = Scalar(name, entry.mark, '"')
            check_scalar(key, shape.name, f"a key of {label}", run.report, templates=False)
        if shape.null_is_value or not is_null(entry.node):
            _visit(entry.node, shape.item, name, run)


def _record(node: Node, shape: RecordShape, label: str, run: Check) -> None:
    short = shape.shorthand
    if short is not None and isinstance(node, Scalar) and not is_null(node):
        _visit(node, short.shape, label, run)
    elif not isinstance(node, Map):
        _refuse(node, f"a map, or `{short.name}` alone" if short is not None else "a map", label, run)
    elif (seen := (id(node), id(shape))) not in run.passed:
        before = len(run.report.items)
        _record_keys(node, shape, label, run)
        if len(run.report.items) == before:
            run.passed[seen] = node


def _record_keys(node: Map, shape: RecordShape, label: str, run: Check) -> None:
    present = {}
    keys = shape.keys
    for name, entry in node.entries.items():
        key = keys.get(name)
        if key is None:
            _unknown_key(name, entry, shape, label, run)
        elif not is_null(entry.node):
            present[name] = entry
            _visit(entry.node, key.shape, name, run)
    check_record_rules(node, shape, present, label, run.report)


def _unknown_key(name: str, entry: Entry, shape: RecordShape, label: str, run: Check) -> None:
    places = places_of(name, shape) or places_of(name, run.root)
    elsewhere = f"`{name}` is a key of {' and of '.join(places)}" if places else ""
    hint = " ".join(filter(None, [did_you_mean(name, shape.keys), elsewhere])) or _known(shape)
    run.report.error("EW101", f'{label} has no key "{name}"', entry.mark, hint=hint)


def _known(shape: RecordShape) -> str:
    names = list(shape.keys)
    return f"known here: {', '.join(names[:_MOST_KEYS])}{', …' if len(names) > _MOST_KEYS else ''}"


def _as_list(node: Node) -> str:
    """Return how to write a lone text as a list, empty for what is more than that."""
    if not isinstance(node, Scalar) or node.style or not isinstance(meaning(node), str):
        return ""
    return f"write [{node.text}]"


def _refuse(node: Node, expected: str, label: str, run: Check, hint: str = "") -> None:
    run.report.error("EW102", f"{label} takes {expected}, found {describe(node)}", node.mark, hint=hint)


_CHECKS: dict[type, Callable[[Node, Any, str, Check], None]] = {
    TextShape: _scalar,
    NumberShape: _scalar,
    FlagShape: _scalar,
    ChoiceShape: _scalar,
    AnyShape: _any,
    ListShape: _list,
    TableShape: _table,
    RecordShape: _record,
}
