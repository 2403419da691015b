"""Claims on storage that slots share: of one that the platform lists, a slot mounts its own part.

A claim that neither the stack makes nor the platform lists was put into the namespace for this environment alone. Only
a path that says otherwise is refused there: one that leads upwards, or that is another slot's by the usual convention.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import Map, map_at, numbered

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
CONVENTION = "slots/{slot}"
ALL_OF_IT = "."


def shared_claim_findings(spec: Map, volumes: list[Map], bounds: Bounds) -> Iterator[Finding]:
    """Yield EW617 for each mount of a pod that leaves the environment's part of a claim."""
    claims = {str(volume.get("name")): claim for volume in volumes if (claim := foreign_claim(volume, bounds))}
    if claims:
        for name in CONTAINER_LISTS:
            for index, container in numbered(spec.get(name)):
                yield from (found.below((name, index)) for found in mount_findings(container, claims, bounds))


def foreign_claim(volume: Map, bounds: Bounds) -> str:
    """Return the claim behind a volume if the stack does not make it, or if the platform lists it."""
    name = map_at(volume, "persistentVolumeClaim").get("claimName")
    if not isinstance(name, str):
        return ""
    own = name in bounds.claims or name.startswith(bounds.claim_stems)
    return name if name in bounds.settings.shared_claims or not own else ""


def mount_findings(container: Map, claims: Mapping[str, str], bounds: Bounds) -> Iterator[Finding]:
    """Yield EW617 for each mount of a container; `claims` are those of others by the name of the volume."""
    for index, mount in numbered(container.get("volumeMounts")):
        claim = claims.get(str(mount.get("name")))
        if claim is not None and leaves(mount, claim, bounds):
            yield leaving(mount, claim, bounds).below(("volumeMounts", index))


def leaves(mount: Map, claim: str, bounds: Bounds) -> bool:
    """Return whether a mount leaves the environment's part of a claim."""
    written = str(mount.get("subPath") or "")
    part = part_of(claim, bounds)
    if ".." in written.split("/"):
        return True
    if claim not in bounds.settings.shared_claims:
        return below_root(written) != without_slot(written, CONVENTION, bounds) and not is_below(written, part)
    # what variables make of a path is not known here
    return part != ALL_OF_IT and ("subPathExpr" in mount or not is_below(written, part))


def leaving(mount: Map, claim: str, bounds: Bounds) -> Finding:
    """Return the finding: narrowed, what stands below the claim's root, or another slot's part, is below its own."""
    part = part_of(claim, bounds)
    expression = "subPathExpr" in mount
    written = str(mount.get("subPathExpr" if expression else "subPath") or "")
    template = bounds.settings.shared_claims.get(claim, CONVENTION)
    rest = "" if expression else without_slot(written, template, bounds)
    inside = posixpath.normpath(posixpath.join(part, rest))
    gone = (Edit(("subPathExpr",)),) if expression else ()
    return Finding(
        "EW617",
        f"mounts {written or 'all'} of the claim {claim}, which others share",
        f"mount what is below {part}: subPath: {inside}",
        narrow=(Edit(("subPath",), inside), *gone),
        change=f"mounts {inside} of the claim {claim}",
    )


def part_of(claim: str, bounds: Bounds) -> str:
    """Return the path of the environment's part of a claim."""
    return posixpath.normpath(bounds.filled(bounds.settings.shared_claims.get(claim, CONVENTION)))


def without_slot(written: str, template: str, bounds: Bounds) -> str:
    """Return a path without a slot's part at its beginning, whichever slot's it is."""
    pieces = (re.escape(bounds.filled(piece)) for piece in posixpath.normpath(template).split("{slot}"))
    return re.sub(rf"^{'[0-9]+'.join(pieces)}(/|$)", "", below_root(written))


def is_below(written: str, part: str) -> bool:
    """Return whether a path is a part or below it."""
    path = below_root(written)
    return path == part or path.startswith(f"{part}/")


def below_root(written: str) -> str:
    """Return a path of a claim in normal form, never above its root."""
    return posixpath.normpath(f"/{written}").lstrip("/")
