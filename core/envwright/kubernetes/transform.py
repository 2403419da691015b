"""What a unit says about its rendered objects: leave some out, change some, mount claims in its pods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from envwright.kubernetes.json_patch import CannotApply, json_patch
from envwright.kubernetes.merge_patch import merge_patch
from envwright.kubernetes.mounts import mount_claims
from envwright.kubernetes.names import report_nameless
from envwright.kubernetes.places import Place
from envwright.kubernetes.plain import plain
from envwright.kubernetes.structure import check_structure, is_object
from envwright.model.contract.unit import JsonOperation, ObjectSelector, Patch, UnitFields
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject


def transform_unit(
    manifests: Sequence[KubernetesObject], declared: UnitFields, place: Place, report: Report
) -> tuple[KubernetesObject, ...]:
    """Return the unit's objects after its `exclude`, its `patches` and its `mounts`, in this order.

    Reports what matches nothing (EW505: an exclude as a warning, for what it asks for holds), patches that do not fit
    (EW505), patched objects that are none any more (EW500, EW501, EW504, EW507), and mounts that cannot be made
    (EW506).
    """
    changed = tuple(manifests)
    for index, selector in enumerate(declared.exclude):
        changed = exclude(changed, selector, place(("exclude", index)), report)
    for index, patch in enumerate(declared.patches):
        changed = apply_patch(changed, patch, place(("patches", index)), report)
    if declared.mounts:
        changed = mount_claims(changed, declared.mounts, place, report)
    return changed


def matches(manifest: KubernetesObject, selector: ObjectSelector) -> bool:
    """Return whether the selector means this object: its kind, and its name if the selector has one."""
    return manifest.kind == selector.kind and selector.name in ("", manifest.name)


def exclude(
    manifests: tuple[KubernetesObject, ...], selector: ObjectSelector, where: Mark, report: Report
) -> tuple[KubernetesObject, ...]:
    """Return the objects that the selector does not mean; a warning if it means none."""
    kept = tuple(manifest for manifest in manifests if not matches(manifest, selector))
    if len(kept) == len(manifests):
        summary = f"exclude matches nothing: {described(selector)}"
        report.warning("EW505", summary, where, hint=f"the unit has {listed(manifests)}")
    return kept


def apply_patch(
    manifests: tuple[KubernetesObject, ...], patch: Patch, where: Mark, report: Report
) -> tuple[KubernetesObject, ...]:
    """Return the objects with the patch applied to each that it targets; an error if it targets none."""
    if not any(matches(manifest, patch.target) for manifest in manifests):
        summary = f"the patch matches nothing: {described(patch.target)}"
        report.error("EW505", summary, where, hint=f"the unit has {listed(manifests)}")
    return tuple(
        patched(manifest, patch, where, report) if matches(manifest, patch.target) else manifest
        for manifest in manifests
    )


def patched(manifest: KubernetesObject, patch: Patch, where: Mark, report: Report) -> KubernetesObject:
    """Return the object after the patch, or as it was where the patch does not fit or breaks it."""
    try:
        if patch.json is not None:
            content = json_patch(manifest.content, [operation(each) for each in patch.json])
        else:
            content = merge_patch(manifest.content, plain(patch.merge))
    except CannotApply as reason:
        summary = f'the patch does not fit {manifest.kind} "{manifest.name}": {reason}'
        report.error("EW505", summary, where, detail=f"the object comes from {manifest.source}")
        return manifest
    if not is_object(content, where, report) or not check_structure(content, where, report):
        return manifest
    result = KubernetesObject(content, manifest.source)
    if not result.name:
        report_nameless(result._replace(source=where), report)
        return manifest
    return result


def operation(declared: JsonOperation) -> dict[str, Any]:
    """Return an operation as RFC 6902 writes it."""
    members = {"from": declared.from_, "value": plain(declared.value)}
    given = {name: value for name, value in members.items() if value is not None}
    return {"op": declared.op, "path": declared.path, **given}


def described(selector: ObjectSelector) -> str:
    """Return the selector as people say it."""
    return f'{selector.kind} "{selector.name}"' if selector.name else f"any {selector.kind}"


def listed(manifests: Iterable[KubernetesObject]) -> str:
    """Return the unit's objects as people say them, a handful at most."""
    names = [f'{manifest.kind} "{manifest.name}"' for manifest in manifests]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more if names else "no objects"
