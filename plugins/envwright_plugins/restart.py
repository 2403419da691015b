"""The strategy `restart`: pods carry the digest of what their unit is made from, so a change of it rolls them.

That is the content of the unit's files, and of its ConfigMaps: a pod reads both only at its start. The controller of
the pods does the rest, with the strategy and the budget that the unit declares.
"""

from __future__ import annotations

from typing import Any

from envwright.hookspecs import ManifestTransform, Transformed, UnitFacts
from envwright.host import hookimpl
from envwright.kubernetes.pods import part_of_pods, pod_template_path, replaced
from envwright.model.diagnostic import diagnostic
from envwright.model.rendered import KubernetesObject

ROLLING = frozenset({"DaemonSet", "Deployment", "StatefulSet"})


@hookimpl
def envwright_manifest_transform() -> ManifestTransform:
    """Annotate the pods of services whose strategy is `restart`."""
    return ManifestTransform("restart", transform)


def transform(facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> Transformed:
    """Return a unit's objects with the digest on each pod template that a controller rolls."""
    if facts.strategy != "restart":
        return Transformed(objects)
    digest = digest_of(facts.inputs, objects)
    if not digest:
        summary = f'the strategy restart changes nothing for "{facts.unit.name}": nothing says what it is made from'
        hint = "name its files in `inputs`, or choose another strategy"
        return Transformed(
            objects,
            diagnostics=(diagnostic("warning", "EW331", summary, facts.place(("codeUpdateStrategy",)), hint=hint),),
        )
    return Transformed(tuple(annotated(item, digest) if item.kind in ROLLING else item for item in objects))


def digest_of(inputs: str, objects: tuple[KubernetesObject, ...]) -> str:
    """Return `sha256:...` of the digest of files and of the ConfigMaps among the objects, empty if there is neither."""
    config = {item.name: _data(item) for item in objects if item.kind == "ConfigMap"}
    if not inputs and not config:
        return ""
    # every run loads this module, few have such a unit: 8 ms at every start, with what `annotated` needs
    import hashlib
    import json

    canonical = json.dumps([inputs, config], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _data(item: KubernetesObject) -> dict[str, Any]:
    return {name: item.content.get(name) for name in ("data", "binaryData")}


def annotated(item: KubernetesObject, digest: str) -> KubernetesObject:
    """Return an object with the digest on its pods; one without a pod template as it is."""
    from envwright.kubernetes.objects import INPUTS_ANNOTATION  # as above

    path = pod_template_path(item.content)
    metadata = part_of_pods(item.content, "metadata") or {}
    if path is None or part_of_pods(item.content, "spec") is None:
        return item
    annotations = {**(metadata.get("annotations") or {}), INPUTS_ANNOTATION: digest}
    return item._replace(content=replaced(item.content, (*path, "metadata"), {**metadata, "annotations": annotations}))
