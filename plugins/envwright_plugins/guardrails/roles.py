"""Roles and bindings of the namespace: no wildcards, nothing that hands out more than it has.

The engine itself looks at cluster roles, at bindings to them, and at accounts of other namespaces.
https://kubernetes.io/docs/concepts/security/rbac-good-practices/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.kubernetes.isolation.rules import WRITTEN_OUT, narrow_rules
from envwright.kubernetes.kinds import CLUSTER, NAMESPACED, NO_CUSTOM_KINDS
from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import Map, maps, numbered, texts

WRITE_OUT = "write out the API groups, resources and verbs that the program needs, without what reaches further"
ACCOUNTS = "bind a ServiceAccount of the environment, or a group of your identity provider"
OWN_GROUP = "system:serviceaccounts:"
OWN_USER = "system:serviceaccount:"


def role_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW618 for each thing that a Role may not hold: what is left are the rules as they may be."""
    rules = manifest.content.get("rules")
    narrowed, lost = narrowed_rules(rules, bounds)
    if not lost:
        return
    untouched = [rule for rule in maps(rules) if not narrowed_rules([rule], bounds)[1]]
    for gone in lost:
        yield Finding(
            "EW618",
            f"has {thing_of(gone)}",
            WRITE_OUT,
            drop=(Edit(("rules",), untouched),),
            narrow=(Edit(("rules",), narrowed),),
            change=gone if gone != thing_of(gone) else f"without {gone}",
        )


def thing_of(change: str) -> str:
    """Return what a change of the rules is about, without what became of it."""
    for became in ("without ", f"{WRITTEN_OUT} ", "dropped: "):
        if change.startswith(became):
            return change.removeprefix(became)
    return change


def narrowed_rules(rules: Any, bounds: Bounds) -> tuple[list[Map], tuple[str, ...]]:
    """Return the rules as a Role may hold them, and what they lost.

    Rights on custom kinds that are not on the platform's list go too: who may make such an object has its controller
    work for them.
    """
    kept: list[Map] = []
    narrowed, lost = narrow_rules(rules, NO_CUSTOM_KINDS)
    named = {kind.partition("/")[0] for kind in bounds.settings.custom_kinds}
    for rule in narrowed:
        groups = texts(rule.get("apiGroups"))
        foreign = [group for group in groups if group not in NAMESPACED and group not in named and group not in CLUSTER]
        lost = (*lost, *(f"rights on kinds of {group}" for group in foreign if group != ROUTES))
        own = [group for group in groups if group not in foreign or group == ROUTES]
        if own:
            kept.append({**rule, "apiGroups": own})
    return kept, tuple(dict.fromkeys(lost))


ROUTES = "gateway.networking.k8s.io"


def binding_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW619 for each user and group of the cluster itself that a binding gives rights."""
    subjects = numbered(manifest.content.get("subjects"))
    found = {index: name for index, subject in subjects if (name := of_cluster(subject, bounds))}
    for index, name in found.items():
        drop = () if len(found) == len(subjects) else (Edit(("subjects", index)),)
        yield Finding("EW619", f"gives rights to {name}", ACCOUNTS, drop=drop, change=f"without the subject {name}")


def of_cluster(subject: Map, bounds: Bounds) -> str:
    """Return a subject that is a user or a group of the cluster itself, as people write it; else nothing."""
    kind, name = subject.get("kind"), str(subject.get("name"))
    if kind == "ServiceAccount" or not name.startswith("system:"):
        return ""
    if name == f"{OWN_GROUP}{bounds.namespace}" or name.startswith(f"{OWN_USER}{bounds.namespace}:"):
        return ""
    return f"{kind} {name}"
