"""Text of a services.yaml, or of a file like it, to nodes."""

from __future__ import annotations

import re

from envwright.model.diagnostic import Refused, Report, refuse
from envwright.model.mark import Mark
from envwright.model.nodes import Node, Scalar
from envwright.yaml.builder import Builder
from envwright.yaml.events import DocumentStartEvent, StreamEndEvent, YAMLError
from envwright.yaml.limits import MAX_CHARACTERS
from envwright.yaml.scalars import NULLS

_TAG_DIRECTIVE = re.compile(r"^%TAG\b", re.MULTILINE)


def read(text: str, file: str) -> Node:
    """Return the one document of `text`; `file` is what the marks call it.

    Raises Refused like `read_documents`, and EW009 for a second document.
    """
    return read_documents(text, file, only_one=True)[0]


def read_documents(text: str, file: str, *, only_one: bool = False) -> tuple[Node, ...]:
    """Return the documents of `text` that hold something, in order, at least one.

    Raises Refused like `read_stream`, and EW013 for a file without a value.
    """
    documents = read_stream(text, file, only_one=only_one)
    if not documents:
        hint = "it begins with `apiVersion: envwright.dev/v1`"
        raise refuse("EW013", "the file holds nothing", Mark(file), hint=hint)
    return documents


def read_stream(text: str, file: str, *, only_one: bool = False) -> tuple[Node, ...]:
    """Return the documents of `text` that hold something, in order, none for a file without a value.

    Raises Refused with every mistake that was found: EW003 to EW008, EW010, EW012, and with `only_one` EW009.
    """
    text = text.removeprefix("\ufeff")
    _refuse_what_costs(text, file)
    report = Report()
    documents: list[Node] = []
    try:
        builder = Builder(text, file, report)
        while type(event := builder.next_event()) is not StreamEndEvent:
            if type(event) is not DocumentStartEvent:
                continue
            if documents and only_one:
                where = builder.mark(event)
                report.error("EW009", "a second document begins here", where, hint="one file holds one stack")
                break
            node = builder.document()
            if not _is_empty(node):
                documents.append(node)
    except (UnicodeEncodeError, YAMLError) as error:
        _add_syntax_error(error, text, file, report)
    except Refused as refused:
        report.extend(refused.diagnostics)
    report.raise_if_failed()
    return tuple(documents)


def _add_syntax_error(error: UnicodeEncodeError | YAMLError, text: str, file: str, report: Report) -> None:
    """Report a syntax error, unless it follows from a key in its line that was refused: `a: {{ .X }}/b`."""
    from envwright.yaml.syntax import syntax_error  # only a mistake pays for its import

    found = syntax_error(error, text, file)
    line = found.where and found.where.line
    if not any(item.code == "EW012" and item.where and item.where.line == line for item in report.items):
        report.extend([found])


def _is_empty(node: Node) -> bool:
    """Whether a node is a plain null, as a document without a value is."""
    return isinstance(node, Scalar) and not node.style and node.text in NULLS


def _refuse_what_costs(text: str, file: str) -> None:
    """Refuse what the parser would spend long on before its first event."""
    if len(text) > MAX_CHARACTERS:
        raise refuse("EW010", f"the file is longer than {MAX_CHARACTERS} characters", Mark(file), hint="split it")
    if "%TAG" in text and (directive := _TAG_DIRECTIVE.search(text)):
        line = text.count("\n", 0, directive.start()) + 1
        raise refuse("EW006", "a %TAG directive", Mark(file, line, 1, 4), hint="leave it out: only core tags are known")
