"""Ingresses: hosts, certificates and classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.hosts import hint_for_host, own_host, problem_of_host
from envwright_plugins.guardrails.parts import Map, map_at, numbered, part, texts

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
NO_RULE = "write a rule with a host instead"


def ingress_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW609 for hosts that are not the environment's own, and EW610 for a class that is not on the list."""
    spec = map_at(manifest.content, "spec")
    rules = numbered(spec.get("rules"))
    yield from rule_findings(rules, bounds)
    if spec.get("defaultBackend"):
        edits = (Edit(("spec", "defaultBackend")),) if rules else ()
        change = "without its default backend"
        yield Finding("EW609", "serves every host that has no other rule", NO_RULE, drop=edits, change=change)
    for index, entry in numbered(spec.get("tls")):
        yield from certificate_findings(index, entry, bounds)
    yield from class_findings(manifest.content, bounds)


def rule_findings(rules: list[tuple[int, Map]], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each rule whose host is not the environment's own.

    A rule without a host becomes one for the environment's own. Where no rule is left, the object goes.
    """
    own, hint = own_host(bounds), hint_for_host(bounds)
    hosts = {index: str(rule.get("host") or "") for index, rule in rules}
    problems = {index: problem for index, host in hosts.items() if (problem := problem_of_host(host, bounds))}
    for index, problem in problems.items():
        drop = () if len(problems) == len(hosts) else (Edit(("spec", "rules", index)),)
        found = Finding("EW609", problem, hint, drop=drop, change=f"without the host {hosts[index] or '(any)'}")
        if own and not hosts[index]:
            narrow = (Edit(("spec", "rules", index, "host"), own),)
            found = found._replace(narrow=narrow, change=f"serves {own} instead of every host")
        yield found


def certificate_findings(index: int, entry: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for the hosts of a certificate that are not the environment's own."""
    listed = texts(entry.get("hosts"))
    foreign = [host for host in listed if problem_of_host(host.removeprefix("*."), bounds)]
    if foreign:
        path = ("spec", "tls", index)
        kept = [host for host in listed if host not in foreign]
        edit = Edit((*path, "hosts"), kept) if kept else Edit(path)
        names = ", ".join(foreign)
        what = f"asks for a certificate of {names}"
        change = f"without the certificate of {names}"
        yield Finding("EW609", what, hint_for_host(bounds), drop=(edit,), change=change)


def class_findings(content: Mapping[str, Any], bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for a class that is not on the platform's list, if it has one."""
    classes = bounds.settings.ingress_classes
    annotation = part(content, "metadata", "annotations", CLASS_ANNOTATION)
    places = ((("spec", "ingressClassName"), part(content, "spec", "ingressClassName")),) + (
        ((("metadata", "annotations", CLASS_ANNOTATION), annotation),) if annotation else ()
    )
    for path, name in places:
        if classes and name not in classes and not (name is None and annotation):
            what = f"has the ingress class {name}" if name else "has no ingress class"
            yield Finding(
                "EW610",
                what,
                f"the platform allows {', '.join(classes)}",
                narrow=(Edit(path, classes[0]),),
                change=f"has the ingress class {classes[0]}",
            )
