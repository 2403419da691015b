"""The manifests that people write, read line by line: several times faster than by the parser's events.

Only what is simple is read here: block maps and lists, scalars on one line, literal blocks, flow collections of plain
or quoted words. Whatever else stands in the text, or is wrong with it, is left to the parser: `read_simple` gives None
for all of it. What it does give is what the parser's events would have given; a property test holds the two together.

The files of a stack have most of their lines in common, so what a line says by itself is worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from envwright.yaml.limits import MAX_CHARACTERS, MAX_DEPTH
from envwright.yaml.scalars import Plain, kubectl_value


class Document(NamedTuple):
    """One document: its value as dicts, lists and scalars, and the line where it begins, from 1."""

    value: Any
    line: int


class _NotSimple(Exception):
    """The text holds something that only the parser reads."""


class _Form(Enum):
    """What stands on a line, or behind its key or its dash."""

    BLANK = 0  # nothing, or a comment
    NEXT_DOCUMENT = 1
    SCALAR = 2
    BELOW = 3  # nothing: the value begins on the next line, or is null
    LITERAL = 4
    FLOW = 5


# What a line says by itself, a bare tuple: there are tens of thousands of them. Its form; the value of a SCALAR, the
# chomping indicator of a LITERAL, the text of a FLOW; and its start: the column where its dash or its key stands,
# whether it has a dash, where what is behind the dash begins, its key without quotes, None without one.
_Start = tuple[int, bool, int, str | None]
_Line = tuple[_Form, Any, int, bool, int, str | None]

BLANK, NEXT_DOCUMENT, SCALAR, BELOW, LITERAL, FLOW = _Form  # names of one look-up for the loop over all lines
_START = r"""([ ]*)(-[ ]+)?"""  # indentation, a dash
_NAME = r"""([A-Za-z0-9_][A-Za-z0-9_./-]*|"[^"\\]+"|'[^']+')"""
_KEY = re.compile(_START + _NAME).fullmatch
_LINE = re.compile(rf"{_START}(?:{_NAME}:(?:[ ]+|$))?(.*)").fullmatch  # and the rest
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)')(?: +#.*| *)""").fullmatch
_LITERAL = re.compile(r"\|([+-]?) *").fullmatch
_ITEM = r"""(?:"[^"\\]*"|'[^']*'|-?-?[A-Za-z0-9_./][A-Za-z0-9_./-]*)"""
_PAIR = rf"[A-Za-z_][A-Za-z0-9_./-]*: +{_ITEM}"
_FLOW = re.compile(
    rf"(?:\[ *(?:{_ITEM}(?: *, *{_ITEM})*)? *\]|\{{ *(?:{_PAIR}(?: *, *{_PAIR})*)? *\}}) *"
).fullmatch  # a list or a map of words
_FLOW_ITEMS = re.compile(_ITEM).findall
_FLOW_PAIRS = re.compile(rf"([A-Za-z_][A-Za-z0-9_./-]*): +({_ITEM})").findall
_LONGEST_KEY = 1000  # the parser looks no further than 1024 characters for a key's colon
_INDICATORS = frozenset("?:,[]{}#&*!|>'\"%@`")


def read_simple(text: str) -> list[Document] | None:
    """Return the documents of `text` that hold something, or None if only the parser can tell what they are.

    Scalars mean what kubectl makes of them.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        return _Reader(text.split("\n")).read()
    except _NotSimple:
        return None


class _Reader:
    """Puts lines together; `within` are the open collections, outermost first, and the columns they stand in."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.documents: list[Document] = []
        self.within: list[tuple[int, Any]] = []
        self.next = 0  # the first line that no literal block has taken, from 0

    def read(self) -> list[Document]:
        at = -1  # the column of the innermost map, -1 after anything else than one of its keys
        keys: dict[str, Any] = {}
        awaited: str | None = None  # the last key, if its value begins on the next line
        for number, line in enumerate(self.lines):
            if number < self.next:
                continue
            form, value, column, dash, inner, key = _line(line)
            if form is BLANK:
                continue
            if form is NEXT_DOCUMENT:
                self.within.clear()
                at, awaited = -1, None
                continue
            if dash:
                items = self.list_at(column, awaited)
                at, awaited = -1, None
                if key is None:
                    items.append(value if form is SCALAR else self.value(form, value, number, column))
                    continue
                at, keys = inner, {}
                items.append(keys)
                self.opened(at, keys)
            elif at != column or awaited is not None:
                at, keys, awaited = column, self.map_at(column, awaited, number), None
            if key is None or key in keys:
                raise _NotSimple
            if form is SCALAR:
                keys[key] = value
            elif form is BELOW:
                keys[key], awaited = None, key
            else:
                keys[key] = self.value(form, value, number, at)
        return self.documents

    def map_at(self, column: int, awaited: str | None, number: int) -> Any:
        """Return the map that a key in `column` belongs to, a new one where a document or an awaited value begins."""
        within = self.within
        if not within:
            self.documents.append(Document({}, number + 1))
            return self.opened(column, self.documents[-1].value)
        if awaited is not None and column > within[-1][0]:
            within[-1][1][awaited] = {}
            return self.opened(column, within[-1][1][awaited])
        return self.back_to(column, dict)

    def list_at(self, column: int, awaited: str | None) -> Any:
        """Return the list that a dash in `column` belongs to, a new one where it begins an awaited value."""
        within = self.within
        if awaited is not None and column >= within[-1][0]:
            within[-1][1][awaited] = []
            return self.opened(column, within[-1][1][awaited])
        return self.back_to(column, list)

    def opened(self, column: int, collection: Any) -> Any:
        """Return a collection that from now on is the innermost one."""
        if len(self.within) >= MAX_DEPTH - 1:
            raise _NotSimple
        self.within.append((column, collection))
        return collection

    def back_to(self, column: int, kind: type) -> Any:
        """Close what lies deeper, and return the collection of its kind that stands in `column`."""
        within = self.within
        while within:
            at, found = within[-1]
            if at == column and type(found) is kind:
                return found
            if at < column or (at == column and kind is list):
                break
            within.pop()
        raise _NotSimple

    def value(self, form: _Form, value: str, number: int, column: int) -> Any:
        """Return the literal block or flow collection that begins on a line, behind what stands in `column`."""
        if form is LITERAL:
            return self.literal(value, number + 1, column)
        if value == "{}":
            return {}
        return list(_items(value)) if value[0] == "[" else dict(_pairs(value))

    def literal(self, indicator: str, start: int, column: int) -> str:
        """Read a literal block that lies deeper than `column`, from line `start` on."""
        lines, count, first = self.lines, len(self.lines), start
        while first < count and not lines[first].strip(" "):
            first += 1
        if first == count:
            raise _NotSimple
        indent = len(lines[first]) - len(lines[first].lstrip(" "))
        if indent <= column or lines[first][indent] == "\t" or any(len(line) > indent for line in lines[start:first]):
            raise _NotSimple
        margin, end = " " * indent, first
        while end < count and (lines[end].startswith(margin) or not lines[end].strip(" ")):
            end += 1
        content = [line[indent:] for line in lines[start:end]]
        if end == count and content.pop():  # what stands behind the last line break: a text without one ends otherwise
            raise _NotSimple
        self.next = end
        return _chomp(content, indicator)


def _chomp(content: list[str], indicator: str) -> str:
    kept = len(content)
    while not content[kept - 1]:
        kept -= 1
    body = "\n".join(content[:kept])
    if not body.replace("\n", "").replace("\t", "").isprintable():
        raise _NotSimple
    if indicator == "-":
        return body
    return body + "\n" * (1 + len(content) - kept if indicator else 1)


@lru_cache(maxsize=16384)
def _line(line: str) -> _Line:
    before, colon, behind = line.partition(": ")
    start = _start_of(before) if colon else None
    return _any_line(line) if start is None else (*_behind_key(behind), *start)


# Most lines are a key and a value, and most that no other file has differ in the value alone, which is often a name
# that many lines of the file hold: so each of the two is worked out once too.


@lru_cache(maxsize=4096)
def _start_of(text: str) -> _Start | None:
    """Return what the text in front of a colon says, None if it is no key alone."""
    match = _KEY(text)
    if match is None or not text.isprintable():
        return None
    indent, dash, key = match.groups()
    return len(indent), dash is not None, len(indent) + len(dash or ""), _key(key)


@lru_cache(maxsize=16384)
def _behind_key(text: str) -> tuple[_Form, Plain]:
    if not text.isprintable():
        raise _NotSimple
    value = text.lstrip(" ")
    return (BELOW, None) if value[:1] in ("", "#") else _value(value)


def _any_line(line: str) -> _Line:
    match = _LINE(line)
    if match is None or not line.isprintable():
        raise _NotSimple
    indent, dash, key, rest = match.groups()
    if key is None and dash is None:
        if rest and rest[0] != "#" and line != "---":
            raise _NotSimple
        return NEXT_DOCUMENT if line == "---" else BLANK, None, 0, False, 0, None
    if key is not None:
        key = _key(key)
    form, value = (BELOW, None) if key is not None and rest[:1] in ("", "#") else _value(rest)
    return form, value, len(indent), dash is not None, len(indent) + len(dash or ""), key


def _key(written: str) -> str:
    if len(written) > _LONGEST_KEY:
        raise _NotSimple
    if written[0] in "'\"":
        return written[1:-1]
    if not isinstance(kubectl_value(written), str):
        raise _NotSimple
    return written


def _value(rest: str) -> tuple[_Form, Plain]:
    first = rest[:1]
    if first == "|" and (literal := _LITERAL(rest)):
        return LITERAL, literal[1]
    if first in ("[", "{") and _FLOW(rest):
        return FLOW, rest.rstrip(" ")
    if first in _INDICATORS or rest in ("", "-") or rest.startswith("- "):
        quoted = _QUOTED(rest)
        if quoted is None:
            raise _NotSimple
        return SCALAR, quoted[1] if quoted[2] is None else quoted[2]
    plain = rest.partition(" #")[0].rstrip(" ")
    if ": " in plain or plain[-1] == ":":
        raise _NotSimple
    return SCALAR, _plain(plain)


def _items(flow: str) -> Iterator[Plain]:
    return (_word(item) for item in _FLOW_ITEMS(flow))


def _pairs(flow: str) -> list[tuple[str, Plain]]:
    pairs = [(key, _word(item)) for key, item in _FLOW_PAIRS(flow)]
    if len({_key(key) for key, _ in pairs}) < len(pairs):
        raise _NotSimple
    return pairs


def _word(item: str) -> Plain:
    return item[1:-1] if item[0] in "'\"" else _plain(item)


def _plain(text: str) -> Plain:
    value = kubectl_value(text)
    if isinstance(value, float) and not isfinite(value):
        raise _NotSimple
    return value
