"""An image of the contract as the reference in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envwright.images.paths import context_path, dockerfile_path
from envwright.images.reference import FORM, parse
from envwright.model.contract.image import Image
from envwright.model.diagnostic import Diagnostic, Refused, Report
from envwright.model.mark import Mark
from envwright.model.resolved import ResolvedImage

if TYPE_CHECKING:
    from envwright.images.content import Content, Contents  # 20 ms to import, and `validate` asks for no content

# hexadecimal digits of the content's digest in the tag: 48 bits tell the builds of one image apart
SUFFIX_LENGTH = 12


def resolve_image(
    name: str,
    image: Image,
    mark: Mark,
    *,
    exact: bool,
    contents: Contents | None,
    report: Report,
    required: bool = False,
    shown: bool = True,
    generated: str = "",
) -> ResolvedImage:
    """Return the image `name`, its templates evaluated, with the reference in use; what is wrong goes to `report`.

    `mark` is the place of its declaration. `exact` is the rule of older formats: a built image is named as written.
    `contents` knows what images are built of; None gives neither digest nor suffix. A context that is not there to read
    gives the reference without the suffix and a warning (EW312), or an error if the suffix is `required`. A reference
    that is wrong stands in the message (EW311) unless `shown` is False: a passed variable may be in it. `generated` is
    the text of a Dockerfile that a stack made.
    """
    if image.type == "skip":
        return ResolvedImage(type="skip", reference=None, mark=mark)
    if image.type == "build":
        content = contents.of(image, generated) if contents else None
        resolved = _built(image, mark, exact or image.tag_policy == "exact", content, required, report)
        resolved = resolved.but(generated=generated)
    else:
        upstream = image.from_ or None
        reference = image.local if image.type == "mirror" else image.local or image.from_
        resolved = ResolvedImage(type=image.type, reference=reference, upstream=upstream, mark=mark)
    for written in dict.fromkeys((resolved.reference, resolved.upstream)):
        if written is not None:
            _check(name, written, mark, report, shown)
    return resolved


def _built(
    image: Image, mark: Mark, exact: bool, content: Content | None, required: bool, report: Report
) -> ResolvedImage:
    found = [_placed(item, mark, exact, required) for item in (content.diagnostics if content else ())]
    # images of one Dockerfile have its warnings in common
    report.extend([item for item in found if item is not None and item not in report.items])
    digest = content.digest if content else None
    suffix = "" if exact or digest is None else digest.removeprefix("sha256:")[:SUFFIX_LENGTH]
    tag = "-".join(part for part in (image.tag_template, suffix) if part)
    return ResolvedImage(
        type="build",
        reference=f"{image.repository}:{tag}" if tag else image.repository,
        repository=image.repository,
        dockerfile=dockerfile_path(image),
        context=context_path(image),
        target=image.target or None,
        build_args=image.build_args,
        content=digest,
        mark=mark,
    )


def _placed(found: Diagnostic, mark: Mark, exact: bool, required: bool) -> Diagnostic | None:
    """Return a diagnostic at its place and with its weight; None where nothing depends on it."""
    if found.code != "EW312":
        return found if found.where else found._replace(where=mark)
    if required and not exact:
        return found._replace(where=mark, hint="check out the whole repository, or correct `context` and `dockerfile`")
    if required:
        return found._replace(severity="warning", where=mark, detail="the plan goes without the content's digest")
    if exact:
        return None
    return found._replace(
        severity="warning", where=mark, detail="the reference goes without the suffix that names the content"
    )


def _check(name: str, reference: str, mark: Mark, report: Report, shown: bool) -> None:
    try:
        parse(reference, mark)
    except Refused as refused:
        if shown:
            report.extend(found._replace(summary=f"image {name}: {found.summary}") for found in refused.diagnostics)
        else:
            detail = "it is not shown, for a passed variable may be in it"
            report.error("EW311", f"image {name}: not an image reference", mark, hint=FORM, detail=detail)
