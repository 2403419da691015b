"""Volumes of pods: of which kinds, and with what in them.

https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright_plugins.guardrails.accounts import foreign_audience
from envwright_plugins.guardrails.allowed import PROJECTED, VOLUMES
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.claims import claim_findings
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.images import image
from envwright_plugins.guardrails.parts import Map, map_at, numbered
from envwright_plugins.guardrails.shared_claims import shared_claim_findings

CLAIM = "ask for storage with a PersistentVolumeClaim, or write an emptyDir"


def volume_findings(spec: Map, bounds: Bounds) -> Iterator[Finding]:
    """Yield what the volumes of a pod may not be, and what may not be mounted of them."""
    volumes = numbered(spec.get("volumes"))
    for index, volume in volumes:
        for found in source_findings(volume, bounds):
            yield found.below(("volumes", index))
    if volumes:
        yield from shared_claim_findings(spec, [volume for _, volume in volumes], bounds)


def source_findings(volume: Map, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW613 for a volume that is none of the pod's own, and what its source may not ask for."""
    for kind, source in volume.items():
        if kind not in VOLUMES and kind != "name" and source is not None:
            edits = (Edit((kind,)), Edit(("emptyDir",), {}))
            change = f"volume {volume.get('name')} is an empty directory instead of {kind}"
            yield Finding("EW613", f"mounts a volume of the kind {kind}", CLAIM, narrow=edits, change=change)
    if "projected" in volume:
        yield from (found.below(("projected", "sources")) for found in projected(volume["projected"], bounds))
    if "image" in volume:
        reference = map_at(volume, "image").get("reference")
        yield from image(reference, bounds)
    if "ephemeral" in volume:
        path = ("ephemeral", "volumeClaimTemplate", "spec")
        yield from (found.below(path) for found in claim_findings(map_at(volume, *path), bounds))


def projected(source: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW613 and EW615 for what a projected volume may not hold."""
    for index, entry in numbered(map_at(source).get("sources")):
        edit = (Edit((index,)),)
        for kind in sorted(map(str, entry.keys() - PROJECTED)):
            yield Finding("EW613", f"projects {kind}", CLAIM, narrow=edit, change=f"without the projected {kind}")
        audience = foreign_audience(entry.get("serviceAccountToken"), bounds)
        if audience:
            hint = "leave audience out: the token is for the API server then"
            change = f"without the token for {audience}"
            yield Finding("EW615", f"has a token for {audience}", hint, narrow=edit, change=change)
