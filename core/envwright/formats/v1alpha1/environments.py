"""Environments: their kind, and who shares whose namespace, which v1 writes down and v1alpha1 implies."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.formats.edit import map_at, mapping, scalar, text_of, with_key
from envwright.formats.namespaces import lineage, owners, takes_slots
from envwright.formats.v1alpha1.origin import VIA
from envwright.model.nodes import Entry, Map, Scalar

MAX_SLOTS = 9999
_DEFAULT = "{{ .Project }}-{{ .Env }}"  # outside `ai`, which takes slots whatever its template


def convert_environments(spec: Map, project: str) -> Map:
    """Return `spec` with kind, slots and `sharesNamespaceOf` said for every environment.

    An environment takes slots if it is named `ai` or its namespace template, inherited or its own, reads `.Slot`. Of
    others that have one namespace all share that of one, and with it its kind.
    """
    declared = map_at(spec, "environments")
    if declared is None:
        return spec
    environments = {
        name: entry.node if isinstance(entry.node, Map) else Map({}, entry.mark)
        for name, entry in declared.entries.items()
    }
    parents = {name: text_of(node.get("from")) for name, node in environments.items()}
    templates = {name: _template(lineage(name, parents), environments) for name in environments}
    shared = owners(templates, project, parents)
    entries = {}
    for name, node in environments.items():
        converted = _converted(name, node, shared.get(name, ""), takes_slots(name, templates[name].text))
        entries[name] = Entry(declared.entries[name].mark, converted)
    return with_key(spec, "environments", declared._replace(entries=entries))


def _template(names: list[str], environments: Mapping[str, Map]) -> Scalar:
    """Return an environment's namespace template, its own, the nearest inherited one or the format's default."""
    for name in names:
        found = environments[name].get("namespaceTemplate")
        if isinstance(found, Scalar) and text_of(found):
            return found
    return Scalar(_DEFAULT, environments[names[0]].mark)


def _converted(name: str, node: Map, owner: str, has_slots: bool) -> Map:
    kind = "slot" if has_slots else "production" if "production" in (name, owner) else "development"
    node = with_key(node, "kind", scalar(kind, node.mark, VIA))
    if has_slots:
        most = scalar(str(MAX_SLOTS), node.mark, VIA)
        node = with_key(node, "slots", mapping({"max": most}, node.mark, VIA))
    return with_key(node, "sharesNamespaceOf", scalar(owner, node.mark, VIA)) if owner else node
