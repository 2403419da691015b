"""Rules between the keys of one record, and between the names of one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envwright.ast.merge import name_of
from envwright.contract.shapes import ChoiceShape, KeyShape, ListShape, RecordShape
from envwright.model.diagnostic import Related, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Scalar, Seq

_LONGEST_EXAMPLE = 60


def check_record_rules(node: Map, shape: RecordShape, present: Mapping[str, Entry], label: str, report: Report) -> None:
    """Report what the keys of a record say to each other; `present` are its known keys that are not null.

    Reports EW103 for a key that is missing, EW105 for a name that two lists share, EW107 for keys that exclude each
    other.
    """
    for name in shape.required:
        unset = node.entries.get(name)
        if unset is None:
            report.error("EW103", f"{label} lacks the key `{name}`", node.mark, hint=_example(shape.keys[name]))
        elif name not in present:
            summary = f"{label} needs the key `{name}`, which is null"
            report.error("EW103", summary, unset.mark, hint=_example(shape.keys[name]))
    for name in shape.restricted.intersection(present):
        _check_restricted(shape.keys[name], shape, present, label, report)
    for key in shape.demanded:
        _check_demanded(node, key, shape, present, label, report)
    if shape.exactly_one:
        _check_exactly_one(node, shape, present, label, report)
    for group in shape.exclusive:
        _refuse_together([name for name in group if name in present], present, label, report)
    if shape.shared_names:
        _check_shared_names(shape, present, report)


def check_list_names(node: Seq, key: str, report: Report) -> None:
    """Report EW105 for each item that has the name of an earlier one, under `key` or as the item itself."""
    _refuse_twice(_names(node, key), report)


def _example(key: KeyShape) -> str:
    from envwright.contract.flow import flow  # only a mistake pays for its import

    example = f"{key.name}: {flow(key.example)}"
    return f"for example `{example}`" if len(example) <= _LONGEST_EXAMPLE else f"add `{key.name}`"


def _check_restricted(
    key: KeyShape, shape: RecordShape, present: Mapping[str, Entry], label: str, report: Report
) -> None:
    for sibling, values in key.allowed_with:
        said = _said(shape, present, sibling)
        if said is not None and said.text not in values:
            summary = f"{label}: `{key.name}` does not go with {sibling} `{said.text}`"
            hint = f"it goes with {sibling} {' or '.join(values)}"
            where = Related(f"{sibling} is said here", said.mark)
            report.error("EW107", summary, present[key.name].mark, hint=hint, related=[where])


def _check_demanded(
    node: Map, key: KeyShape, shape: RecordShape, present: Mapping[str, Entry], label: str, report: Report
) -> None:
    for sibling, values in key.required_with:
        said = _said(shape, present, sibling)
        if key.name not in present and said is not None and said.text in values:
            summary = f"{label} lacks the key `{key.name}`, which {sibling} `{said.text}` needs"
            report.error("EW103", summary, node.mark, hint=_example(key))


def _said(shape: RecordShape, present: Mapping[str, Entry], sibling: str) -> Scalar | None:
    """Return the scalar that decides, None if it is absent, not allowed itself, or known only after step 6."""
    entry, declared = present.get(sibling), shape.keys[sibling].shape
    if entry is None or not isinstance(entry.node, Scalar) or not isinstance(declared, ChoiceShape):
        return None
    return entry.node if entry.node.text in declared.values else None


def _check_exactly_one(node: Map, shape: RecordShape, present: Mapping[str, Entry], label: str, report: Report) -> None:
    set_ = [name for name in shape.exactly_one if name in present]
    if not set_ and not shape.partial:
        report.error("EW103", f"{label} needs one of {', '.join(shape.exactly_one)}", node.mark)
    _refuse_together(set_, present, label, report)


def _refuse_together(names: list[str], present: Mapping[str, Entry], label: str, report: Report) -> None:
    if len(names) < 2:
        return
    first, *others = sorted(names, key=lambda name: (present[name].mark.line, present[name].mark.column))
    for name in others:
        where = Related(f"{first} is set here", present[first].mark)
        summary = f"{label}: `{first}` and `{name}` exclude each other"
        report.error("EW107", summary, present[name].mark, hint="keep one of them", related=[where])


def _check_shared_names(shape: RecordShape, present: Mapping[str, Entry], report: Report) -> None:
    """Report a name that stands in two of the lists; twice in one of them is that list's own mistake."""
    seen: dict[str, tuple[str, Mark]] = {}
    for key in shape.shared_names:
        declared = shape.keys[key].shape
        node = present[key].node if key in present else None
        if not isinstance(declared, ListShape) or not isinstance(node, Seq):
            continue
        for name, mark in _names(node, declared.key):
            owner, first = seen.setdefault(name, (key, mark))
            if owner != key:
                related = [Related(f"first in {owner}", first)]
                summary = f'"{name}" is a name in {owner} and in {key}'
                report.error("EW105", summary, mark, hint="rename one of them", related=related)


def _names(node: Seq, key: str) -> Iterator[tuple[str, Mark]]:
    for item in node.items:
        name = name_of(item, key)
        if name is not None:
            yield name.text, name.mark


def _refuse_twice(names: Iterator[tuple[str, Mark]], report: Report) -> None:
    seen: dict[str, Mark] = {}
    for name, mark in names:
        first = seen.setdefault(name, mark)
        if first is not mark:
            related = [Related("first here", first)]
            report.error("EW105", f'"{name}" is defined twice in this list', mark, related=related)
