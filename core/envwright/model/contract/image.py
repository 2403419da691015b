"""Container images of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright.model.contract.types import FileGlob, FilePath, Templated, VariableName
from envwright.model.value import Value, key

ImageType = Literal["external", "build", "mirror", "skip"]
TagPolicy = Literal["content", "exact"]


class Image(Value):
    """One image; its reference reaches manifests as `{{ image "NAME" }}`."""

    type: Templated[ImageType] = key(
        "`external` is used as it is, `mirror` is copied from `from` to `local` first, `build` is built from a "
        "Dockerfile, `skip` does not exist in this environment.",
        example="build",
    )
    from_: Templated[str] = key(
        "The upstream reference.", example="postgres:16", default="", allowed_with={"type": ("external", "mirror")}
    )
    local: Templated[str] = key(
        "The reference in the team's own registry; it is the one in use if it is set.",
        example="registry.example.org/mirror/postgres:16",
        default="",
        allowed_with={"type": ("external", "mirror")},
        required_with={"type": ("mirror",)},
    )
    repository: Templated[str] = key(
        "Where a built image is pushed, without a tag.",
        example="registry.example.org/shop/api",
        default="",
        allowed_with={"type": ("build", "skip")},
        required_with={"type": ("build",)},
    )
    tag_template: Templated[str] = key(
        "The tag of a built image; a short suffix of the content's digest follows unless `tagPolicy` is `exact`.",
        example="{{ .Versions.api }}",
        default="",
        allowed_with={"type": ("build", "skip")},
    )
    tag_policy: Templated[TagPolicy] = key(
        "`content` adds the suffix that names the content, `exact` takes the tag as written.",
        example="exact",
        default="content",
        allowed_with={"type": ("build", "skip")},
    )
    dockerfile: Templated[FilePath] = key(
        "The Dockerfile; `Dockerfile` in the context if left out, and made by the service's stack if there is none.",
        example="services/api/Dockerfile",
        default="",
        allowed_with={"type": ("build", "skip")},
    )
    context: Templated[FilePath] = key(
        "The directory that is sent to the builder; the root file's if left out.",
        example="services/api",
        default=".",
        allowed_with={"type": ("build", "skip")},
    )
    target: Templated[str] = key(
        "The stage of the Dockerfile to build.", example="runtime", default="", allowed_with={"type": ("build", "skip")}
    )
    build_args: Mapping[VariableName, Templated[str]] = key(
        "Build arguments. Public: they are part of the content's name.",
        example={"GO_VERSION": "1.26"},
        default={},
        allowed_with={"type": ("build", "skip")},
    )
    inputs: tuple[FileGlob, ...] = key(
        "Globs of the context's files that count for the content's name; all that `.dockerignore` leaves if left out.",
        example=["services/api/**", "go.sum"],
        default=(),
        allowed_with={"type": ("build", "skip")},
    )
