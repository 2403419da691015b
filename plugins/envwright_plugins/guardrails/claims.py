"""Claims: storage of the slot's own, never a volume that held the data of others.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

from collections.abc import Iterator

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import Map, map_at, numbered

CLASS = "leave it out, and choose a kind of storage with storageClassName"
SEED = "leave it out: fill the volume by a migration or a hook, or copy inside of the namespace"


def claims_of(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW616 for a PersistentVolumeClaim, or for the claims of a StatefulSet."""
    if manifest.kind == "PersistentVolumeClaim":
        for found in claim_findings(map_at(manifest.content, "spec"), bounds):
            yield found.below(("spec",))
        return
    for index, claim in numbered(map_at(manifest.content, "spec").get("volumeClaimTemplates")):
        for found in claim_findings(map_at(claim, "spec"), bounds):
            yield found.below(("spec", "volumeClaimTemplates", index, "spec"))


def claim_findings(spec: Map, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW616 for what a claim may not ask for: a certain volume, or the data of another namespace."""
    if spec.get("volumeName"):
        what = f"claims the volume {spec['volumeName']} by its name"
        yield Finding("EW616", what, CLASS, narrow=(Edit(("volumeName",)),), change="without volumeName")
    if spec.get("selector"):
        what = "chooses its volume by labels"
        yield Finding("EW616", what, CLASS, narrow=(Edit(("selector",)),), change="without the selector of volumes")
    namespace = map_at(spec, "dataSourceRef").get("namespace")
    if namespace not in (None, "", bounds.namespace):
        what = f"begins with data of the namespace {namespace}"
        edits = (Edit(("dataSourceRef",)),)
        yield Finding("EW616", what, SEED, narrow=edits, change=f"without the data of {namespace}: it begins empty")
