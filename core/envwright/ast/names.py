"""Named lists: every name stands once."""

from __future__ import annotations

from envwright.ast.merge import ITEM, Named, name_of
from envwright.model.diagnostic import Related, Report
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Seq


def refuse_duplicates(node: Node, named: Named, report: Report, path: tuple[str, ...] = ()) -> None:
    """Report each name that one list below `node` defines a second time (EW105), with the place of the first.

    To be called for every file before files are merged: between files the same name is what merging is for.
    """
    if isinstance(node, Map):
        for word, entry in node.entries.items():
            refuse_duplicates(entry.node, named, report, (*path, word))
    elif isinstance(node, Seq):
        _refuse_in_list(node, named(path), report)
        for item in node.items:
            refuse_duplicates(item, named, report, (*path, ITEM))


def _refuse_in_list(node: Seq, key: str | None, report: Report) -> None:
    seen: dict[str, Mark] = {}
    for item in node.items:
        name = name_of(item, key)
        if name is None:
            continue
        if name.text in seen:
            first = [Related("first here", seen[name.text])]
            report.error("EW105", f'"{name.text}" is defined twice in this list', name.mark, related=first)
        else:
            seen[name.text] = name.mark
