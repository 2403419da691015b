"""The YAML in a manifest that is a template too: where its documents and their values stand in the text.

A template is not YAML. With every action replaced by letters, or by spaces where it has a line to itself, it mostly is,
and each place is where it was.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import NamedTuple

from envwright.formats.pre_api_version.expressions import parsed
from envwright.model.diagnostic import Refused
from envwright.model.nodes import Map, Node, Scalar
from envwright.templates.lexer import tokens
from envwright.templates.tree import Action, Block, Branch, Range
from envwright.yaml.reader import read_documents

_COMMENT = re.compile(r"\{\{(?:-\s)?/\*.*?\*/(?:\s-)?\}\}", re.DOTALL)
_SEPARATOR = re.compile(r"^---(?=\s|$).*\n?", re.MULTILINE)
_KIND = re.compile(r"^kind:[ ]*[\"']?(\w+)", re.MULTILINE)
_HOLE = "\ue000"
_FILLER = "x"
_BLANK = _HOLE + string.whitespace


class Document(NamedTuple):
    """One document of a manifest, by offsets.

    `start` and `end` hold it with the lines around it that are actions or comments only, `first` and `last` without
    them: they are equal if there is nothing else. `separator` is the line before it. `node` is None where the document
    is no map without its actions; `kind` is known then too, if a line says it.
    """

    separator: str
    start: int
    end: int
    first: int
    last: int
    kind: str
    node: Map | None


def documents_of(text: str, path: str) -> tuple[Document, ...]:
    """Return the documents of a manifest, those without content too. Raises Fault where the template is none."""
    plain = skeleton(text)
    blocks = [(block.start, block.end) for block in _blocks(parsed(text).body)]
    found = []
    start, separator = 0, ""
    for match in [*_SEPARATOR.finditer(plain), None]:
        end = match.start() if match else len(plain)
        found.append(_document(plain, separator, start, end, blocks, path))
        if match:
            start, separator = match.end(), text[match.start() : match.end()]
    return tuple(found)


def skeleton(text: str) -> str:
    """Return a template with filler for its actions, every other character at its place. Raises Fault."""
    parts: list[str] = []
    place = 0
    for start, end in _actions(text):
        parts += [text[place:start], re.sub(r"[^\n]", _HOLE, text[start:end])]
        place = end
    lines = "".join([*parts, text[place:]]).splitlines(keepends=True)
    return "".join(line.replace(_HOLE, _FILLER if line.strip(_BLANK) else " ") for line in lines)


def written(text: str, scalar: Scalar) -> str:
    """Return what stands in `text` for a scalar of its skeleton, without YAML's quotes."""
    start, end = span(text, scalar)
    content = text[start:end]
    if scalar.style == "'":
        return content[1:-1].replace("''", "'")
    return content[1:-1] if scalar.style == '"' else content


def span(text: str, scalar: Scalar) -> tuple[int, int]:
    """Return the offsets of a scalar that stands on one line, its quotes included."""
    start = line_start(text, scalar.mark.line) + scalar.mark.column - 1
    return start, start + scalar.mark.width


def line_start(text: str, line: int) -> int:
    """Return the offset of a line's first character, lines counted from 1; the end of the text for one after it."""
    place = 0
    for _ in range(line - 1):
        newline = text.find("\n", place)
        if newline < 0:
            return len(text)
        place = newline + 1
    return place


def conditions_of(text: str, first: int, last: int) -> list[str] | None:
    """Return the expressions that all hold where a template prints the characters from `first` to before `last`.

    None if that cannot be said: inside a `range` or a `with`, and where a block begins or ends in the middle.
    """
    return _conditions(parsed(text).body, text, first, last)


def _conditions(body: Block, text: str, first: int, last: int) -> list[str] | None:
    conditions: list[str] = []
    for statement in body:
        if isinstance(statement, Action) and statement.pipe.variables and first <= statement.start < last:
            return None  # what it sets would be lost with it
        if not isinstance(statement, Branch | Range) or statement.end <= first or last <= statement.start:
            continue
        if first <= statement.start and statement.end <= last:
            continue
        if (
            not isinstance(statement, Branch)
            or statement.rebinds
            or not (statement.start <= first < last <= statement.end)
        ):
            return None
        inner = _of_branch(statement, text, first, last)
        if inner is None:
            return None
        conditions += inner
    return conditions


def _of_branch(branch: Branch, text: str, first: int, last: int) -> list[str] | None:
    conditions: list[str] = []
    for index, (pipe, body) in enumerate(branch.arms):
        if pipe.variables:
            return None
        condition = text[pipe.start : pipe.end]
        following = [arm[0].start for arm in branch.arms[index + 1 : index + 2]]
        end = (following or [statement.start for statement in branch.otherwise[:1]] or [branch.end])[0]
        if pipe.end <= first and last <= end:
            inner = _conditions(body, text, first, last)
            return None if inner is None else [*conditions, condition, *inner]
        conditions.append(f"not ({condition})")
    inner = _conditions(branch.otherwise, text, first, last)
    return None if inner is None else [*conditions, *inner]


def _actions(text: str) -> list[tuple[int, int]]:
    opening = 0
    found = [match.span() for match in _COMMENT.finditer(text)]
    for kind, _, start, end in tokens(text):
        if kind == "{{":
            opening = start
        elif kind == "}}":
            found.append((opening, end))
    return sorted(found)


def _document(plain: str, separator: str, start: int, end: int, blocks: list[tuple[int, int]], path: str) -> Document:
    lines = plain[start:end].splitlines(keepends=True)
    full = [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    first = start + sum(map(len, lines[: full[0]])) if full else start
    last = start + sum(map(len, lines[: full[-1] + 1])) if full else start
    kind = _KIND.search(plain, first, last)
    node = _parsed(plain, first, last, path)
    first, last = _with_whole_blocks(first, last, [block for block in blocks if start <= block[0] and block[1] <= end])
    return Document(separator, start, end, first, last, kind[1] if kind else "", node)


def _with_whole_blocks(first: int, last: int, blocks: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the range widened to blocks that begin or end in it; a block around all of it is not part of it."""
    for begin, end in blocks:
        if first <= begin < last < end:
            last = end
        elif begin < first < end <= last:
            first = begin
    return first, last


def _blocks(body: Block) -> Iterator[Branch | Range]:
    for statement in body:
        if isinstance(statement, Branch):
            yield statement
            for _, block in statement.arms:
                yield from _blocks(block)
            yield from _blocks(statement.otherwise)
        elif isinstance(statement, Range):
            yield statement
            yield from _blocks(statement.body)
            yield from _blocks(statement.otherwise)


def _parsed(plain: str, first: int, last: int, path: str) -> Map | None:
    before = "\n" * plain.count("\n", 0, first)
    try:
        nodes: tuple[Node, ...] = read_documents(before + plain[first:last], path)
    except Refused:
        return None
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], Map) else None
