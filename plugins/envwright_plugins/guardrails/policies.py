"""Network policies of the stack: they may open ways inside of the namespace, and out of it where the platform says so.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterator

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import Map, map_at, numbered
from envwright_plugins.guardrails.peers import described, is_allowed

INSIDE: Map = {"podSelector": {}}
HINTS = {
    "ingress": "name pods of the namespace by podSelector; for others let the platform list it in "
    "`plugins.guardrails.network`",
    "egress": "name pods of the namespace by podSelector; for others let the platform list it in "
    "`plugins.guardrails.network.egress`",
}


def policy_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW621 for each rule that opens more than the platform's lists do."""
    spec = map_at(manifest.content, "spec")
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in numbered(spec.get(direction)):
            for found in rule_findings(rule, direction, side, bounds):
                yield found.below(("spec", direction, index))


def rule_findings(rule: Map, direction: str, side: str, bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each peer that is not allowed; a rule without peers is for all the world.

    A rule that loses its last peer goes as a whole: without peers it would open everything.
    """
    hint = HINTS[direction]
    peers = numbered(rule.get(side))
    if not rule.get(side):
        what = f"opens {direction} {side} everywhere"
        change = f"{direction} {side} pods of the namespace only"
        yield Finding("EW621", what, hint, drop=(Edit(()),), narrow=(Edit((side,), [INSIDE]),), change=change)
        return
    wrong = {index: peer for index, peer in peers if not is_allowed(peer, rule.get("ports"), direction, bounds)}
    for index, peer in wrong.items():
        name = described(peer)
        edit = Edit(()) if len(wrong) == len(peers) else Edit((side, index))
        yield Finding(
            "EW621", f"opens {direction} {side} {name}", hint, drop=(edit,), change=f"without {direction} {side} {name}"
        )
