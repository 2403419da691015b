"""Custom kinds, served with any content: what their own projects would say of an object is not checked here."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from envwright.kubernetes.kinds import is_namespaced
from tests.cluster.client import Client

SERVED_WITHIN = 30  # seconds
ANYTHING = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def serve(cluster: Client, objects: Iterable[Mapping[str, Any]]) -> None:
    """Make the server serve every kind among the objects."""
    unknown = {(item["apiVersion"], item["kind"]) for item in objects} - cluster.served.keys()
    if not unknown:
        return
    for api_version, kind in unknown:
        answer = cluster.apply(definition(*api_version.split("/"), kind))
        assert answer.accepted, answer.message
    deadline = time.monotonic() + SERVED_WITHIN
    while unknown - cluster.served.keys():
        assert time.monotonic() < deadline, f"not served: {unknown}"
        time.sleep(0.1)
        del cluster.served


def definition(group: str, version: str, kind: str) -> dict[str, Any]:
    """Return a CustomResourceDefinition of a kind, in the scope that the engine takes it to have."""
    plural = f"{kind.lower()}s"
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            # asked for in groups of the Kubernetes project
            "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced" if is_namespaced(group, kind) else "Cluster",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
            "versions": [
                {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": ANYTHING}},
            ],
        },
    }
