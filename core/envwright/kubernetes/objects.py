"""From a manifest's document to objects, and the last touches before an object becomes a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from envwright.kubernetes.kinds import CustomKinds, is_namespaced, is_served
from envwright.kubernetes.names import check_name, report_nameless
from envwright.kubernetes.nulls import ExplainNull, nothing_to_explain, resolve_nulls
from envwright.kubernetes.places import Path, Place
from envwright.kubernetes.served import check_served
from envwright.kubernetes.structure import check_structure, is_object
from envwright.kubernetes.unstored import why_unstored
from envwright.model.diagnostic import Related, Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject

ENVIRONMENT_ANNOTATION = "envwright.dev/environment"
UNIT_ANNOTATION = "envwright.dev/unit"
# on pods: the digest of what their unit is made from
INPUTS_ANNOTATION = "envwright.dev/inputs"
# on the pods of a Job that makes an image, written by whoever starts it: the commit of the plan, and its repository.
# The plan cannot hold them, for it is a function of the source alone.
SOURCE_SHA_ANNOTATION = "envwright.dev/source-sha"
SOURCE_REPOSITORY_ANNOTATION = "envwright.dev/source-repository"


def objects_in(
    document: Any,
    source: Mark,
    report: Report,
    explain: ExplainNull = nothing_to_explain,
    item_place: Place | None = None,
) -> tuple[KubernetesObject, ...]:
    """Return the objects of one YAML document: none of an empty one, the items of a list, else the one.

    What is wrong is reported (EW500, EW501, EW503, EW504, EW507, EW511-EW513), and an object that cannot be worked with
    is left out. A `status` that says nothing is dropped, and so are nulls in maps. `item_place` answers where an item
    of a list stands; without it, items stand where the document does.
    """
    if document is None or not is_object(document, source, report):
        return ()
    found = (
        checked(item, path, where, report, explain)
        for item, path, where in expanded(document, (), source, report, item_place or (lambda _path: source))
    )
    return tuple(manifest for manifest in found if manifest is not None)


def expanded(
    document: dict[str, Any], path: Path, source: Mark, report: Report, item_place: Place
) -> Iterator[tuple[Any, Path, Mark]]:
    """Yield an object, its path in the document and its place, or those of each item of a list, as `kubectl` does."""
    kind, items = document["kind"], document.get("items")
    if not kind.endswith("List") or not isinstance(items, list):
        yield document, path, source
        return
    of_kind = kind.removesuffix("List")
    for index, item in enumerate(items):
        if of_kind and isinstance(item, dict):
            item = {"apiVersion": document["apiVersion"], "kind": of_kind, **item}
        below = (*path, "items", index)
        where = item_place(below)
        if is_object(item, where, report):
            yield from expanded(item, below, where, report, item_place)


def checked(
    item: dict[str, Any], path: Path, source: Mark, report: Report, explain: ExplainNull
) -> KubernetesObject | None:
    """Return the object without its nulls and its empty status, None if it has no shape, no name or no place to be."""
    if unstored := why_unstored(KubernetesObject(item, source).group, item["kind"]):
        hint = "there is nothing to apply again, to wait for or to prune: leave it out"
        report.error("EW511", f"a {item['kind']} is never stored: {unstored}", source, hint=hint)
        return None
    if not check_served(KubernetesObject(item, source), report):
        return None
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
    first: dict[tuple[str, str, str, str], KubernetesObject] = {}
    for manifest in manifests:
        identity = (manifest.group, manifest.kind, manifest.namespace, manifest.name)
        if identity in first:
            report_duplicate(first[identity], manifest, report)
        else:
            first[identity] = manifest


def report_duplicate(first: KubernetesObject, second: KubernetesObject, report: Report) -> None:
    """Report an object that is there a second time, with the units that make it."""
    place = f" in {second.namespace}" if second.namespace else ""
    owner, other = unit_of(first), unit_of(second)
    makers = f"twice by the {other}" if owner == other else f"by the {owner} and by the {other}"
    hint = "leave one of them out" if owner == other else "leave it out of one of them"
    summary = f'{second.kind} "{second.name}"{place} is made {makers}'
    report.error("EW502", summary, second.source, hint=hint, related=[Related("first made here", first.source)])


def unit_of(manifest: KubernetesObject) -> str:
    """Return what made a finished object, as people say it."""
    unit = (manifest.content["metadata"].get("annotations") or {}).get(UNIT_ANNOTATION)
    return f'unit "{unit}"' if unit else "Job of an image"
