"""Sections of the older file that templates read as fields of the root: in v1 they are values of `vars`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from envwright.formats.edit import map_at, with_key
from envwright.formats.pre_api_version.expressions import Expression
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.prelude import Definition
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import text
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq

ALWAYS = ("baseDomain", "storage")
NOWHERE = Mark("")
_EMPTY = Scalar("", NOWHERE, '"')
_VOLUME: dict[str, Node] = {"size": _EMPTY, "storageClass": _EMPTY, "accessModes": Seq((), NOWHERE)}


def values_that_vars_cannot_hold(
    root: Map, sections: Iterable[str], translator: Translator
) -> dict[tuple[str, ...], Expression]:
    """Return the values that read the namespace, by their path: they are written out where templates name them."""
    found = {}
    for section in sections:
        node = root.get(section)
        for path, scalar in _scalars(node, (section,)) if node is not None else ():
            if "{{" in scalar.text:
                value = translator.expression(scalar)
                if value is not None and "Namespace" in value.fields:
                    found[path] = value
    return found


def stack_vars(
    root: Map, environments: Iterable[str], definitions: dict[str, Definition], translator: Translator
) -> Map:
    """Return `vars`: the variables of the prelude and the sections that templates read.

    What the file leaves out and a template reads is empty there, as it was to the older tool: in v1 it is an error.
    """
    entries: dict[str, Entry] = {}
    for name in definitions.keys() & translator.variables:
        translator.sections |= definitions[name].sections
    for name, known in definitions.items():
        if known.var and name in translator.variables:
            entries[known.var] = Entry(known.mark, _value(known))
    read = {path[0] for path in translator.sections}
    for section in dict.fromkeys((*ALWAYS, *sorted(read))):
        declared = root.entries.get(section)
        if declared is not None:
            held = _without(declared.node, (section,), translator.names.inlined, translator.notes)
            entries[section] = Entry(declared.mark, translator.tree(held))
    tree = Map(entries, root.mark)
    for path in sorted(translator.sections):
        tree = _with_path(tree, path)
    domains, storage = map_at(tree, "baseDomain"), map_at(tree, "storage")
    if domains is not None:
        missing = {name: Entry(NOWHERE, _EMPTY) for name in environments if name not in domains.entries}
        tree = with_key(tree, "baseDomain", domains._replace(entries={**domains.entries, **missing}))
    return tree if storage is None else with_key(tree, "storage", _complete(storage))


def _value(known: Definition) -> Scalar:
    if known.expression.literal is not None:
        return text(known.expression.literal, known.mark)
    return Scalar(f"{{{{ {known.expression.text} }}}}", known.mark, "'")


def _scalars(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Map):
        for name, entry in node.entries.items():
            yield from _scalars(entry.node, (*path, name))


def _without(node: Node, path: tuple[str, ...], gone: Mapping[tuple[str, ...], Expression], notes: Notes) -> Node:
    if not isinstance(node, Map):
        return node
    entries = {}
    for name, entry in node.entries.items():
        below = (*path, name)
        if below in gone:
            why = "it reads the namespace, which `vars` do not see: templates that name it have its expression instead"
            notes.change(entry.mark, ".".join(below), why)
        else:
            entries[name] = entry._replace(node=_without(entry.node, below, gone, notes))
    return node._replace(entries=entries)


def _with_path(tree: Map, path: tuple[str, ...]) -> Map:
    """Return the tree with an empty text at a path that holds nothing."""
    first, *rest = path
    below = tree.get(first)
    if not rest:
        return tree if below is not None else with_key(tree, first, _EMPTY)
    if below is None:
        below = Map({}, NOWHERE)
    return with_key(tree, first, _with_path(below, tuple(rest))) if isinstance(below, Map) else tree


def _complete(storage: Map) -> Map:
    """Return `storage` with every key of every volume."""
    for name, entry in storage.entries.items():
        volume = entry.node if isinstance(entry.node, Map) else Map({}, entry.mark)
        for key, empty in _VOLUME.items():
            if volume.get(key) in (None, _EMPTY):
                volume = with_key(volume, key, empty)
        storage = with_key(storage, name, volume)
    return storage
