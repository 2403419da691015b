"""The image of a stage that is not shipped, such as the one for development."""

from __future__ import annotations

from envwright.images.content import Contents
from envwright.images.paths import context_path, dockerfile_path, join
from envwright.images.resolve import SUFFIX_LENGTH
from envwright.images.stage import StageFacts, stage_facts
from envwright.model.contract.image import Image
from envwright.model.resolved import ResolvedImage


def other_stage(image: Image, resolved: ResolvedImage, target: str, contents: Contents) -> ResolvedImage:
    """Return the image of another stage of a built image's Dockerfile, named by its own content, the stage in the tag.

    Only files that the stage copies count: an edit of source that is mounted over it changes no image. Older formats
    and `tagPolicy: exact` name it so too, for what they write down is the name of the stage that is shipped.
    """
    facts = stage_facts(resolved.generated or contents.dockerfile(image), target) or StageFacts()
    copied = tuple(join(context_path(image), each) for each in sorted(facts.sources))
    # the Dockerfile counts anyway: with it the list is not empty, which would mean every file
    inputs = image.inputs if "." in facts.sources else (dockerfile_path(image), *copied)
    digest = contents.digest(image.but(target=target, inputs=inputs), resolved.generated)
    suffix = (digest or "").removeprefix("sha256:")[:SUFFIX_LENGTH]
    tag = "-".join(part for part in (image.tag_template, target, suffix) if part)
    return resolved.but(reference=f"{image.repository}:{tag}", target=target, content=digest)
