"""The network policy of one Job: it reaches registries, the git server and what builds download, and nobody reaches it.

A build runs whatever its Dockerfile says. Without a policy that is at home in the cluster; in a namespace that denies
everything by default the Job would reach nobody.
"""

from __future__ import annotations

from typing import Any

from envwright_plugins.builders.settings import BuildNetwork
from envwright_plugins.guardrails.peers import DNS_PORTS, as_rule_peer, ports_of

Json = dict[str, Any]


def policy_for(metadata: Json, pods: Json, network: BuildNetwork) -> Json:
    """Return the policy for pods with these labels."""
    rules: list[Json] = (
        [{"to": [as_rule_peer(peer) for peer in network.dns], "ports": DNS_PORTS}] if network.dns else []
    )
    for peer in network.egress:
        ports = ports_of(peer)
        rules.append({"to": [as_rule_peer(peer)], **({"ports": ports} if ports else {})})
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {"podSelector": {"matchLabels": pods}, "policyTypes": ["Ingress", "Egress"], "egress": rules},
    }
