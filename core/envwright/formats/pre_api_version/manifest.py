"""Manifests of the older stack, and what they become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from envwright.formats.edit import map_at
from envwright.formats.pre_api_version.edits import Edit, apply
from envwright.formats.pre_api_version.expressions import Expression, expression, parsed
from envwright.formats.pre_api_version.manifest_text import Document, documents_of, written
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.rewriting import Names, rewrite
from envwright.model.diagnostic import Refused
from envwright.model.nodes import Map, Scalar
from envwright.model.ports import Reader
from envwright.templates import lexer
from envwright.templates.fault import Fault
from envwright.templates.lexer import tokens
from envwright.templates.source import Source
from envwright.templates.tree import Action


class Manifest(NamedTuple):
    """A file with objects: its path, its text and the documents in it."""

    path: str
    text: str
    documents: tuple[Document, ...]

    def named(self, kind: str, name: str) -> Iterator[Document]:
        """Yield the documents of a kind whose name is written so."""
        for document in self.documents:
            if document.kind == kind and self.name_of(document) == name:
                yield document

    def name_of(self, document: Document) -> str:
        """Return an object's name as it is written, empty if that cannot be read."""
        found = scalar_at(document.node, "metadata", "name")
        return "" if found is None else written(self.text, found)


def read_manifest(path: str, reader: Reader, notes: Notes) -> Manifest | None:
    """Return a manifest, None if it cannot be read or parsed, which is reported."""
    try:
        text = reader.read(path)
    except Refused as refused:
        notes.report.extend(refused.diagnostics)
        return None
    try:
        return Manifest(path, text, documents_of(text, path))
    except Fault as fault:
        notes.fault(fault, Source.of_file(text, path))
        return None


def converted(manifest: Manifest, edits: Iterable[Edit], removed: Iterable[int]) -> tuple[str, str] | None:
    """Return a manifest's new path and text, without the documents `removed`; None if nothing is left of it.

    A file with actions ends in `.tpl`, as v1 tells templates from plain files.
    """
    gone = frozenset(removed)
    kept = [index for index, document in enumerate(manifest.documents) if _has_content(document) and index not in gone]
    if gone and not kept:
        return None
    text = apply(manifest.text, [*edits, *_removals(manifest.documents, gone, kept)])
    plain = manifest.path.removesuffix(".tpl")
    return (f"{plain}.tpl" if "{{" in text else plain), text


def names_in(manifest: Manifest, names: Names) -> Names:
    """Return the names that a part of a manifest may use elsewhere: variables that it sets once, at its top level."""
    template = parsed(manifest.text)
    variables: dict[str, Expression] = {}
    assigned = _assigned(manifest.text)
    for statement in template.body:
        if isinstance(statement, Action) and len(statement.pipe.variables) == 1 and not statement.pipe.assigns:
            name = statement.pipe.variables[0]
            pipe = statement.pipe
            value = f"{{{{ {manifest.text[pipe.commands[0].start : pipe.end]} }}}}"
            translated = rewrite(value, names._replace(variables=variables)).text
            if name not in assigned:
                variables[name] = expression(translated.removeprefix("{{ ").removesuffix(" }}"))
    return names._replace(variables=variables)


def scalar_at(node: Map | None, *path: str) -> Scalar | None:
    """Return the scalar at a path of keys, None if something else stands there."""
    *above, last = path
    for key in above:
        node = map_at(node, key) if node is not None else None
    found = node.get(last) if node is not None else None
    return found if isinstance(found, Scalar) else None


def _has_content(document: Document) -> bool:
    return document.first < document.last


def _removals(documents: tuple[Document, ...], gone: frozenset[int], kept: list[int]) -> Iterator[Edit]:
    """Yield what removes documents with the separators that would stand alone then."""
    first_kept = kept[0] if kept else len(documents)
    for index, document in enumerate(documents):
        if index in gone:
            yield Edit(document.first, document.last, "")
        if document.separator and gone and (index in gone or index <= first_kept):
            yield Edit(document.start - len(document.separator), document.start, "")


def _assigned(text: str) -> frozenset[str]:
    """Return the variables that a template changes after it has set them."""
    found = tokens(text)
    return frozenset(
        variable[1] for variable, following in pairwise(found) if variable[0] == lexer.VARIABLE and following[0] == "="
    )
