"""Events to nodes, document by document, with every refusal that needs no schema."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from envwright.model.diagnostic import Related, Report, refuse
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq, Style
from envwright.yaml.events import (
    AliasEvent,
    CParser,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from envwright.yaml.limits import MAX_ALIASED_NODES, MAX_DEPTH
from envwright.yaml.scalars import NULLS, core_value

_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}


class _Anchored(NamedTuple):
    """A node that aliases may repeat: how many nodes it holds and how deep it reaches, its own aliases followed."""

    node: Node
    nodes: int
    height: int


class Builder:
    """Reads the events of one text in order. What can be read past is reported, the rest raises Refused."""

    def __init__(self, text: str, file: str, report: Report) -> None:
        self._text = text
        self._file = file
        self._report = report
        self.next_event = cast("Any", CParser(text).get_event)
        self._start_document()

    def _start_document(self) -> None:
        self._anchors: dict[str, _Anchored | None] = {}  # None: still open, an alias to it would never end
        self._nodes = 0
        self._aliased = 0
        self._deepest = 0

    def document(self) -> Node:
        """Return the node of the document whose start was the last event. Raises Refused: EW003, EW007, EW008."""
        self._start_document()
        return self._node(self.next_event(), 1)

    def mark(self, event: Event) -> Mark:
        """Return where an event stands: its width on its first line, 1 for a block."""
        start, end = event.start_mark, event.end_mark
        line = start.line
        if line == end.line:
            width = end.column - start.column or 1
        elif type(event) is ScalarEvent and event.style not in ("|", ">"):
            width = self._to_end_of_line(start.index)
        else:
            width = 1
        return Mark(self._file, line + 1, start.column + 1, width)

    def _to_end_of_line(self, index: int) -> int:
        end = self._text.find("\n", index)
        return (len(self._text) if end < 0 else end) - index

    def _node(self, event: Event, depth: int) -> Node:
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        if depth > MAX_DEPTH:
            raise refuse(
                "EW008", f"nested more than {MAX_DEPTH} levels deep", self.mark(event), hint="write it flatter"
            )
        self._nodes += 1
        if event.anchor is not None:
            return self._anchored(event, depth)
        if depth > self._deepest:
            self._deepest = depth
        return self._content(event, depth)

    def _content(self, event: Event, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        return self._map(event, depth) if kind is MappingStartEvent else self._seq(event, depth)

    def _anchored(self, event: Event, depth: int) -> Node:
        name = event.anchor or ""
        outer, before, self._deepest = self._deepest, self._nodes, depth
        self._anchors[name] = None
        node = self._content(event, depth)
        self._anchors[name] = _Anchored(node, self._nodes - before + 1, self._deepest - depth)
        self._deepest = max(outer, self._deepest)
        return node

    def _alias(self, event: Event, depth: int) -> Node:
        name = event.anchor or ""
        where = self.mark(event)
        if name not in self._anchors:
            hint = "quote a text that begins with *"
            raise refuse("EW003", f"no anchor &{name} stands before the alias *{name}", where, hint=hint)
        anchored = self._anchors[name]
        if anchored is None:
            raise refuse("EW007", f"*{name} stands inside its own anchor and would never end", where)
        self._nodes += anchored.nodes
        self._aliased += anchored.nodes
        if self._aliased > MAX_ALIASED_NODES:
            raise refuse("EW007", f"aliases expand to more than {MAX_ALIASED_NODES} nodes", where)
        self._deepest = max(self._deepest, depth + anchored.height)
        if self._deepest > MAX_DEPTH:
            raise refuse("EW008", f"*{name} nests more than {MAX_DEPTH} levels deep here", where)
        return anchored.node

    def _scalar(self, event: Event) -> Scalar:
        tag = event.tag
        style = event.style if tag is None else self._tagged_style(event, tag)
        return Scalar(event.value, self.mark(event), style)

    def _tagged_style(self, event: Event, tag: str) -> Style:
        name = tag.removeprefix(_CORE)
        if tag == "!" or name == "str":
            return event.style or '"'
        if name not in _SCALAR_TAGS or name == tag:
            self._unknown_tag(event, tag)
        elif type(core_value(event.value)) not in _SCALAR_TAGS[name]:
            self._report.error("EW006", f'the tag !!{name} does not fit "{event.value}"', self.mark(event))
        return ""

    def _collection_tag(self, event: Event, own: str) -> None:
        if event.tag not in (None, "!", _CORE + own):
            self._unknown_tag(event, event.tag or "")

    def _unknown_tag(self, event: Event, tag: str) -> None:
        shown = "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
        hint = "leave it out; quotes make a text"
        self._report.error("EW006", f"unknown tag {shown}", self.mark(event), hint=hint)

    def _seq(self, event: Event, depth: int) -> Seq:
        self._collection_tag(event, "seq")
        items = []
        while type(item := self.next_event()) is not SequenceEndEvent:
            items.append(self._node(item, depth + 1))
        return Seq(tuple(items), self._collection_mark(event, item))

    def _map(self, event: Event, depth: int) -> Map:
        self._collection_tag(event, "map")
        entries: dict[str, Entry] = {}
        while type(key := self.next_event()) is not MappingEndEvent:
            written = self._node(key, depth + 1)
            name = self._text_of_key(key, written)
            node = self._node(self.next_event(), depth + 1)
            if name is None:
                continue
            if name in entries:
                related = [Related("first here", entries[name].mark)]
                self._report.error("EW004", f'the key "{name}" stands twice in this map', written.mark, related=related)
            else:
                entries[name] = Entry(written.mark, node)
        return Map(entries, self._collection_mark(event, key))

    def _collection_mark(self, start: Event, end: Event) -> Mark:
        where = self.mark(start)
        if not start.flow_style or start.start_mark.line != end.end_mark.line:
            return where
        return where._replace(width=end.end_mark.column - start.start_mark.column)

    def _text_of_key(self, event: Event, key: Node) -> str | None:
        """Return a key's text, whatever a plain one looks like; None for a key that was refused."""
        if not isinstance(key, Scalar) or type(event) is AliasEvent:
            self._refuse_key(event)
            return None
        if not key.style and key.text in NULLS:
            self._report.error("EW012", "a key that is null", key.mark, hint='for a text, quote it: "null"')
            return None
        if not key.style and key.text == "<<":
            hint = "write the keys out, or use a component"
            self._report.error("EW005", "merge keys (<<) are not supported", key.mark, hint=hint)
            return None
        return key.text

    def _refuse_key(self, event: Event) -> None:
        index = event.start_mark.index
        if type(event) is MappingStartEvent and self._text[max(index - 1, 0) : index + 1] == "{{":
            where = self.mark(event)
            template = where._replace(column=where.column - 1, width=2)
            hint = 'quote it: "{{ ... }}"'
            self._report.error("EW012", "a template without quotes is a map to YAML", template, hint=hint)
        else:
            hint = "a key is one word or a quoted text"
            self._report.error("EW012", "a key that is not text", self.mark(event), hint=hint)
