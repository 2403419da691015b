"""Pins: versions and image references that a promotion set, whatever the stack says, until they are lifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from envwright.model.contract.types import Pattern, Positive
from envwright.model.value import Value, key

SCHEMA_VERSION = 1

# a pinned text takes the place of a scalar that may hold a template, and must never become one
PinnedText = Annotated[str, Pattern(r"(?:(?!\{\{)[^\x00-\x1f\x7f]){1,512}", "text of one line without `{{`")]


class Pins(Value):
    """What is pinned in one environment: the content of its `pins.json`; nothing unless a promotion says so."""

    schema_version: Positive = key("The version of this format.", example=SCHEMA_VERSION, default=SCHEMA_VERSION)
    promoted_from: str = key("The environment of the last promotion.", example="staging", default="")
    commit: str = key("The commit of that environment.", example="9c1d2e3", default="")
    versions: Mapping[str, PinnedText] = key("Versions by name.", example={"api": "1.4.2"}, default={})
    images: Mapping[str, PinnedText] = key(
        "Image references by the image's name in the stack.",
        example={"api": "registry.example.org/shop/api:1.4.2-3f1c2a9"},
        default={},
    )

    def __bool__(self) -> bool:
        return bool(self.versions or self.images)
