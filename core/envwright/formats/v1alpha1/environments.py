"""Environments: their kind, and who shares whose namespace, which v1 writes down and v1alpha1 implies."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envwright.formats.edit import map_at, mapping, scalar, text_of, with_key
from envwright.formats.v1alpha1.origin import VIA
from envwright.model.diagnostic import Refused
from envwright.model.dialect import V1ALPHA1
from envwright.model.nodes import Entry, Map, Scalar
from envwright.templates.render import evaluate
from envwright.templates.scope import Scope

SLOT_ENVIRONMENT = "ai"
MAX_SLOTS = 9999
_READS_SLOT = re.compile(r"\{\{[^}]*\.Slot\b")


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
    templates = {name: _template(name, environments) for name in environments}
    namespaces = {
        name: _namespace(template, project, name)
        for name, template in templates.items()
        if not _takes_slots(name, template)
    }
    entries = {}
    for name, node in environments.items():
        owner = _owner(name, environments, namespaces)
        entries[name] = Entry(
            declared.entries[name].mark, _converted(name, node, owner, _takes_slots(name, templates[name]))
        )
    return with_key(spec, "environments", declared._replace(entries=entries))


def _template(name: str, environments: Mapping[str, Map]) -> Scalar:
    """Return an environment's namespace template, its own, the nearest inherited one or the format's default."""
    for ancestor in _lineage(name, environments):
        found = environments[ancestor].get("namespaceTemplate")
        if isinstance(found, Scalar) and text_of(found):
            return found
    return Scalar(V1ALPHA1.namespace_default, environments[name].mark)


def _lineage(name: str, environments: Mapping[str, Map]) -> list[str]:
    lineage: list[str] = []
    while name in environments and name not in lineage:
        lineage.append(name)
        name = text_of(environments[name].get("from"))
    return lineage


def _takes_slots(name: str, template: Scalar) -> bool:
    default = template.text == V1ALPHA1.namespace_default  # it reads the slot for `ai` alone
    return name == SLOT_ENVIRONMENT or (not default and _READS_SLOT.search(template.text) is not None)


def _namespace(template: Scalar, project: str, environment: str) -> str:
    """Return a namespace as it is without variables, or the template where that cannot be said."""
    scope = Scope({"Project": project, "Env": environment, "Slot": 0, "Vars": {}, "Versions": {}}, strict=False)
    try:
        return str(evaluate(template, scope).value).strip()
    except Refused:
        return template.text


def _owner(name: str, environments: Mapping[str, Map], namespaces: Mapping[str, str]) -> str:
    """Return whose namespace an environment shares; one owner for all that have the same, empty for itself.

    It is `production` if that is among them, else the first in the file that inherits from none of the others.
    """
    same = [other for other, namespace in namespaces.items() if namespace == namespaces.get(name)]
    if not same:
        return ""
    heirs = {other for other in same if set(_lineage(other, environments)[1:]) & set(same)}
    owner = min(same, key=lambda other: (other != "production", other in heirs))
    return "" if owner == name else owner


def _converted(name: str, node: Map, owner: str, takes_slots: bool) -> Map:
    kind = "slot" if takes_slots else "production" if "production" in (name, owner) else "development"
    node = with_key(node, "kind", scalar(kind, node.mark, VIA))
    if takes_slots:
        most = scalar(str(MAX_SLOTS), node.mark, VIA)
        node = with_key(node, "slots", mapping({"max": most}, node.mark, VIA))
    return with_key(node, "sharesNamespaceOf", scalar(owner, node.mark, VIA)) if owner else node
