"""Rendered manifests to plain objects, scalars meaning what kubectl makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.yaml.reader import read_stream
from envwright.yaml.scalars import Plain, kubectl_value
from envwright.yaml.simple import Document, read_simple

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what the parser counts as one


def load_documents(text: str, file: str) -> list[Document]:
    """Return the documents of a rendered manifest file that hold something, in order, each with its first line.

    Values are dicts with text keys, lists, text, finite numbers, booleans and None, none of them shared. `file` is what
    marks call the text. Raises Refused with every mistake that was found: EW003 to EW008, EW010, EW012, and EW500 for
    a number that JSON does not know.
    """
    documents = read_simple(text)
    return _load_any(text, file) if documents is None else documents


def locate(text: str, file: str, document: int, path: Sequence[str | int]) -> Mark:
    """Return where a value stands in the text of a rendered manifest file.

    `document` counts what `load_documents` returns, from 0; of a `path` that does not exist the last thing on the way
    there that does is meant. Raises Refused like `load_documents`.
    """
    return _below(read_stream(text, file)[document], path)


def locator(text: str, file: str, document: int) -> Callable[[Sequence[str | int]], Mark]:
    """Return what does `locate` for the paths of one document; the text is parsed when the first of them is asked."""
    nodes: list[
        Node
    ] = []  # filled by the first question; `functools.cache` takes longer to make than most texts to read

    def located(path: Sequence[str | int]) -> Mark:
        if not nodes:
            nodes.extend(read_stream(text, file))
        return _below(nodes[document], path)

    return located


def _below(node: Node, path: Sequence[str | int]) -> Mark:
    for step in path:
        below = node.get(str(step)) if isinstance(node, Map) else _item(node, step)
        if below is None:
            break
        node = below
    return node.mark


def _item(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Seq) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def _load_any(text: str, file: str) -> list[Document]:
    report = Report()
    loader = _Loader(_LINE_BREAK.split(text.removeprefix("\ufeff")), report)
    documents = [Document(loader.value(node), node.mark.line) for node in read_stream(text, file)]
    report.raise_if_failed()
    return documents


class _Loader:
    """Makes plain values of nodes; what kubectl would not take as it is written is reported."""

    def __init__(self, lines: list[str], report: Report) -> None:
        self._lines = lines
        self._report = report

    def value(self, node: Node) -> Any:
        if isinstance(node, Seq):
            return [self.value(item) for item in node.items]
        if isinstance(node, Map):
            for key, entry in node.entries.items():
                self._check_key(key, entry.mark)
            return {key: self.value(entry.node) for key, entry in node.entries.items()}
        return node.text if node.style else self._plain(node)

    def _plain(self, node: Scalar) -> Plain:
        value = kubectl_value(node.text)
        if isinstance(value, float) and not isfinite(value):
            hint = "quote it if it is a text"
            self._report.error("EW500", f"{node.text} is no number in JSON", node.mark, hint=hint)
        return value

    def _check_key(self, key: str, mark: Mark) -> None:
        value = kubectl_value(key)
        if isinstance(value, str) or self._lines[mark.line - 1][mark.column - 1] in "'\"":
            return
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if written != key:
            summary = f"kubectl reads this key as {written}"
            self._report.error("EW012", summary, mark, hint=f'quote it: "{key}"')
