"""From a manifest's document to objects, and the last touches before an object becomes a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from envwright.kubernetes.kinds import CustomKinds, is_namespaced, is_served
from envwright.kubernetes.names import check_name, report_nameless
from envwright.kubernetes.nulls import ExplainNull, nothing_to_explain, resolve_nulls
from envwright.kubernetes.places import Path
from envwright.kubernetes.structure import check_structure, is_object
from envwright.model.diagnostic import Related, Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject

ENVIRONMENT_ANNOTATION = "envwright.dev/environment"
UNIT_ANNOTATION = "envwright.dev/unit"
# on pods: the digest of what their unit is made from
INPUTS_ANNOTATION = "envwright.dev/inputs"


def objects_in(
    document: Any, source: Mark, report: Report, explain: ExplainNull = nothing_to_explain
) -> tuple[KubernetesObject, ...]:
    """Return the objects of one YAML document: none of an empty one, the items of a list, else the one.

    What is wrong is reported (EW500, EW501, EW503, EW504, EW507), and an object that cannot be worked with is left out.
    A `status` that says nothing is dropped, and so are nulls in maps.
    """
    if document is None or not is_object(document, source, report):
        return ()
    found = (checked(item, path, source, report, explain) for item, path in expanded(document, (), source, report))
    return tuple(manifest for manifest in found if manifest is not None)


def expanded(document: dict[str, Any], path: Path, source: Mark, report: Report) -> Iterator[tuple[Any, Path]]:
    """Yield an object and its path in the document, or each item of a list, as `kubectl` takes them."""
    kind, items = document["kind"], document.get("items")
    if not kind.endswith("List") or not isinstance(items, list):
        yield document, path
        return
    of_kind = kind.removesuffix("List")
    for index, item in enumerate(items):
        if of_kind and isinstance(item, dict):
            item = {"apiVersion": document["apiVersion"], "kind": of_kind, **item}
        if is_object(item, source, report):
            yield from expanded(item, (*path, "items", index), source, report)


def checked(
    item: dict[str, Any], path: Path, source: Mark, report: Report, explain: ExplainNull
) -> KubernetesObject | None:
    """Return the object without its nulls and its empty status, None if it has no shape or no name."""
    before = len(report.items)
    content = resolve_nulls(item, path, explain, report)
    nulls = len(report.items) > before
    if not check_structure(content, source, report):
        return None
    if "status" in content:
        content = {key: value for key, value in content.items() if key != "status"}
    manifest = KubernetesObject(content, source)
    if manifest.name:
        return manifest
    if not nulls:  # else EW503 has said why there is no name
        report_nameless(manifest, report)
    return None


def finish(
    manifest: KubernetesObject, *, namespace: str, environment: str, unit: str, custom: CustomKinds, report: Report
) -> KubernetesObject:
    """Return the object as it goes into a file: with its namespace and its owner's annotations.

    `namespace` is set where it is missing or empty, and taken out of cluster-scoped objects; `environment` is
    `<project>/<environment>`, with `-<slot>` for a slot; `unit` is empty for the Job of an image. Reports names that
    Kubernetes refuses (EW508) and finalizers that no controller of the stack serves (EW504).
    """
    check_name(manifest, report)
    metadata = {**manifest.content["metadata"]}
    if is_namespaced(manifest.group, manifest.kind, custom):
        metadata["namespace"] = metadata.get("namespace") or namespace
    else:
        metadata.pop("namespace", None)
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        ENVIRONMENT_ANNOTATION: environment,
        **({UNIT_ANNOTATION: unit} if unit else {}),
    }
    for finalizer in metadata.get("finalizers") or ():
        if not is_served(str(finalizer), custom):
            summary = f'{manifest.kind} "{manifest.name}" has the finalizer {finalizer}, which nothing here serves'
            hint = "without its controller the object could never be deleted: leave the finalizer out"
            report.error("EW504", summary, manifest.source, hint=hint)
    return KubernetesObject({**manifest.content, "metadata": metadata}, manifest.source)


def report_duplicates(manifests: Iterable[KubernetesObject], report: Report) -> None:
    """Report every object that is there twice (EW502), over all units of an environment, after `finish`."""
    first: dict[tuple[str, str, str, str], Mark] = {}
    for manifest in manifests:
        identity = (manifest.group, manifest.kind, manifest.namespace, manifest.name)
        if identity in first:
            place = f" in {manifest.namespace}" if manifest.namespace else ""
            summary = f'{manifest.kind} "{manifest.name}"{place} is made twice'
            report.error("EW502", summary, manifest.source, related=[Related("first made here", first[identity])])
        else:
            first[identity] = manifest.source
