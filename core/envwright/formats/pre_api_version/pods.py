"""What the older tool changed in a service's Deployment, done in the manifest: its image and its mounts.

It did so in the Deployment that is called as the service, in its first container and its init containers.
"""

from __future__ import annotations

from collections.abc import Iterator

from envwright.formats.edit import items_at, map_at
from envwright.formats.pre_api_version.edits import Edit
from envwright.formats.pre_api_version.manifest import Manifest, scalar_at
from envwright.formats.pre_api_version.manifest_text import line_start, span, written
from envwright.model.nodes import Map, Scalar, Seq


def pods_of(manifest: Manifest, service: str) -> list[Map]:
    """Return the pod specs of the Deployments in a manifest that are called as the service."""
    found = []
    for document in manifest.named("Deployment", service):
        node = document.node
        for key in ("spec", "template", "spec"):
            node = map_at(node, key) if node is not None else None
        if node is not None and items_at(node, "containers"):
            found.append(node)
    return found


def has_more_pods(manifest: Manifest, service: str) -> bool:
    """Return whether a manifest has containers that the older tool left alone and v1's `mounts` do not."""
    workloads = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "ReplicaSet")
    others = any(
        d.kind in workloads for d in manifest.documents if (d.kind, manifest.name_of(d)) != ("Deployment", service)
    )
    return others or any(len(items_at(pod, "containers")) > 1 for pod in pods_of(manifest, service))


def with_image(manifest: Manifest, pod: Map, image: str) -> Iterator[Edit]:
    """Yield the edits that give the first container the stack's image `image`, and init containers that had the same.

    A container without an image gets the key.
    """
    reference = f"'{{{{ image \"{image}\" }}}}'"
    main, inits = _containers(pod)
    old = scalar_at(main, "image")
    if "image" not in main.entries:
        first = next(iter(main.entries.values())).mark
        start = line_start(manifest.text, first.line) + first.column - 1
        yield Edit(start, start, f"image: {reference}\n{' ' * (first.column - 1)}")
    for container in (main, *inits):
        found = scalar_at(container, "image")
        if found is not None and old is not None and written(manifest.text, found) == written(manifest.text, old):
            yield Edit(*span(manifest.text, found), reference)


def without_mounts(manifest: Manifest, pod: Map, names: frozenset[str], kept_in: tuple[str, ...]) -> Iterator[Edit]:
    """Yield the edits that leave these volumes and their mounts to `mounts`, but for the environments `kept_in`."""
    main, inits = _containers(pod)
    for owner, key in ((pod, "volumes"), *((container, "volumeMounts") for container in (main, *inits))):
        listed = owner.get(key)
        if not isinstance(listed, Seq) or listed.mark.width > 1:
            continue  # in brackets on one line: `[]` as a rule
        chosen = [item for item in listed.items if isinstance(item, Map) and _name(manifest, item) in names]
        if chosen and len(chosen) == len(listed.items):
            start = line_start(manifest.text, owner.entries[key].mark.line)
            yield from _only_in(manifest.text, start, _end_of_item(manifest.text, chosen[-1]), kept_in)
        else:
            for item in chosen:
                start = line_start(manifest.text, item.mark.line)
                yield from _only_in(manifest.text, start, _end_of_item(manifest.text, item), kept_in)


def _only_in(text: str, start: int, end: int, environments: tuple[str, ...]) -> Iterator[Edit]:
    if not environments:
        yield Edit(start, end, "")
        return
    names = " ".join(f'"{name}"' for name in environments)
    yield Edit(start, start, f"{{{{- if eq .Env {names} }}}}\n")
    yield Edit(end, end, ("" if text[:end].endswith("\n") else "\n") + "{{- end }}\n")


def _containers(pod: Map) -> tuple[Map, list[Map]]:
    main, *_ = (item for item in items_at(pod, "containers") if isinstance(item, Map))
    return main, [item for item in items_at(pod, "initContainers") if isinstance(item, Map)]


def _name(manifest: Manifest, item: Map) -> str:
    found = item.get("name")
    return written(manifest.text, found) if isinstance(found, Scalar) else ""


def _end_of_item(text: str, item: Map) -> int:
    """Return the offset after the last line of a list's item: what follows is not further in than its dash."""
    start = line_start(text, item.mark.line)
    dash = len(text[start:]) - len(text[start:].lstrip(" "))
    end = place = text.find("\n", start) + 1 or len(text)
    while place < len(text):
        following = text.find("\n", place) + 1 or len(text)
        line = text[place:following]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= dash:
            break
        place = following
        end = place if line.strip() else end
    return end
