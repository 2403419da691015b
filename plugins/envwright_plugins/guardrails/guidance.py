"""What the guardrails ask of an isolated environment, told before somebody runs into one."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.hookspecs import Guidance
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.bounds import bounds_of
from envwright_plugins.guardrails.settings import Guardrails


def guidance(environment: ResolvedEnvironment, settings: Guardrails) -> Iterator[Guidance]:
    """Yield what an isolated environment may not ask for."""
    bounds = bounds_of(environment, (), settings)
    hosts = tuple(domain for domain in (bounds.domain, *bounds.domains) if domain)
    yield Guidance(
        "Hosts outside of the environment's domains, and wildcards.", "Use one of them, or a name below.", hosts
    )
    yield Guidance(
        "Services of another type, external addresses, Endpoints made by hand.",
        "Use an Ingress.",
        settings.service_types,
    )
    yield Guidance(
        "Pods with the host's network, processes or files, privileges, added capabilities, or a node of their choice.",
        "Ask for a volume of the namespace; run as a user with a number.",
    )
    yield Guidance(
        "Custom kinds whose controllers may do more than the namespace.",
        "Use a plain object, or ask the platform to list the kind.",
        settings.custom_kinds,
    )
    yield Guidance(
        "Rights by wildcards, to escalate or impersonate, and tokens for others.",
        "Name the verbs and resources of the namespace.",
    )
    if settings.image_repositories:
        yield Guidance("Images of other repositories.", "Mirror or build them there.", settings.image_repositories)
    if settings.network.default_deny:
        yield Guidance(
            "Connections that the stack does not declare: all others are denied.",
            "Name the unit in dependsOn, and its ports.",
        )
