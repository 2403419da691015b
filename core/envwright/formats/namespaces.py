"""Which environments of an older file have one namespace: v1 says it, older formats leave it to their templates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envwright.model.diagnostic import Refused
from envwright.model.nodes import Scalar
from envwright.templates.render import evaluate
from envwright.templates.scope import Scope

SLOT_ENVIRONMENT = "ai"
_READS_SLOT = re.compile(r"\{\{[^}]*\.Slot\b")


def takes_slots(name: str, template: str) -> bool:
    """Return whether an environment takes slots: by its name, or because its namespace template reads the slot."""
    return name == SLOT_ENVIRONMENT or _READS_SLOT.search(template) is not None


def lineage(name: str, parents: Mapping[str, str]) -> list[str]:
    """Return an environment and its ancestors, nearest first; `parents` gives each its `from`, empty for none."""
    found: list[str] = []
    while name in parents and name not in found:
        found.append(name)
        name = parents[name]
    return found


def owners(templates: Mapping[str, Scalar], project: str, parents: Mapping[str, str]) -> dict[str, str]:
    """Return whose namespace each environment shares; those that share none are left out, slots among them.

    `templates` are the namespace templates in the order of the file. All that have one namespace share that of
    `production` if it is among them, else that of the first that inherits from none of the others.
    """
    namespaces = {
        name: _namespace(template, project, name)
        for name, template in templates.items()
        if not takes_slots(name, template.text)
    }
    found = {}
    for name, namespace in namespaces.items():
        same = [other for other, its in namespaces.items() if its == namespace]
        heirs = {other for other in same if set(lineage(other, parents)[1:]) & set(same)}
        owner = min(same, key=lambda other: (other != "production", other in heirs))
        if owner != name:
            found[name] = owner
    return found


def _namespace(template: Scalar, project: str, environment: str) -> str:
    """Return a namespace as it is without variables, or the template where that cannot be said."""
    scope = Scope({"Project": project, "Env": environment, "Slot": 0, "Vars": {}, "Versions": {}}, strict=False)
    try:
        return str(evaluate(template, scope).value).strip()
    except Refused:
        return template.text
