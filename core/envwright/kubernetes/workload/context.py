"""What a workload's objects depend on besides its declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from envwright.kubernetes.places import Path, Place
from envwright.model.contract.environment import PullPolicy
from envwright.model.diagnostic import Refused, Report
from envwright.model.mark import Mark
from envwright.model.ports import Reader
from envwright.model.rendered import KubernetesObject
from envwright.model.suggest import did_you_mean


class WorkloadContext(NamedTuple):
    """Where a workload stands.

    `name` is that of its objects: the unit's, or a typed Job's. `image` is the service's own, a name of `images` or
    empty. `images` maps those names to the references in use, None for one that does not exist in this environment.
    `place` answers for paths inside the unit's declaration. `parse_image` raises Refused at a place for a text that is
    no reference: it is passed, for images are a room beside this one. `label` is the value of the label that tells its
    pods from all others, `name` if empty.
    """

    name: str
    project: str
    image: str
    images: Mapping[str, str | None]
    pull_policy: PullPolicy | None
    reader: Reader
    place: Place
    report: Report
    parse_image: Callable[[str, Mark], object]
    label: str = ""

    def below(self, *path: str | int) -> WorkloadContext:
        """Return the context whose paths begin further inside the declaration."""

        def place(rest: Path) -> Mark:
            return self.place((*path, *rest))

        return self._replace(place=place)

    def manifest(self, content: Mapping[str, object]) -> KubernetesObject:
        """Return an object that the declaration makes."""
        return KubernetesObject(content, self.place(()))

    def error(self, code: str, summary: str, *path: str | int, hint: str = "") -> None:
        """Report what is wrong at a path inside the declaration."""
        self.report.error(code, summary, self.place(path), hint=hint)

    def warning(self, code: str, summary: str, *path: str | int, hint: str = "") -> None:
        """Report what is likely a mistake at a path inside the declaration."""
        self.report.warning(code, summary, self.place(path), hint=hint)


def image_reference(declared: str, context: WorkloadContext) -> str:
    """Return the reference of `image`: a name of `images`, or a literal one with a tag, a digest or a path.

    Without one the service's own is meant. Reports EW103 and EW310, and returns the empty text then; EW311 for a
    literal that is no reference.
    """
    image = declared or context.image
    if not image:
        context.error("EW103", "no image: neither here nor in the service", hint="write image: <a name of images>")
        return ""
    if image in context.images:
        reference = context.images[image]
        if reference is None:
            context.error("EW310", f'image "{image}" is skipped in this environment', "image")
        return reference or ""
    if any(sign in image for sign in ":/@"):
        try:
            context.parse_image(image, context.place(("image",)))
        except Refused as refused:
            context.report.extend(refused.diagnostics)
        return image
    hint = did_you_mean(image, context.images) or "a literal reference says its tag or digest"
    context.error("EW310", f'unknown image "{image}"', "image", hint=hint)
    return ""
