"""Environments: their kind, and who shares whose namespace, which v1 writes down and v1alpha1 implies."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envwright.formats.edit import map_at, mapping, scalar, text_of, with_key
from envwright.formats.v1alpha1.origin import VIA
from envwright.model.nodes import Entry, Map

SLOT_ENVIRONMENT = "ai"
MAX_SLOTS = 9999
_READS_SLOT = re.compile(r"\{\{[^}]*\.Slot\b")


def convert_environments(spec: Map) -> Map:
    """Return `spec` with kind, slots and `sharesNamespaceOf` said for every environment.

    An environment takes slots if it is named `ai` or its namespace template, inherited or its own, reads `.Slot`. Where
    two others have the same template, the later one shares the namespace of the earlier, and with it its kind.
    """
    declared = map_at(spec, "environments")
    if declared is None:
        return spec
    environments = {
        name: entry.node if isinstance(entry.node, Map) else Map({}, entry.mark)
        for name, entry in declared.entries.items()
    }
    templates = {name: namespace_template(name, environments) for name in environments}
    owners = {name: _owner(name, environments, templates) for name in environments}
    entries = {
        name: Entry(declared.entries[name].mark, _converted(name, node, owners[name], templates[name]))
        for name, node in environments.items()
    }
    return with_key(spec, "environments", declared._replace(entries=entries))


def namespace_template(name: str, environments: Mapping[str, Map]) -> str:
    """Return an environment's namespace template, its own or the nearest inherited one; empty if there is none."""
    for ancestor in _lineage(name, environments):
        if template := text_of(environments[ancestor].get("namespaceTemplate")):
            return template
    return ""


def _lineage(name: str, environments: Mapping[str, Map]) -> list[str]:
    lineage: list[str] = []
    while name in environments and name not in lineage:
        lineage.append(name)
        name = text_of(environments[name].get("from"))
    return lineage


def _takes_slots(name: str, template: str) -> bool:
    return name == SLOT_ENVIRONMENT or _READS_SLOT.search(template) is not None


def _owner(name: str, environments: Mapping[str, Map], templates: Mapping[str, str]) -> str:
    """Return whose namespace an environment shares; one owner for all that have the same, empty for itself.

    It is `production` if that is among them, else the first in the file that inherits from none of the others.
    """
    template = templates[name]
    if not template or ".Env" in template or _takes_slots(name, template):
        return ""
    same = [other for other in environments if templates[other] == template and not _takes_slots(other, template)]
    heirs = {other for other in same if set(_lineage(other, environments)[1:]) & set(same)}
    owner = min(same, key=lambda other: (other != "production", other in heirs))
    return "" if owner == name else owner


def _converted(name: str, node: Map, owner: str, template: str) -> Map:
    kind = "slot" if _takes_slots(name, template) else "production" if "production" in (name, owner) else "development"
    node = with_key(node, "kind", scalar(kind, node.mark, VIA))
    if kind == "slot":
        most = scalar(str(MAX_SLOTS), node.mark, VIA)
        node = with_key(node, "slots", mapping({"max": most}, node.mark, VIA))
    return with_key(node, "sharesNamespaceOf", scalar(owner, node.mark, VIA)) if owner else node
