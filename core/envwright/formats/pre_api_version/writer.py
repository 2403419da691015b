"""Nodes to YAML text for people: in the order given, quoted as they were, with the comments of the file they are from.

The canonical emitter of manifests is another: it sorts, and knows no comments.
"""

from __future__ import annotations

import json
import re

from envwright.formats.pre_api_version.comments import Comments
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.yaml.scalars import core_value
from envwright.yaml.versions import disagreement

_SAFE = re.compile(r"[A-Za-z0-9_./$][A-Za-z0-9_./$@+()*-]*(?:[ :][A-Za-z0-9_./$@+()*-]+)*")
# what YAML does not take as it is: https://yaml.org/spec/1.2.2/#51-character-set
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
INDENT = "  "
SECTION = INDENT  # how far the sections of `spec` are indented: an empty line parts them


def write(root: Map, comments: Comments) -> str:
    """Return `root` as YAML, each comment beside or above the node that stood on its line, once."""
    writer = _Writer(comments)
    writer.lines += comments.head
    if comments.head:
        writer.lines.append("")
    writer.map(root, "")
    writer.lines += comments.foot
    return "\n".join(writer.lines) + "\n"


def text(value: str, mark: Mark) -> Scalar:
    """Return a scalar that is text, quoted where YAML would read something else or where it holds a template."""
    safe = _SAFE.fullmatch(value) and isinstance(core_value(value), str) and not disagreement(value)
    return Scalar(value, mark, "" if safe else "'")


def as_text(node: Node) -> Node:
    """Return a scalar that means a text, quoted where YAML reads it as something else than text or a number."""
    if not isinstance(node, Scalar) or node.style:
        return node
    number = isinstance(core_value(node.text), int | float) and node.text[-1:].isdigit()
    return node if number and not disagreement(node.text) else text(node.text, node.mark)


class _Writer:
    """Collects lines; `spent` are the lines of the older file whose comments are written."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments
        self.lines: list[str] = []
        self.spent: set[int] = set()

    def map(self, node: Map, indent: str, lead: str = "") -> None:
        """Write the entries of a map; `lead` stands in front of the first one instead of the indentation."""
        for name, entry in node.entries.items():
            if indent == SECTION and not isinstance(entry.node, Scalar):
                self.part()
            if not lead:
                self.before(entry.mark, indent)
            self.value(f"{lead or indent}{_key(name)}:", entry.node, indent, entry.mark)
            lead = ""

    def value(self, start: str, node: Node, indent: str, mark: Mark) -> None:
        """Write what follows a key: on its line, or below it and further in."""
        if isinstance(node, Scalar):
            self.scalar(f"{start} ", node, indent, mark)
        elif isinstance(node, Map) and node.entries:
            self.line(start, mark)
            self.map(node, indent + INDENT)
        elif isinstance(node, Seq) and node.items and not _is_short(node):
            self.line(start, mark)
            for item in node.items:
                self.item(item, indent + INDENT)
        else:
            self.line(f"{start} {_flow(node)}", mark)

    def item(self, node: Node, indent: str) -> None:
        self.before(node.mark, indent)
        if isinstance(node, Map) and node.entries:
            self.map(node, indent + INDENT, lead=f"{indent}- ")
        elif isinstance(node, Scalar):
            self.scalar(f"{indent}- ", node, indent, node.mark)
        else:
            self.line(f"{indent}- {_flow(node)}", node.mark)

    def scalar(self, start: str, node: Scalar, indent: str, mark: Mark) -> None:
        if node.style in ("|", ">") and _is_block(node.text):
            self.line(start + _block_header(node.text), mark)
            self.lines += [f"{indent}{INDENT}{line}".rstrip() for line in node.text.splitlines()]
        else:
            self.line((start + inline(node)).rstrip(), mark)

    def before(self, mark: Mark, indent: str) -> None:
        """Write the empty line and the comments that stood above a line of the older file."""
        if mark.file != self.comments.file or mark.line in self.spent:
            return
        if mark.line in self.comments.parted:
            self.part()
        self.lines += [indent + comment for comment in self.comments.above.get(mark.line, ())]
        self.spent.add(mark.line)

    def part(self) -> None:
        """Write an empty line, but not at the beginning of a map or list."""
        if self.lines and self.lines[-1] and not self.lines[-1].endswith(":"):
            self.lines.append("")

    def line(self, content: str, mark: Mark) -> None:
        beside = self.comments.beside.get(mark.line) if mark.file == self.comments.file else None
        self.lines.append(f"{content}  {beside}" if beside and -mark.line not in self.spent else content)
        if beside:
            self.spent.add(-mark.line)


def inline(node: Scalar) -> str:
    """Return a scalar on one line, quoted as it was where that is possible."""
    if "\n" in node.text or _UNPRINTABLE.search(node.text):
        return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(node.text, ensure_ascii=False))
    if not node.style:
        return node.text
    if node.style == '"' and not re.search(r'["\\]', node.text):
        return f'"{node.text}"'
    return "'" + node.text.replace("'", "''") + "'"


def _key(name: str) -> str:
    return inline(text(name, Mark("")))


def _is_short(node: Seq) -> bool:
    """Return whether a list stood in brackets on one line, which its mark covers, and holds words only."""
    return node.mark.width > 1 and all(isinstance(item, Scalar) for item in node.items)


def _flow(node: Node) -> str:
    """Return a node in brackets on one line, where a plain text may hold less."""
    if isinstance(node, Map):
        return "{" + ", ".join(f"{_key(name)}: {_flow(entry.node)}" for name, entry in node.entries.items()) + "}"
    if isinstance(node, Seq):
        return "[" + ", ".join(_flow(item) for item in node.items) + "]"
    return inline(node if node.style or not isinstance(core_value(node.text), str) else text(node.text, node.mark))


def _is_block(content: str) -> bool:
    lines = content.splitlines()
    return bool(lines) and not lines[0].startswith((" ", "\t")) and bool(lines[0]) and not _UNPRINTABLE.search(content)


def _block_header(content: str) -> str:
    if not content.endswith("\n"):
        return "|-"
    return "|+" if content.endswith("\n\n") else "|"
