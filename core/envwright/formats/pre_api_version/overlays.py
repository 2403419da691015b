"""`overlays` of a service: what an environment drops and mounts, in v1 `environments.NAME.overrides.SERVICE`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from envwright.formats.edit import items_at, mapping, text_of
from envwright.formats.pre_api_version.conditions import Condition, surely_off
from envwright.formats.pre_api_version.edits import Edit
from envwright.formats.pre_api_version.manifest import Manifest
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.pods import has_more_pods, pods_of, without_mounts
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import text
from envwright.model.nodes import Entry, Map, Node, Seq

_MOUNT_KEYS = ("name", "claimName", "mountPath", "subPath", "readOnly")


class Service(NamedTuple):
    """A service as overlays see it: its name, where it is on, and its manifests."""

    name: str
    condition: Condition
    manifests: Sequence[Manifest]


def convert_overlays(
    service: Service, overlays: Map, environments: Sequence[str], translator: Translator
) -> dict[str, Entry]:
    """Return a service's overrides by environment."""
    notes = translator.notes
    found: dict[str, Entry] = {}
    for environment, entry in overlays.entries.items():
        place = f"services.{service.name}.overlays.{environment}"
        if environment not in environments:
            notes.lose(entry.mark, place, f'the stack has no environment "{environment}"', shown=True)
        elif isinstance(entry.node, Map):
            nodes = _override(service, entry.node, place, translator)
            if nodes:
                found[environment] = Entry(entry.mark, Map(nodes, entry.node.mark))
    return found


def mount_edits(service: Service, overrides: Mapping[str, Entry], environments: Sequence[str]) -> dict[str, list[Edit]]:
    """Return the edits of manifests, by their paths, that take out what `mounts` bring in some environments."""
    edits: dict[str, list[Edit]] = {}
    for name, mounted_in in _mounted(overrides).items():
        others = (other for other in environments if other not in mounted_in)
        kept_in = tuple(other for other in others if not surely_off(service.condition, other))
        for manifest in service.manifests:
            for pod in pods_of(manifest, service.name):
                edits.setdefault(manifest.path, []).extend(without_mounts(manifest, pod, frozenset({name}), kept_in))
    return edits


def drops(overlays: Map | None, kind: str) -> tuple[str, ...]:
    """Return the environments whose overlay drops a kind."""
    return tuple(
        environment
        for environment, entry in ({} if overlays is None else overlays.entries).items()
        if isinstance(entry.node, Map)
        and kind.lower() in {text_of(item).lower() for item in items_at(entry.node, "dropKinds")}
    )


def _override(service: Service, overlay: Map, place: str, translator: Translator) -> dict[str, Entry]:
    nodes: dict[str, Entry] = {}
    for key, entry in overlay.entries.items():
        if key == "dropKinds":
            kinds = (_kind(text_of(item), service.manifests) for item in items_at(overlay, key))
            items = (mapping({"kind": text(kind, entry.mark)}, entry.mark) for kind in kinds if kind != "Secret")
            nodes["exclude"] = Entry(entry.mark, Seq(tuple(items), entry.mark._replace(width=1)))
        elif key == "pvcMounts":
            mounts = _mounts(service, entry, place, translator)
            if mounts:
                nodes["mounts"] = Entry(entry.mark, Seq(tuple(mounts), entry.mark._replace(width=1)))
        else:
            why = "a pod of v1 mounts no folder of its node" if key == "hostMounts" else "v1 has no such key"
            translator.notes.lose(entry.mark, f"{place}.{key}", why, shown=True)
    return {key: entry for key, entry in nodes.items() if not isinstance(entry.node, Seq) or entry.node.items}


def _mounts(service: Service, entry: Entry, place: str, translator: Translator) -> Iterator[Node] | list[Node]:
    if not any(pods_of(manifest, service.name) for manifest in service.manifests):
        why = (
            "it had no effect: the older tool mounted in a Deployment that is called as the service, and there is none"
        )
        translator.notes.change(entry.mark, f"{place}.pvcMounts", why)
        return []
    if any(has_more_pods(manifest, service.name) for manifest in service.manifests):
        why = "`mounts` reach every container of the unit's pods, not the first one and init containers only"
        translator.notes.change(entry.mark, f"{place}.pvcMounts", why)
    return list(_each_mount(entry.node, place, translator.notes, translator))


def _each_mount(listed: Node, place: str, notes: Notes, translator: Translator) -> Iterator[Map]:
    for item in listed.items if isinstance(listed, Seq) else ():
        if isinstance(item, Map):
            for key, entry in item.entries.items():
                if key not in _MOUNT_KEYS:
                    notes.lose(entry.mark, f"{place}.pvcMounts.{key}", "v1 has no such key", shown=True)
            kept = {key: item.entries[key] for key in _MOUNT_KEYS if key in item.entries}
            translated = translator.tree(item._replace(entries=kept))
            if isinstance(translated, Map):
                yield translated


def _mounted(overrides: Mapping[str, Entry]) -> dict[str, list[str]]:
    """Return the environments that mount a volume, by its name."""
    found: dict[str, list[str]] = {}
    for environment, entry in overrides.items():
        for mount in items_at(entry.node, "mounts") if isinstance(entry.node, Map) else ():
            name = text_of(mount.get("name")) if isinstance(mount, Map) else ""
            found.setdefault(name, []).append(environment)
    return found


def _kind(written: str, manifests: Sequence[Manifest]) -> str:
    """Return a kind as Kubernetes spells it: the older tool took any case."""
    known = {document.kind for manifest in manifests for document in manifest.documents}
    return next((kind for kind in sorted(known) if kind.lower() == written.lower()), written)
