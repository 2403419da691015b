"""The rules of a cluster role, narrowed to what a role of one namespace may hold.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.kubernetes.kinds import NAMESPACED, CustomKinds, is_cluster_resource, namespaced_resources

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
# what would hand out rights that the role itself does not have; 1.35 knows `impersonate:user-info` and the like
ESCALATING = ("escalate", "bind", "impersonate")
TOKEN = "serviceaccounts/token"
# how what became of a wildcard begins
WRITTEN_OUT = "written out:"

Rule = dict[str, Any]


def narrow_rules(rules: Any, custom: CustomKinds) -> tuple[list[Rule], tuple[str, ...]]:
    """Return the rules without what a namespace must not hold, and what became of them, in their order.

    Wildcards are written out: verbs, and the namespaced resources of each API group that Kubernetes or the stack
    itself defines. What goes: escalating verbs, cluster-scoped resources, tokens of accounts, non-resource URLs; a rule
    of which nothing is left is dropped.
    """
    kept: list[Rule] = []
    lost: list[str] = []
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict):
            continue
        changes = [f"without the non-resource URL {url}" for url in texts(rule, "nonResourceURLs")]
        narrowed = narrow_rule(rule, custom, changes)
        if texts(rule, "resources") and not narrowed:
            changes = [change for change in changes if not change.startswith(WRITTEN_OUT)]
            changes.append(f"dropped: the rule on {objects_of(rule)}, of which nothing is left")
        kept += narrowed
        lost += changes
    return kept, unique(lost)


def narrow_rule(rule: Rule, custom: CustomKinds, lost: list[str]) -> list[Rule]:
    """Return the rules that one becomes: none, or one for each group whose wildcard is written out."""
    verbs = narrow_verbs(rule, lost)
    rest = {key: value for key, value in rule.items() if key != "nonResourceURLs"}
    return [
        {**rest, "apiGroups": groups, "resources": resources, "verbs": verbs}
        for groups, resources in narrow_resources(rule, custom, lost)
        if verbs and resources
    ]


def narrow_verbs(rule: Rule, lost: list[str]) -> list[str]:
    """Return the verbs, with `*` written out."""
    verbs, objects = texts(rule, "verbs"), objects_of(rule)
    if "*" in verbs:
        lost.append(f"{WRITTEN_OUT} the wildcard in the verbs on {objects}")
        verbs = list(dict.fromkeys([*VERBS, *verbs]))
        verbs.remove("*")
    escalating = [verb for verb in verbs if verb.partition(":")[0].removesuffix("-on") in ESCALATING]
    lost.extend(f"without the verb {verb} on {objects}" for verb in escalating)
    return [verb for verb in verbs if verb not in escalating]


def narrow_resources(rule: Rule, custom: CustomKinds, lost: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield API groups with their resources: as written, or group by group where a wildcard is written out."""
    groups, resources = texts(rule, "apiGroups"), texts(rule, "resources")
    if "*" in groups:
        lost.append(f"{WRITTEN_OUT} the wildcard in the API groups of {', '.join(resources)}")
        for group in sorted({*NAMESPACED, *(group for group, _ in custom)}):
            known = namespaced_resources(group, custom)
            written = [each for each in write_out(group, resources, custom, lost) if each in known]
            yield [group], keep([group], written, custom, lost)
    elif any(is_wildcard(resource) for resource in resources):
        for group in groups:
            yield [group], keep([group], write_out(group, resources, custom, lost), custom, lost)
    else:
        yield groups, keep(groups, resources, custom, lost)


def write_out(group: str, resources: list[str], custom: CustomKinds, lost: list[str]) -> list[str]:
    """Return the resources of one API group with `*` and `*/subresource` replaced by what they stand for."""
    written: list[str] = []
    for resource in resources:
        if is_wildcard(resource):
            known = namespaced_resources(group, custom)
            meant = [each for each in known if resource == "*" or each.endswith(resource[1:])]
            written.extend(meant)
            action = WRITTEN_OUT if meant else "dropped:"
            lost.append(f"{action} the wildcard {resource} in the resources of {described(group)}")
        else:
            written.append(resource)
    return list(dict.fromkeys(written))


def keep(groups: list[str], resources: list[str], custom: CustomKinds, lost: list[str]) -> list[str]:
    """Return the resources that may stay in a rule on these groups."""
    kept = []
    for resource in resources:
        plural = resource.partition("/")[0]
        if resource == TOKEN:
            lost.append(f"without the resource {TOKEN}")
        elif any(is_cluster_resource(group, plural, custom) for group in groups) and not any(
            plural in namespaced_resources(group, custom) for group in groups
        ):
            lost.append(f"without the cluster-scoped resource {resource}")
        else:
            kept.append(resource)
    return kept


def objects_of(rule: Rule) -> str:
    """Return the resources of a rule, as people say them."""
    return ", ".join(texts(rule, "resources")) or "URLs"


def is_wildcard(resource: str) -> bool:
    """Return whether a resource of a rule stands for more than itself: `*` or `*/scale`."""
    return resource == "*" or resource.startswith("*/")


def texts(rule: Rule, key: str) -> list[str]:
    """Return a list of the rule; what has another shape is for the API server to refuse."""
    value = rule.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def described(group: str) -> str:
    """Return the API group as people say it."""
    return f"the API group {group}" if group else "the core API group"


def unique(lost: list[str]) -> tuple[str, ...]:
    """Return what became of the rules, each once."""
    return tuple(dict.fromkeys(lost))
