"""What one environment is held to: the platform's lists, and what its own stack makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.allowed import ANNOTATIONS, LABELS, TRACKING
from envwright_plugins.guardrails.parts import map_at, maps, part
from envwright_plugins.guardrails.settings import Guardrails


class Bounds(NamedTuple):
    """What checks ask.

    `domain` is the environment's own, `domains` are those that the platform adds. `accounts` and `claims` are the names
    that the stack itself makes, `claim_stems` how the claims of its StatefulSets begin. `is_selected` tells
    of the key of a label whether a selector of the stack asks for it. `filled` writes `{slot}` and the like out.
    """

    slot: int
    namespace: str
    settings: Guardrails
    domain: str
    domains: tuple[str, ...]
    accounts: frozenset[str]
    claims: frozenset[str]
    claim_stems: tuple[str, ...]
    is_selected: Callable[[str], bool]
    is_label: Callable[[str], bool]
    is_annotation: Callable[[str], bool]
    filled: Callable[[str], str]


def bounds_of(environment: ResolvedEnvironment, units: Iterable[RenderedUnit], settings: Guardrails) -> Bounds:
    """Return what the environment is held to."""
    objects = [found for unit in units for found in objects_of(unit)]
    words = {
        "slot": str(environment.slot),
        "environment": environment.environment,
        "project": environment.project,
        "namespace": environment.namespace,
    }
    claims = [found for found in objects if found.kind == "PersistentVolumeClaim"]
    return Bounds(
        slot=environment.slot,
        namespace=environment.namespace,
        settings=settings,
        domain=environment.domain,
        domains=tuple(filled(domain, words) for domain in settings.domains),
        accounts=frozenset(found.name for found in objects if found.kind == "ServiceAccount"),
        claims=frozenset(found.name for found in claims),
        claim_stems=tuple(stem for found in objects for stem in claim_stems(found)),
        is_selected=selected_by(objects),
        is_label=within(LABELS, settings.labels, without=TRACKING),
        is_annotation=within(ANNOTATIONS, settings.annotations),
        filled=lambda text: filled(text, words),
    )


def objects_of(unit: RenderedUnit) -> Iterator[KubernetesObject]:
    """Yield a unit's objects and its Jobs."""
    yield from unit.objects
    for job in unit.jobs:
        yield job.object


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a setting with `{slot}` and the like written out."""
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def within(
    always: Iterable[str], more: Iterable[str], *, without: frozenset[str] = frozenset()
) -> Callable[[str], bool]:
    """Return what tells whether a key is allowed: it has no domain, is listed itself, or its domain is, with a `/`.

    A key of `without` is allowed only if `more`, the platform's list, has it itself.
    """
    listed = frozenset(more)
    allowed = (frozenset(always) | listed) - (without - listed)

    @cache  # few keys on many objects
    def is_allowed(key: str) -> bool:
        domain, slash, _ = key.partition("/")
        return key in allowed or (key not in without and (not slash or f"{domain}/" in allowed))

    return is_allowed


def claim_stems(manifest: KubernetesObject) -> Iterator[str]:
    """Yield how the names of a StatefulSet's claims begin: `data-postgres-`."""
    if manifest.kind == "StatefulSet":
        for claim in maps(part(manifest.content, "spec", "volumeClaimTemplates")):
            yield f"{part(claim, 'metadata', 'name')}-{manifest.name}-"


def selected_by(objects: Iterable[KubernetesObject]) -> Callable[[str], bool]:
    """Return what tells of the key of a label whether any object selects by it."""

    @cache  # objects are looked at if one has a label that is not allowed
    def keys() -> frozenset[str]:
        return frozenset(key for found in objects for key in selected_keys(found.content))

    return lambda key: key in keys()


def selected_keys(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of labels that an object selects by: its own pods, or those of others."""
    spec = map_at(content, "spec")
    for selector in (map_at(spec, "selector"), map_at(spec, "podSelector")):
        yield from (key for key, value in selector.items() if isinstance(value, str))  # of a Service
        yield from map_at(selector, "matchLabels")
        yield from (str(wanted.get("key")) for wanted in maps(selector.get("matchExpressions")))
