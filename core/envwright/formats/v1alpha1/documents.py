"""`projectDocs` and `roleDocTemplates`: the documents that a role reads before it works in a stack."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.formats.edit import items_at, map_at, mapping, scalar, text_of, with_key, without_keys
from envwright.formats.v1alpha1.origin import VIA
from envwright.model.contract.types import FilePath, Templated
from envwright.model.nodes import Map, Node, Seq
from envwright.model.value import Value, key

DECLARED = ("projectDocs", "roleDocTemplates")


class DocumentTemplate(Value):
    """A template that a role's documents follow."""

    repository: Templated[str] = key("The repository, the stack's own if left out.", example="policies", default="")
    path: Templated[FilePath] = key("The file in it.", example="docs/templates/adr.md")
    description: Templated[str] = key("What it is for.", example="Architecture decisions", default="")


class ProjectDocument(DocumentTemplate):
    """A file or a directory to read."""

    roles: tuple[Templated[str], ...] = key("The roles it is for; all if left out.", example=["dev", "qa"], default=())
    optional: Templated[bool] = key("Whether it may be absent.", example=True, default=False)


def convert_documents(spec: Map) -> Map:
    """Return `spec` with its documents as v1 lists them, those of `projectDocs` first."""
    declared = [node for node in map(spec.get, DECLARED) if node is not None]
    if not declared:
        return spec
    items = tuple(_documents(spec))
    return with_key(without_keys(spec, DECLARED), "documents", Seq(items, declared[0].mark, VIA))


def _documents(spec: Map) -> Iterator[Node]:
    for item in items_at(spec, "projectDocs"):
        if isinstance(item, Map):
            yield _document(item)
    templates = map_at(spec, "roleDocTemplates") or Map({}, spec.mark)
    for role, entry in templates.entries.items():
        for item in items_at(templates, role):
            if isinstance(item, Map):
                of_role = with_key(item, "roles", Seq((scalar(role, entry.mark, VIA),), entry.mark, VIA))
                yield _document(with_key(of_role, "template", scalar("true", entry.mark, VIA)))


def _document(item: Map) -> Map:
    """Return a document in v1's shape: one of another repository says so."""
    repository, path = item.get("repository"), item.get("path")
    rest = without_keys(item, ("repository",))
    if repository is None or path is None or not text_of(repository):
        return rest
    elsewhere = mapping({"repository": repository, "path": path}, item.mark, VIA)
    return with_key(without_keys(rest, ("path",)), "elsewhere", elsewhere)
