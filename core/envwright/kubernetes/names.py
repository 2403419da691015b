"""Which names Kubernetes takes for which kind."""

from __future__ import annotations

import re
from typing import NamedTuple

from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject


class NameRule(NamedTuple):
    """The whole name matches `pattern` and has at most `longest` characters; `says` tells a user what that means."""

    pattern: re.Pattern[str]
    longest: int
    says: str


# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
LABEL_PATTERN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_SAYS = "lower-case letters, digits and `-`, no `-` at the ends, at most {longest} characters"
SUBDOMAIN_PATTERN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
SUBDOMAIN_SAYS = "lower-case letters, digits, `-` and `.`, a letter or digit at the ends, at most {longest} characters"
SERVICE_PATTERN = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
# names of roles and of what is bound to them may hold nearly anything that is one segment of a URL's path
SEGMENT_PATTERN = re.compile(r"(?!\.{1,2}\Z)[^/%]+")

LABEL = NameRule(LABEL_PATTERN, 63, LABEL_SAYS.format(longest=63))
SUBDOMAIN = NameRule(SUBDOMAIN_PATTERN, 253, SUBDOMAIN_SAYS.format(longest=253))
SEGMENT = NameRule(SEGMENT_PATTERN, 253, "anything but `/`, `%`, `.` alone and `..` alone")

RULES: dict[tuple[str, str], NameRule] = {
    ("", "Namespace"): LABEL,
    ("", "Service"): NameRule(SERVICE_PATTERN, 63, "a lower-case letter first; " + LABEL_SAYS.format(longest=63)),
    # its pods carry 11 characters more: https://github.com/kubernetes/kubernetes/issues/64023
    ("apps", "StatefulSet"): NameRule(LABEL_PATTERN, 52, LABEL_SAYS.format(longest=52)),
    # its Jobs carry 11 characters more
    ("batch", "CronJob"): NameRule(SUBDOMAIN_PATTERN, 52, SUBDOMAIN_SAYS.format(longest=52)),
    # it becomes the value of a label
    ("batch", "Job"): NameRule(SUBDOMAIN_PATTERN, 63, SUBDOMAIN_SAYS.format(longest=63)),
    ("certificates.k8s.io", "ClusterTrustBundle"): SEGMENT,
    ("rbac.authorization.k8s.io", "ClusterRole"): SEGMENT,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): SEGMENT,
    ("rbac.authorization.k8s.io", "Role"): SEGMENT,
    ("rbac.authorization.k8s.io", "RoleBinding"): SEGMENT,
}


def fits(name: str, rule: NameRule) -> bool:
    """Return whether the name follows the rule."""
    return len(name) <= rule.longest and rule.pattern.fullmatch(name) is not None


def check_name(manifest: KubernetesObject, report: Report) -> None:
    """Report a name or a namespace that Kubernetes refuses (EW508)."""
    kind, name, namespace = manifest.kind, manifest.name, manifest.namespace
    rule = RULES.get((manifest.group, kind), SUBDOMAIN)
    if not fits(name, rule):
        report.error("EW508", f'a {kind} cannot be named "{name}"', manifest.source, hint=rule.says)
    if namespace and not fits(namespace, LABEL):
        summary = f'the namespace of {kind} "{name}" cannot be "{namespace}"'
        report.error("EW508", summary, manifest.source, hint=LABEL.says)


def report_nameless(manifest: KubernetesObject, report: Report) -> None:
    """Report an object without a name (EW501)."""
    generated = (manifest.content.get("metadata") or {}).get("generateName")
    hint = "generateName makes another object at every run: write metadata.name" if generated else "write metadata.name"
    report.error("EW501", f"a {manifest.kind} without a name", manifest.source, hint=hint)
