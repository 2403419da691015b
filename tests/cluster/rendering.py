"""What a render gives, as an API server takes it."""

from __future__ import annotations

from typing import Any

import yaml

from envwright import api
from tests.cluster import custom_kinds
from tests.cluster.client import Client


def objects_of(response: api.Response) -> list[dict[str, Any]]:
    """Return the objects of all manifests, read from their bytes."""
    return [
        yaml.safe_load(content)
        for path, content in response.files.items()
        if path.startswith("manifests/") and not path.endswith("/kustomization.yaml")
    ]


def described(item: dict[str, Any]) -> str:
    """Return an object as people say it."""
    return f"{item['kind']} {item['metadata']['name']}"


def prepare(cluster: Client, objects: list[dict[str, Any]]) -> None:
    """Make what the objects need to be there: their namespaces, and definitions of their custom kinds."""
    for namespace in sorted({item["metadata"].get("namespace", "") for item in objects} - {""}):
        make_namespace(cluster, namespace)
    custom_kinds.serve(cluster, objects)


def make_namespace(cluster: Client, name: str) -> None:
    """Make a namespace, if it is not there, in which Pod Security warns of what it forbids in a slot."""
    labels = {"pod-security.kubernetes.io/warn": "restricted"}
    answer = cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    assert answer.accepted, answer.message
