"""Hosts: which names an environment may serve."""

from __future__ import annotations

import re

from envwright_plugins.guardrails.bounds import Bounds


def problem_of_host(host: str, bounds: Bounds) -> str:
    """Say why a host may not be served, in words that follow the object's name; empty if it may.

    It has to be the environment's domain or below it. Slots often share a domain: there a host is a slot's own only if
    it carries the slot's number.
    """
    if not host:
        return "serves every host"
    if host.startswith("*"):
        return f"serves the wildcard host {host}"
    if any(is_below(host, domain) for domain in bounds.domains):
        return ""
    if not bounds.domain:
        return f"serves the host {host}, and the environment has no domain"
    if not is_below(host, bounds.domain):
        return f"serves the host {host}, which is not below {bounds.domain}"
    if bounds.slot and not re.search(rf"(?<![0-9]){bounds.slot}(?![0-9])", host):
        return f"serves the host {host}, which every slot has"
    return ""


def hint_for_host(bounds: Bounds) -> str:
    """Say which hosts there are to choose from."""
    domain = bounds.domain or next(iter(bounds.domains), "")
    if not domain or (bounds.slot and problem_of_host(domain, bounds)):
        number = "pr-{{ .Slot }}." if bounds.slot else ""
        return f'give the environment a domain of its own: domainTemplate: "{number}example.org"'
    return f"serve {domain} or a host below it"


def own_host(bounds: Bounds) -> str:
    """Return the host that stands for the environment, empty if there is none."""
    return bounds.domain if bounds.domain and not problem_of_host(bounds.domain, bounds) else ""


def is_below(host: str, domain: str) -> bool:
    """Return whether a host is a domain or below it."""
    return host == domain or host.endswith(f".{domain}")
