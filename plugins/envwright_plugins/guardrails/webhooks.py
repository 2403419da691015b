"""Admission webhooks that could lock out their own fix.

A webhook that is down and fails closed refuses every object that it is asked about. If it is asked about the pods of
its own namespace, it cannot come back; if about those of the platform, nobody can put it right.
https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from envwright.kubernetes.kinds import CLUSTER, NAMESPACED
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.parts import Map, map_at, maps, part, texts
from envwright_plugins.guardrails.peers import NAMESPACE_LABEL

GROUP = "admissionregistration.k8s.io"
KINDS = frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
# what makes a webhook a matter of bringing something back
OPERATIONS = frozenset({"*", "CREATE", "UPDATE"})
OPT_IN = frozenset({"In", "Exists"})


def check_webhooks(
    environment: ResolvedEnvironment, objects: Iterable[KubernetesObject], platform: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yield EW623 for each webhook that fails closed and leaves out neither the platform nor its own namespace."""
    for manifest in objects:
        if manifest.kind in KINDS and manifest.group == GROUP:
            for webhook in maps(manifest.content.get("webhooks")):
                yield from check_webhook(webhook, manifest, environment.namespace, platform)


def check_webhook(
    webhook: Map, manifest: KubernetesObject, namespace: str, platform: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yield EW623 if a webhook could lock out somebody."""
    if webhook.get("failurePolicy") == "Ignore" or not any(map(concerns_everybody, maps(webhook.get("rules")))):
        return
    own = str(part(webhook, "clientConfig", "service", "namespace") or namespace)
    wanted = list(dict.fromkeys([*platform, *([own] if map_at(webhook, "clientConfig", "service") else [])]))
    if chooses_objects(webhook.get("objectSelector")):
        return
    missing = [name for name in wanted if not leaves_out(webhook.get("namespaceSelector"), name)]
    if missing:
        summary = (
            f'{manifest.kind} "{manifest.name}": when {webhook.get("name")} is down, nothing can be put right in '
            f"{', '.join(missing)}"
        )
        hint = (
            f"leave them out: namespaceSelector {NAMESPACE_LABEL} NotIn [{', '.join(wanted)}]; or failurePolicy Ignore"
        )
        yield diagnostic("error", "EW623", summary, manifest.source, hint=hint)


def concerns_everybody(rule: Map) -> bool:
    """Return whether a rule is about writing objects of Kubernetes' own kinds in namespaces."""
    groups, operations = texts(rule.get("apiGroups")), texts(rule.get("operations"))
    if rule.get("scope") == "Cluster" or not OPERATIONS.intersection(operations):
        return False
    return any(concerns(group, texts(rule.get("resources"))) for group in groups)


def concerns(group: str, resources: list[str]) -> bool:
    """Return whether any of a rule's resources is of a namespaced kind of Kubernetes itself."""
    if group == "*":
        return True
    plurals = {*NAMESPACED.get(group, {}).values(), *(["*"] if group in NAMESPACED or group in CLUSTER else [])}
    return any(resource.partition("/")[0] in plurals for resource in resources)


def chooses_objects(selector: object) -> bool:
    """Return whether a selector asks for a label: who lacks it is left out."""
    wanted = maps(map_at(selector).get("matchExpressions"))
    return bool(map_at(selector, "matchLabels")) or any(str(each.get("operator")) in OPT_IN for each in wanted)


def leaves_out(selector: object, namespace: str) -> bool:
    """Return whether a namespace is surely not selected: by its name, or since it lacks a label that is asked for."""
    labels = map_at(selector, "matchLabels")
    if labels.get(NAMESPACE_LABEL, namespace) != namespace or labels.keys() - {NAMESPACE_LABEL}:
        return True
    for each in maps(map_at(selector).get("matchExpressions")):
        by_name, operator = each.get("key") == NAMESPACE_LABEL, str(each.get("operator"))
        listed = namespace in texts(each.get("values"))
        if by_name and ((operator == "NotIn" and listed) or (operator == "In" and not listed)):
            return True
        if not by_name and operator in OPT_IN:
            return True
    return False
