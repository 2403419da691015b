"""Kinds that the API server takes and never stores: there is nothing to apply again, to wait for or to prune.

Source: the discovery documents of Kubernetes, of which these are the kinds that have no resource of their own with both
verbs `create` and `get`; `tests/cluster/test_kinds.py` compares. The bodies of webhooks are no resource at all: the
packages `admission` and `imagepolicy` of `k8s.io/api` and `k8s.io/apiextensions-apiserver` define them.
"""

from __future__ import annotations

_QUESTION = "the API server answers it and keeps nothing"
_DEED = "it does something to another object, once"
_CALL = "it holds the options of a call"
_REPORT = "the API server makes it up when asked"
_BODY = "the API server sends it to webhooks"

WEBHOOK_BODIES: dict[tuple[str, str], str] = {
    ("admission.k8s.io", "AdmissionReview"): _BODY,
    ("apiextensions.k8s.io", "ConversionReview"): _BODY,
    ("imagepolicy.k8s.io", "ImageReview"): _BODY,
}

NEVER_STORED: dict[tuple[str, str], str] = {
    ("", "Binding"): _DEED,
    ("", "ComponentStatus"): _REPORT,
    ("", "NodeProxyOptions"): _CALL,
    ("", "PodAttachOptions"): _CALL,
    ("", "PodExecOptions"): _CALL,
    ("", "PodPortForwardOptions"): _CALL,
    ("", "PodProxyOptions"): _CALL,
    ("", "ServiceProxyOptions"): _CALL,
    ("authentication.k8s.io", "SelfSubjectReview"): _QUESTION,
    ("authentication.k8s.io", "TokenRequest"): _DEED,
    ("authentication.k8s.io", "TokenReview"): _QUESTION,
    ("authorization.k8s.io", "LocalSubjectAccessReview"): _QUESTION,
    ("authorization.k8s.io", "SelfSubjectAccessReview"): _QUESTION,
    ("authorization.k8s.io", "SelfSubjectRulesReview"): _QUESTION,
    ("authorization.k8s.io", "SubjectAccessReview"): _QUESTION,
    ("autoscaling", "Scale"): _DEED,
    ("policy", "Eviction"): _DEED,
    **WEBHOOK_BODIES,
}


def why_unstored(group: str, kind: str) -> str:
    """Return why objects of a kind are never stored, empty for a kind whose objects are."""
    return NEVER_STORED.get((group, kind), "")
