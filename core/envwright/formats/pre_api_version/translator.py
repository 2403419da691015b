"""Translates the templates of one stack, and remembers what they read."""

from __future__ import annotations

from envwright.formats.pre_api_version.edits import Edit
from envwright.formats.pre_api_version.expressions import Expression, as_expression, whole_expression
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.rewriting import Names, Rewritten, rewrite
from envwright.formats.pre_api_version.writer import as_text
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.templates.fault import Fault
from envwright.templates.source import Source


class Translator:
    """Gives templates v1's names. `sections` and `variables` are what all translated templates read so far."""

    def __init__(self, names: Names, notes: Notes) -> None:
        self.names = names
        self.notes = notes
        self.sections: set[tuple[str, ...]] = set()
        self.variables: set[str] = set()

    def scalar(self, scalar: Scalar, names: Names | None = None) -> Scalar:
        """Return a scalar with v1's names; `names` are those of its file where that is not the root file."""
        rewritten = self._rewritten(scalar.text, Source.of_scalar(scalar), names or self.names)
        if rewritten is None or not rewritten.edits:
            return scalar
        return scalar._replace(text=rewritten.text, style=scalar.style or "'")

    def tree(self, node: Node) -> Node:
        """Return a node of the root file with every scalar translated."""
        if isinstance(node, Scalar):
            return self.scalar(node)
        if isinstance(node, Seq):
            return node._replace(items=tuple(self.tree(item) for item in node.items))
        return node._replace(
            entries={name: Entry(entry.mark, self.tree(entry.node)) for name, entry in node.entries.items()}
        )

    def texts(self, node: Node) -> Node:
        """Return a translated node all of whose scalars mean texts."""
        if isinstance(node, Map):
            return node._replace(entries={k: Entry(e.mark, self.texts(e.node)) for k, e in node.entries.items()})
        return as_text(self.scalar(node)) if isinstance(node, Scalar) else self.tree(node)

    def file(self, text: str, path: str) -> tuple[Edit, ...]:
        """Return the edits that translate a manifest: it does not see the prelude."""
        rewritten = self._rewritten(text, Source.of_file(text, path), self.names._replace(variables={}))
        return () if rewritten is None else rewritten.edits

    def expression(self, scalar: Scalar, names: Names | None = None) -> Expression | None:
        """Return an expression that gives what a scalar gives, None if it has control structures."""
        rewritten = self._rewritten(scalar.text, Source.of_scalar(scalar), names or self.names)
        return None if rewritten is None else as_expression(rewritten.text)

    def whole(self, scalar: Scalar) -> Expression | None:
        """Return the expression that is all of a scalar, None if there is more to it."""
        rewritten = self._rewritten(scalar.text, Source.of_scalar(scalar), self.names)
        return None if rewritten is None else whole_expression(rewritten.text)

    def _rewritten(self, text: str, source: Source, names: Names) -> Rewritten | None:
        if "{{" not in text:
            return Rewritten(text, (), frozenset(), frozenset(), ())
        try:
            rewritten = rewrite(text, names)
        except Fault as fault:
            self.notes.fault(fault, source)
            return None
        self.sections |= rewritten.sections
        self.variables |= rewritten.variables
        for lost in rewritten.lost:
            self.notes.lose(source.mark(lost.start, lost.end), lost.name, lost.reason)
        return rewritten
