"""Step 2: resolve imports."""

from __future__ import annotations

import posixpath

from envwright.contract.found import meaning
from envwright.contract.paths import rebase
from envwright.formats import FORMATS
from envwright.model.diagnostic import Refused, Related, Report, placed
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.pipeline.load import documents_of, refuse_more
from envwright.pipeline.state import Document, State, World


def resolve_imports(state: State, world: World) -> State:
    """Read every imported file and put the documents in merge order: a file's imports in their order, then the file.

    A file reached twice counts once, at its first place. Paths become relative to the root file's directory. Raises
    Refused: EW020 for an import that leads nowhere, EW021 for a cycle, EW100 for a file of another format, and what
    reading a file raises.
    """
    walk = _Walk(state, world)
    walk.visit(state.root, state.documents, ())
    return state.after(walk.report, documents=tuple(walk.ordered))


class _Walk:
    """A depth-first walk over files; `chain` is how the file at hand was reached, root first."""

    def __init__(self, state: State, world: World) -> None:
        self.dialect = state.dialect
        self.stack_type = FORMATS[state.api_version].stack_type
        self.reader = world.reader
        self.report = Report()
        self.ordered: list[Document] = []
        self.done: set[str] = set()

    def visit(self, path: str, documents: tuple[Document, ...], chain: tuple[tuple[str, Mark], ...]) -> None:
        """Visit a file whose documents are parsed: its imports first, then itself."""
        directory = "" if self.dialect.root_paths else posixpath.dirname(path)
        rebased = [self.rebased(document, directory) for document in documents]
        for document in rebased:
            for wanted in import_paths(document.root):
                self.follow(wanted, (*chain, (path, wanted.mark)))
        self.done.add(path)
        self.ordered.extend(rebased)

    def rebased(self, document: Document, directory: str) -> Document:
        """Return a document with its paths relative to the root file's directory."""
        root = rebase(document.root, self.stack_type, directory)
        return document._replace(root=root) if isinstance(root, Map) else document

    def follow(self, wanted: Scalar, chain: tuple[tuple[str, Mark], ...]) -> None:
        """Visit the file or files that one import names."""
        pattern = posixpath.normpath(wanted.text)
        if not any(character in pattern for character in "*?["):
            self.reach(pattern, wanted.mark, chain)
            return
        try:
            found = self.reader.glob(pattern)
        except Refused as error:
            self.report.extend(placed(error.diagnostics, wanted.mark))
            return
        if not found:
            self.report.warning("EW020", f"no file matches {wanted.text}", wanted.mark, hint="correct it or remove it")
        for path in found:
            self.reach(path, wanted.mark, chain)

    def reach(self, path: str, mark: Mark, chain: tuple[tuple[str, Mark], ...]) -> None:
        """Visit one file unless it was visited; report a cycle with its chain."""
        names = [name for name, _ in chain]
        if path in names:
            steps = [Related(f"{name} imports", where) for name, where in chain[names.index(path) :]]
            loop = " -> ".join([*names[names.index(path) :], path])
            self.report.error("EW021", f"imports form a cycle: {loop}", mark, hint="remove one of them", related=steps)
        elif path not in self.done:
            self.open(path, mark, chain)

    def open(self, path: str, mark: Mark, chain: tuple[tuple[str, Mark], ...]) -> None:
        """Read, parse and visit one file; what is wrong with it is reported, and the walk goes on."""
        try:
            documents = documents_of(path, self.read(path))
        except Refused as error:
            self.report.extend(placed(error.diagnostics, mark))
            self.done.add(path)
            return
        if not self.dialect.several_documents:
            refuse_more(documents, self.report)
        for document in documents:
            self.check_format(document)
        self.visit(path, documents, chain)

    def read(self, path: str) -> str:
        """Return the text of a file. Raises Refused: EW020 for what is no file, and what reading raises."""
        try:
            return self.reader.read(path)
        except Refused as error:
            if self.reader.exists(path):
                raise
            items = (item._replace(code="EW020") if item.code == "EW001" else item for item in error.diagnostics)
            raise Refused(items) from None

    def check_format(self, document: Document) -> None:
        """Report a document of another format, or of none: one stack has one `apiVersion`."""
        found = document.root.get("apiVersion")
        if found is None:
            self.check_head(document, ("apiVersion", "kind"))
            return
        if isinstance(found, Scalar) and found.text == self.dialect.api_version:
            self.check_head(document, ("kind",))
            return
        text = found.text if isinstance(found, Scalar) else "something else"
        self.report.error(
            "EW100", f"this file is {text}, its stack {self.dialect.api_version}", found.mark, hint="use one format"
        )

    def check_head(self, document: Document, keys: tuple[str, ...]) -> None:
        """Report which of these keys a document lacks, where its format wants them in every file."""
        if self.dialect.bare_imports:
            return
        wanted = {"apiVersion": self.dialect.api_version, "kind": "ServiceStack"}
        for key in keys:
            if document.root.get(key) is None:
                hint = f"write `{key}: {wanted[key]}`"
                self.report.error("EW100", f"an imported file without `{key}`", document.root.mark, hint=hint)


def import_paths(root: Map) -> tuple[Scalar, ...]:
    """Return the texts of `spec.imports`, from both spellings; what has another shape is left to step 4."""
    spec = root.get("spec")
    imports = spec.get("imports") if isinstance(spec, Map) else None
    items: tuple[Node, ...] = imports.items if isinstance(imports, Seq) else ()
    found = (item.get("path") if isinstance(item, Map) else item for item in items)
    return tuple(item for item in found if isinstance(item, Scalar) and isinstance(meaning(item), str))
