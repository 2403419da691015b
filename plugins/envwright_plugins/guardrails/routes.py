"""Routes of the Gateway API: hosts, the gateways that they attach to, and where they lead.

https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding, Path
from envwright_plugins.guardrails.hosts import hint_for_host, own_host, problem_of_host
from envwright_plugins.guardrails.parts import map_at, numbered, part

BACKEND = "lead to a Service of the environment's own namespace"


def route_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW609 for hosts that are not the environment's own, EW610 for foreign gateways and backends."""
    spec = map_at(manifest.content, "spec")
    yield from host_findings(spec, bounds)
    yield from parent_findings(spec, bounds)
    for index, rule in numbered(spec.get("rules")):
        for found in rule_findings(rule, bounds):
            yield found.below(("spec", "rules", index))


def host_findings(spec: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each host that is not the environment's own; without one a route serves the gateway's."""
    named = spec.get("hostnames")
    hosts = [str(host) for host in named] if isinstance(named, list) else []
    own, hint = own_host(bounds), hint_for_host(bounds)
    if not hosts:
        narrow = (Edit(("spec", "hostnames"), [own]),) if own else ()
        change = f"serves {own} instead of every host"
        yield Finding("EW609", "serves every host of its gateway", hint, narrow=narrow, change=change)
    problems = [problem_of_host(host, bounds) for host in hosts]
    for index, (host, problem) in enumerate(zip(hosts, problems, strict=True)):
        if problem:
            drop = () if all(problems) else (Edit(("spec", "hostnames", index)),)
            yield Finding("EW609", problem, hint, drop=drop, change=f"without the host {host}")


def parent_findings(spec: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each parent that is not on the platform's list."""
    allowed = bounds.settings.gateways
    listed = ", ".join(allowed) or "none yet: let it list one in `plugins.guardrails.gateways`"
    hint = f"attach to a gateway that the platform allows: {listed}"
    parents = numbered(spec.get("parentRefs"))
    names = {index: f"{each.get('namespace') or bounds.namespace}/{each.get('name')}" for index, each in parents}
    foreign = {index: name for index, name in names.items() if name not in allowed}
    for index, name in foreign.items():
        drop = () if len(foreign) == len(names) else (Edit(("spec", "parentRefs", index)),)
        yield Finding("EW610", f"attaches to {name}", hint, drop=drop, change=f"without the parent {name}")


def rule_findings(rule: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each backend in another namespace, and for each filter that only a controller knows."""
    for index, backend in numbered(rule.get("backendRefs")):
        yield from backend_findings(backend, ("backendRefs", index), bounds)
        for found in filter_findings(backend, bounds):
            yield found.below(("backendRefs", index))
    yield from filter_findings(rule, bounds)


def filter_findings(owner: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each filter that mirrors into another namespace, or is an extension."""
    for index, each in numbered(owner.get("filters")):
        path: Path = ("filters", index)
        mirrored = part(each, "requestMirror", "backendRef")
        if isinstance(mirrored, dict):
            yield from backend_findings(mirrored, path, bounds)
        extension = each.get("extensionRef")
        if extension:
            what = f"has a filter of the controller's own, {part(extension, 'kind')}"
            hint = "use the filters that the Gateway API itself defines"
            yield Finding("EW610", what, hint, drop=(Edit(path),), change="without the filter extensionRef")


def backend_findings(reference: Mapping[str, Any], path: Path, bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for a reference into another namespace; `path` is what goes with it."""
    namespace = reference.get("namespace")
    if namespace not in (None, "", bounds.namespace):
        name = f"{namespace}/{reference.get('name')}"
        change = f"without the backend {name}"
        yield Finding("EW610", f"leads to {name}, in another namespace", BACKEND, drop=(Edit(path),), change=change)
