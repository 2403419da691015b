"""The digest of a step: its operation, its content, and the content of what it references in this plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedImage
from envwright.plan.canonical import digest_of
from envwright.plan.layout import Layout
from envwright.plan.references import Reference, images_of, reference_to, referenced_by


class Digests:
    """Digests of the objects of one plan, and of the steps made of them.

    Content stands in a step's digest as the digest of its own canonical JSON. Only what changes the outcome counts:
    neither where a manifest lies nor how long a step may take.
    """

    def __init__(self, layout: Layout, images: Mapping[str, ResolvedImage]) -> None:
        items = [manifest for _, manifest in layout.manifests()]
        self.of_file = {manifest.path: digest_of(manifest.object.content) for manifest in items}
        self._config = {reference_to(item): self.of_file[path] for item, path in items if item.kind == "ConfigMap"}
        self._images = {each.reference: each.content for each in images.values() if each.reference and each.content}

    def of_step(self, operation: Mapping[str, Any], content: Iterable[tuple[KubernetesObject, str]] = ()) -> str:
        """Return the digest of a step: `operation` as plain JSON values, `content` its objects with their files."""
        items = tuple(content)
        return digest_of(
            {
                "operation": operation,
                "content": sorted(self.of_file[path] for _, path in items),
                "references": self._references(item for item, _ in items),
            }
        )

    def _references(self, items: Iterable[KubernetesObject]) -> dict[str, str]:
        found = {}
        for item in items:
            for image in images_of(item) & self._images.keys():
                found[f"image {image}"] = self._images[image]
            for reference in referenced_by(item) & self._config.keys():
                found[_spelled(reference)] = self._config[reference]
        return found


def _spelled(reference: Reference) -> str:
    return f"{reference.kind} {reference.namespace}/{reference.name}"
