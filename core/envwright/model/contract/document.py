"""Documents that people and coding agents read before they work on a stack."""

from __future__ import annotations

from envwright.model.contract.types import FilePath, Templated
from envwright.model.value import Value, key


class DocumentElsewhere(Value):
    """A file or a directory of another repository."""

    repository: Templated[str] = key("The repository, as its readers know it.", example="policies")
    path: Templated[str] = key("Where in it.", example="docs/templates/adr.md")


class Document(Value):
    """A file or a directory to read; nothing of a render depends on it but `context/`."""

    exactly_one = ("path", "elsewhere")

    path: Templated[FilePath] | None = key("Where in this repository.", example="docs/architecture.md", default=None)
    elsewhere: DocumentElsewhere | None = key(
        "Where in another repository.", example={"repository": "policies", "path": "docs/adr.md"}, default=None
    )
    description: Templated[str] = key("What it is for.", example="How the parts fit together", default="")
    roles: tuple[Templated[str], ...] = key("The roles it is for; all if left out.", example=["dev", "qa"], default=())
    template: bool = key("Whether it is a template that documents of these roles follow.", example=True, default=False)
    optional: Templated[bool] = key("Whether it may be absent.", example=True, default=False)
