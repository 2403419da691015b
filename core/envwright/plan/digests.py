"""The digest of a step: its operation, its content, and the content of what it references in this plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envwright.kubernetes.pods import pod_spec_of
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedImage
from envwright.plan.canonical import digest_of
from envwright.plan.files import File
from envwright.plan.layout import Layout, Manifest
from envwright.plan.references import images_of, named_by, reference_to

HOW_A_JOB_RUNS = frozenset({"activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"})


class Digests:
    """Digests of the objects of one plan, and of the steps made of them.

    Content stands in a step's digest as the digest of its own canonical JSON. Only what changes the outcome counts:
    neither where a manifest lies nor how long a step may take.
    """

    def __init__(self, layout: Layout, images: Mapping[str, ResolvedImage], files: Mapping[str, File]) -> None:
        items = [manifest for _, manifest in layout.manifests()]
        self.of_file = {path: files[path].of_object for _, path in items}
        self._config = {reference_to(item): self.of_file[path] for item, path in items if item.kind == "ConfigMap"}
        self._images = {each.reference: each.content for each in images.values() if each.reference and each.content}
        self._references = {path: found for item, path in items if (found := self._find_references(item))}

    def of_step(self, operation: Mapping[str, Any], files: Sequence[str] = ()) -> str:
        """Return the digest of a step: `operation` as plain JSON values, `files` hold the objects that it works on."""
        references: dict[str, str] = {}
        for path in files:
            references.update(self._references.get(path, {}))
        content = sorted(self.of_file[path] for path in files)
        return digest_of({"operation": operation, "content": content, "references": references})

    def of_job(self, operation: Mapping[str, Any], job: Manifest) -> str:
        """Return the digest of a step that runs `job`.

        How long a Job may take and how often it is tried are the step's, so a longer timeout runs no migration again.
        """
        spec = job.object.content.get("spec")
        kept = (
            {key: value for key, value in spec.items() if key not in HOW_A_JOB_RUNS} if isinstance(spec, dict) else {}
        )
        content = [digest_of({**job.object.content, "spec": kept})]
        references = self._references.get(job.path, {})
        return digest_of({"operation": operation, "content": content, "references": references})

    def _find_references(self, item: KubernetesObject) -> dict[str, str]:
        spec = pod_spec_of(item.content)
        if spec is None:
            return {}
        found = {f"image {image}": self._images[image] for image in images_of(spec) & self._images.keys()}
        for reference in named_by(spec, item.namespace) & self._config.keys():
            found[f"{reference.kind} {reference.namespace}/{reference.name}"] = self._config[reference]
        return found
