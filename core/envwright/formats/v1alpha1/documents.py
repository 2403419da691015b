"""`projectDocs` and `roleDocTemplates`: the documents that a role reads before it works in a stack."""

from __future__ import annotations

from envwright.model.contract.types import FilePath, Templated
from envwright.model.value import Value, key


class DocumentTemplate(Value):
    """A template that a role's documents follow."""

    repository: Templated[str] = key("The repository, the stack's own if left out.", example="policies", default="")
    path: Templated[FilePath] = key("The file in it.", example="docs/templates/adr.md")
    description: Templated[str] = key("What it is for.", example="Architecture decisions", default="")


class ProjectDocument(DocumentTemplate):
    """A file or a directory to read."""

    roles: tuple[Templated[str], ...] = key("The roles it is for; all if left out.", example=["dev", "qa"], default=())
    optional: Templated[bool] = key("Whether it may be absent.", example=True, default=False)
