"""Kinds: the built-in ones that work inside of a namespace, and custom ones that the platform lists.

An object of a custom kind is a wish to its controller, which often may do more than whoever made the object: a chart
resource installs anything anywhere. So a custom kind is out unless the platform says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from envwright.kubernetes.kinds import is_built_in
from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.allowed import KINDS
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Finding

PLAIN = "write the objects that it would make into the stack"
WILDCARD = "name a Secret that holds a wildcard certificate, and let the platform put it into the namespace"
SECRETS = "declare the Secret in `secrets[]` with `copyFrom` or `generate`"
POLICY = "write a NetworkPolicy: it holds for the pods of the namespace"
SERVICE = "write a Service with a selector, or ask the platform for the address in `plugins.guardrails.network.egress`"
ROUTE = "write an Ingress, or an HTTPRoute that attaches to one of `plugins.guardrails.gateways`"
QUOTA = "the platform sets quota and limits of the namespace: set `resources` of the containers"

# what to write instead, by API group and kind, `*` for every kind of the group
ALTERNATIVES: dict[tuple[str, str], str] = {
    ("", "Binding"): "leave it to the scheduler",
    ("", "Endpoints"): SERVICE,
    ("", "LimitRange"): QUOTA,
    ("", "ResourceQuota"): QUOTA,
    ("argoproj.io", "*"): PLAIN,
    ("cert-manager.io", "*"): WILDCARD,
    ("cilium.io", "*"): POLICY,
    ("discovery.k8s.io", "EndpointSlice"): SERVICE,
    ("envwright.dev", "*"): "environments belong to the platform: ask it for one by a trigger",
    ("external-secrets.io", "*"): SECRETS,
    ("gateway.networking.k8s.io", "*"): ROUTE,
    ("helm.cattle.io", "*"): PLAIN,
    ("helm.toolkit.fluxcd.io", "*"): PLAIN,
    ("kustomize.toolkit.fluxcd.io", "*"): PLAIN,
    ("networking.istio.io", "*"): ROUTE,
    ("projectcalico.org", "*"): POLICY,
    ("resource.k8s.io", "*"): "ask for what every node has: cpu, memory and storage in `resources`",
    ("bitnami.com", "SealedSecret"): SECRETS,
    ("source.toolkit.fluxcd.io", "*"): PLAIN,
    ("traefik.io", "*"): ROUTE,
}
ALTERNATIVE = "do without it, or let the platform list it in `plugins.guardrails.customKinds`"


def kind_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW606 for a kind that is not on the lists."""
    group, kind = manifest.group, manifest.kind
    if (group, kind) in KINDS or f"{group}/{kind}" in bounds.settings.custom_kinds:
        return
    alternative = ALTERNATIVES.get((group, kind)) or ALTERNATIVES.get((group, "*")) or ALTERNATIVE
    whose = "of Kubernetes" if is_built_in(group, kind) else f"of {group}"
    yield Finding("EW606", f"is of a kind {whose} that isolated environments may not have", alternative)
