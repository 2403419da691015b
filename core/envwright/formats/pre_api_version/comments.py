"""The comments of a YAML file by the line that they belong to. The parser's events have none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from envwright.model.nodes import Map, Node, Scalar

# a quoted text where one can begin, a comment, or any other character
_WORD = re.compile(r"""(?<![^\s\[{,])(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")|(?<=\s)(?P<comment>\#.*)|.""", re.VERBOSE)


class Comments(NamedTuple):
    """The comments of one file, each from its `#` on.

    `head` stands before the first key and `foot` after the last line of content. `above` are whole lines by the line of
    content that follows them, `beside` those at the end of a line. `parted` are the lines of content with an empty line
    before them or before their comments.
    """

    file: str
    head: tuple[str, ...]
    foot: tuple[str, ...]
    above: dict[int, tuple[str, ...]]
    beside: dict[int, str]
    parted: frozenset[int]


def comments_of(text: str, root: Map) -> Comments:
    """Return the comments of the file whose parsed content is `root`."""
    lines = text.splitlines()
    inside = set(_inside_scalars(root, lines, 0))
    first = min((entry.mark.line for entry in root.entries.values()), default=len(lines) + 1)
    above: dict[int, tuple[str, ...]] = {}
    beside: dict[int, str] = {}
    parted: set[int] = set()
    waiting: list[str] = []
    after_empty = False
    head: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if number in inside:
            continue
        if number == first:
            head, waiting = tuple(waiting), []
        if not stripped:
            after_empty = True
        elif stripped.startswith("#"):
            waiting.append(stripped)
        else:
            if waiting:
                above[number] = tuple(waiting)
            if after_empty:
                parted.add(number)
            if comment := _trailing(line):
                beside[number] = comment
            waiting, after_empty = [], False
    return Comments(root.mark.file, head, tuple(waiting), above, beside, frozenset(parted))


def _trailing(line: str) -> str:
    return next((match["comment"].rstrip() for match in _WORD.finditer(line) if match["comment"]), "")


def _inside_scalars(node: Node, lines: list[str], indent: int) -> Iterator[int]:
    """Yield the numbers of lines that continue a scalar: what looks like a comment there is text.

    `indent` is how far the key or the dash that the node hangs on is indented.
    """
    if isinstance(node, Map):
        for entry in node.entries.values():
            yield from _inside_scalars(entry.node, lines, entry.mark.column - 1)
    elif isinstance(node, Scalar):
        yield from _continued(node, lines, indent)
    else:
        for item in node.items:
            line = lines[item.mark.line - 1]
            yield from _inside_scalars(item, lines, len(line) - len(line.lstrip()))


def _continued(scalar: Scalar, lines: list[str], indent: int) -> Iterator[int]:
    number = scalar.mark.line
    if scalar.style in ("'", '"'):
        rest = "\n".join([lines[number - 1][scalar.mark.column - 1 :], *lines[number:]])
        closing = _QUOTED[scalar.style].match(rest)
        yield from range(number + 1, number + 1 + (rest.count("\n", 0, closing.end()) if closing else 0))
    elif scalar.style in ("|", ">"):
        following = lines[number:]
        further = (bool(line.strip()) and len(line) - len(line.lstrip(" ")) <= indent for line in following)
        length = next((index for index, ends in enumerate(further) if ends), len(following))
        while length and not following[length - 1].strip():
            length -= 1  # empty lines after a block part it from what follows
        yield from range(number + 1, number + 1 + length)


_QUOTED = {"'": re.compile(r"'(?:[^']|'')*'"), '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)}
