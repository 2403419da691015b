"""A hold: an environment that was rolled back stays as it is until somebody says otherwise."""

from __future__ import annotations

from envwright.model.contract.types import Positive
from envwright.model.value import Value, key

SCHEMA_VERSION = 1


class Hold(Value):
    """The content of `hold.json`: what a rollback left for the next commit to respect."""

    schema_version: Positive = key("The version of this format.", example=SCHEMA_VERSION, default=SCHEMA_VERSION)
    restored: str = key("The commit whose content was put back.", example="9c1d2e3")
    blocked: str = key("The commit that was taken back.", example="3f1c2a9")
    blocked_source: str = key("The source commit that it was made of.", example="77a0b1c")
    reason: str = key("Why, in the words of who did it; may be empty.", example="checkout fails for guests")
