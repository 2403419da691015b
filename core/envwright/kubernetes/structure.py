"""What must hold of every object, whatever its kind: the checks that need no schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.kubernetes.pods import pod_metadata_of
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark

SERVER_OWNED = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "ownerReferences",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
TEXT_MAPS = ("labels", "annotations")


def is_object(document: Any, source: Mark, report: Report) -> bool:
    """Return whether the document has the shape of a Kubernetes object; reports EW500 where it has not."""
    if not isinstance(document, dict):
        report.error("EW500", f"a {json_type(document)} where a Kubernetes object should be", source)
        return False
    for key in ("apiVersion", "kind"):
        if not isinstance(document.get(key), str) or not document[key]:
            summary = f"{key} is missing" if not document.get(key) else f"{key} is not text"
            report.error("EW500", f"not a Kubernetes object: {summary}", source)
            return False
    return True


def check_structure(content: Mapping[str, Any], source: Mark, report: Report) -> bool:
    """Return whether `metadata` can be read; reports what is wrong in it: EW507 and EW504."""
    metadata = content.get("metadata", {})
    if not isinstance(metadata, dict):
        report.error("EW507", f"metadata is a {json_type(metadata)}, not a map", source)
        return False
    before = len(report.items)
    for key in ("name", "namespace"):
        if not isinstance(metadata.get(key, ""), str):
            summary = f"metadata.{key} is a {json_type(metadata[key])}, not text"
            # a boolean does not tell how it was written: kubectl reads `y`, `no` and `on` as one too
            text = "" if isinstance(metadata[key], bool) else f': "{metadata[key]}"'
            report.error("EW507", summary, source, hint=f"quote it{text}")
    if not isinstance(metadata.get("finalizers", []), list):
        report.error("EW507", f"metadata.finalizers is a {json_type(metadata['finalizers'])}, not a list", source)
    check_texts(metadata, "metadata", source, report)
    pods = pod_metadata_of(content)
    if pods is not None:
        check_texts(pods, "the pods' metadata", source, report)
    check_server_owned(content, metadata, source, report)
    return len(report.items) == before


def check_texts(metadata: Mapping[str, Any], place: str, source: Mark, report: Report) -> None:
    """Report labels and annotations whose value is not text: Kubernetes refuses `true` and `8080`."""
    for key in TEXT_MAPS:
        texts = metadata.get(key)
        if texts is None:
            continue
        if not isinstance(texts, dict):
            report.error("EW507", f"{key} of {place} is a {json_type(texts)}, not a map", source)
            continue
        for name, value in texts.items():
            if not isinstance(value, str):
                summary = f'"{name}" in {key} of {place} is a {json_type(value)}, not text'
                report.error("EW507", summary, source, hint="quote the value, or the template expression that makes it")


def check_server_owned(content: Mapping[str, Any], metadata: Mapping[str, Any], source: Mark, report: Report) -> None:
    """Report what only an API server writes: an object that was read from a cluster, not written for one."""
    found = sorted(f"metadata.{key}" for key, value in metadata.items() if key in SERVER_OWNED and value is not None)
    if "status" in content and not is_vacuous(content["status"]):
        found.append("status")
    if found:
        summary = f"{content['kind']} sets {', '.join(found)}, which the API server owns"
        report.error("EW504", summary, source, hint="leave out what the cluster fills in")


def is_vacuous(value: Any) -> bool:
    """Return whether a value says nothing, as the empty status that generators write."""
    if isinstance(value, dict):
        return all(is_vacuous(item) for item in value.values())
    return value in ("", None, [])


def json_type(value: Any) -> str:
    """Return what JSON calls the value's type."""
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "map", list: "list", str: "text", int: "number", float: "number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
