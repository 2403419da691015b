"""Where an object keeps its pod template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# the path to what holds the pods' `metadata` and `spec`
POD_TEMPLATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): (),
    ("", "PodTemplate"): ("template",),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("argoproj.io", "Rollout"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): ("spec", "template"),
}


def pod_template_path(content: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the path of the pod template in an object, None for a kind that has none."""
    group = str(content.get("apiVersion")).rpartition("/")[0]
    return POD_TEMPLATES.get((group, str(content.get("kind"))))


def pod_spec_of(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the pod spec of an object, None if it has none."""
    return part_of_pods(content, "spec")


def pod_metadata_of(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the metadata of an object's pod template, None if it has none or is itself the pod."""
    return part_of_pods(content, "metadata") if pod_template_path(content) else None


def part_of_pods(content: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """Return the map under `key` of the pod template, None if there is none."""
    path = pod_template_path(content)
    if path is None:
        return None
    found: Any = content
    for step in (*path, key):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def with_pod_spec(content: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object with another pod spec. Raises KeyError for an object without one."""
    path = pod_template_path(content)
    if path is None:
        raise KeyError(content.get("kind"))
    return replaced(content, (*path, "spec"), spec)


def replaced(content: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a copy of nested maps in which `value` stands at `path`."""
    head, *rest = path
    return {**content, head: replaced(content[head], tuple(rest), value) if rest else value}
