"""Annotations that tell a controller what the steps of a plan tell the reconciler."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envwright.model.rendered import KubernetesObject
from envwright.plan.layout import Layout, Manifest, Part, PlacedJob

Annotations = Mapping[str, str]
Marks = Callable[[Part, Manifest, PlacedJob | None], Annotations]

# what the reconciler never deletes either: whoever deletes these loses more than an object
KEPT_KINDS = frozenset({"Namespace", "PersistentVolumeClaim", "CustomResourceDefinition"})


def marked(layout: Layout, marks: Marks) -> Layout:
    """Return the layout with annotations on every object, in place of those of the same name.

    `marks` is asked with the part, the manifest, and its Job if it is one.
    """
    return layout._replace(
        first=tuple(_part(part, marks) for part in layout.first),
        parts=tuple(_part(part, marks) for part in layout.parts),
    )


def unwritten(item: KubernetesObject, annotations: Annotations) -> Annotations:
    """Return those of the annotations that the author of an object did not write: theirs stay as they are."""
    own = item.content["metadata"].get("annotations") or {}
    return {name: value for name, value in annotations.items() if name not in own}


def is_kept(part: Part, item: KubernetesObject, protected: tuple[str, ...]) -> bool:
    """Return whether an object stays when the tree no longer has it; `protected` are kinds of the prune policy."""
    return not part.unit.options.get("prune", True) or item.kind in KEPT_KINDS or item.kind in protected


def _part(part: Part, marks: Marks) -> Part:
    def of(manifests: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
        return tuple(_annotated(each, marks(part, each, None)) for each in manifests)

    def of_jobs(jobs: tuple[PlacedJob, ...]) -> tuple[PlacedJob, ...]:
        return tuple(_job(part, each, marks) for each in jobs)

    return part._replace(
        prerequisites=of(part.prerequisites),
        definitions=of(part.definitions),
        before=of_jobs(part.before),
        objects=of(part.objects),
        main=of_jobs(part.main),
        after=of_jobs(part.after),
    )


def _job(part: Part, placed: PlacedJob, marks: Marks) -> PlacedJob:
    annotated = _annotated(placed.manifest, marks(part, placed.manifest, placed))
    return placed._replace(job=placed.job._replace(object=annotated.object))


def _annotated(manifest: Manifest, annotations: Annotations) -> Manifest:
    content = manifest.object.content
    metadata = content["metadata"]
    both = {**(metadata.get("annotations") or {}), **annotations}
    changed = {**content, "metadata": {**metadata, "annotations": both}}
    return manifest._replace(object=manifest.object._replace(content=changed))
