"""Where pods run, before whom, and by whose decision.

https://kubernetes.io/docs/concepts/scheduling-eviction/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from envwright_plugins.guardrails.allowed import SCHEDULER, TOLERATIONS
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding, Path
from envwright_plugins.guardrails.parts import Map, map_at, numbered

TERMS = ("requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution")
KINDS = ("podAffinity", "podAntiAffinity")


def node_name(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for a pod that goes past the scheduler."""
    if value:
        hint = "leave it to the scheduler: choose nodes by nodeSelector"
        change = "without nodeName"
        yield Finding("EW614", f"goes to the node {value} past the scheduler", hint, narrow=(Edit(()),), change=change)


def scheduler(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for a scheduler that is not on the list."""
    yield from unlisted(value, "scheduler", (SCHEDULER, *bounds.settings.schedulers))


def runtime_class(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for a runtime class that is not on the list."""
    yield from unlisted(value, "runtime class", bounds.settings.runtime_classes)


def priority_class(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for a priority class that is not on the list: its pods could evict those of others."""
    yield from unlisted(value, "priority class", bounds.settings.priority_classes)


def resource_claims(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for devices of the nodes; a container without its device could not start, so the object goes."""
    if value:
        hint = "ask for what every node has: cpu, memory and storage in `resources`"
        yield Finding("EW614", "claims devices of its node (resourceClaims)", hint)


def tolerations(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for each taint that is tolerated and not on the list: nodes are tainted to be kept for others."""
    allowed = TOLERATIONS.union(bounds.settings.tolerations)
    for index, toleration in numbered(value):
        key = toleration.get("key")
        if not key:
            hint = "name the taint, one that the platform lists in `plugins.guardrails.tolerations`"
            what, change = "tolerates every taint", "without tolerating every taint"
        elif str(key) not in allowed:
            hint = "leave it out: the nodes with that taint are kept for others"
            what, change = f"tolerates the taint {key}", f"without tolerating {key}"
        else:
            continue
        yield Finding("EW614", what, hint, drop=(Edit((index,)),), change=change)


def affinity(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW614 for each term that looks at pods of other namespaces: it could keep them off their nodes."""
    for kind in KINDS:
        for term in TERMS:
            for index, item in numbered(map_at(value, kind).get(term)):
                weighted = map_at(item, "podAffinityTerm")
                path: Path = (kind, term, index, "podAffinityTerm") if weighted else (kind, term, index)
                yield from (found.below(path) for found in foreign_term(weighted or item, kind, bounds))


def foreign_term(term: Map, kind: str, bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for a term with namespaces other than the environment's own."""
    named = term.get("namespaces") or []
    others = named if not isinstance(named, list) else [name for name in named if name != bounds.namespace]
    if others or term.get("namespaceSelector") is not None:
        edits = tuple(Edit((key,)) for key in ("namespaces", "namespaceSelector") if key in term)
        hint = "leave namespaces and namespaceSelector out: the environment's own is meant then"
        change = f"{kind} of the own namespace only"
        yield Finding("EW614", f"looks at pods of other namespaces ({kind})", hint, narrow=edits, change=change)


def unlisted(value: Any, what: str, allowed: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for a name that is not on a list."""
    if value and value not in allowed:
        listed = ", ".join(allowed)
        hint = f"leave it out, or choose one that the platform allows: {listed}" if listed else "leave it out"
        change = f"without the {what} {value}"
        yield Finding("EW614", f"has the {what} {value}", hint, narrow=(Edit(()),), change=change)
