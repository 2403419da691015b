"""The C parser's errors, said so that a user knows what to change."""

from __future__ import annotations

import re

from envwright.model.diagnostic import Diagnostic, Related, diagnostic
from envwright.model.mark import Mark
from envwright.yaml.events import Position, ReaderError, YAMLError

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")

_INDENT = "lines of one level begin in the same column"
_QUOTE = "quote the whole value"
_PROBLEMS = {
    "mapping values are not allowed in this context": (
        'a ": " cannot stand here',
        "quote a value that holds one, or check the indentation of the line",
    ),
    "did not find expected key": ("a key was expected here", _INDENT),
    "did not find expected '-' indicator": ('a "- " was expected here', f"{_INDENT}, items of a list too"),
    "could not find expected ':'": ('a key without its ":"', "write `key: value`, or quote a text of several lines"),
    "block sequence entries are not allowed in this context": (
        'a "- " cannot stand here',
        "begin the list on the line after its key",
    ),
    "block collections are not allowed in this context": ("a list or a map cannot begin here", _INDENT),
    "did not find expected ',' or ']'": ('the list wants a "," or its "]" before this', _QUOTE),
    "did not find expected ',' or '}'": ('the map wants a "," or its "}" before this', _QUOTE),
    "found unexpected end of stream": ("the quote that begins here is never closed", "close it on the same line"),
    "found unexpected document indicator": ("the quote that begins here is never closed", "close it before the ---"),
    "found unknown escape character": ("an unknown escape after a backslash", "write \\\\, or use single quotes"),
    "did not find expected <document start>": ("a second value after the file's first one", _INDENT),
    "found a tab character that violates indentation": ("a tab in the indentation", "indent with spaces"),
    "found a tab character where an indentation space is expected": (
        "a tab in the indentation",
        "indent with spaces",
    ),
    "found undefined tag handle": ("an unknown tag", "leave it out; a text that begins with ! needs quotes"),
    "did not find expected alphabetic or numeric character": (
        "an alias or anchor without a name",
        "quote a text that begins with * or &",
    ),
    "did not find expected node content": ("a value was expected here", "quote it, or write null"),
    "found incompatible YAML document": ("only YAML 1.1 and 1.2 are read", "leave the %YAML line out"),
}
_CONTEXTS = {
    "while parsing a block mapping": "the map begins here",
    "while parsing a block collection": "the list begins here",
    "while parsing a flow mapping": "the map begins here",
    "while parsing a flow sequence": "the list begins here",
}
_UNCLOSED_LIST = ("the list that begins here is never closed", 'close it with "]"')
_UNCLOSED_MAP = ("the map that begins here is never closed", 'close it with "}"; quote a template: "{{ ... }}"')


def syntax_error(error: YAMLError | UnicodeEncodeError, text: str, file: str) -> Diagnostic:
    """Return EW003 for an error of the parser in `text`, at the place where a user mends it."""
    if isinstance(error, ReaderError | UnicodeEncodeError):
        return _forbidden_character(text, file)
    problem, mark, context = error.problem, error.problem_mark, error.context_mark
    at_end = mark.index >= len(text.rstrip())
    summary, hint = _PROBLEMS.get(problem, (problem, ""))
    if problem.endswith(("',' or ']'", "',' or '}'")) and at_end:
        summary, hint = _UNCLOSED_LIST if "]" in problem else _UNCLOSED_MAP
    elif problem == "found character that cannot start any token":
        summary, hint = _bad_start(text, mark)
    elif problem == "found unexpected ':'":
        summary, hint = 'a plain text between brackets or braces cannot hold a ":"', _quoted_part(text, context or mark)
    elif problem == "did not find expected key" and _after_quote(text, mark):
        summary, hint = "nothing can follow the closing quote", f"{_QUOTE}, and double a quote inside single quotes"
    elif "{{" in _line(text, mark) and not problem.startswith("found unexpected"):
        hint = 'quote a template: "{{ ... }}"'
    # what is never closed is mended where it begins
    at_context = context is not None and (at_end or problem.startswith(("found unexpected", "could not find")))
    where = _mark(context if at_context else mark, text, file)
    begins = _CONTEXTS.get(error.context or "")
    related = [Related(begins, _mark(context, text, file))] if begins and not at_context else []
    return diagnostic("error", "EW003", summary, where, hint=hint, related=related)


def _forbidden_character(text: str, file: str) -> Diagnostic:
    found = _FORBIDDEN.search(text)
    index = found.start() if found else 0
    line_start = text.rfind("\n", 0, index) + 1
    where = Mark(file, text.count("\n", 0, index) + 1, index - line_start + 1)
    code = ord(text[index])
    escaped = "" if 0xD800 <= code < 0xE000 else f' or write it as an escape in double quotes: "\\u{code:04x}"'
    summary = f"the character U+{code:04X} has no place in YAML"
    return diagnostic("error", "EW003", summary, where, hint=f"remove it{',' if escaped else ''}{escaped}")


def _bad_start(text: str, mark: Position) -> tuple[str, str]:
    character = text[mark.index : mark.index + 1]
    if character == "\t":
        return "a tab where a value or a key should begin", "indent with spaces"
    return f"a plain text cannot begin with {character}", _QUOTE


def _quoted_part(text: str, start: Position) -> str:
    """Return how to quote the part of a list or a map in one line that begins at `start`."""
    part = re.split(r"[,\[\]{}\n]| #", text[start.index :], maxsplit=1)[0].strip()
    return "quote it" if '"' in part else f'quote it: "{part}"'


def _after_quote(text: str, mark: Position) -> bool:
    line_start = text.rfind("\n", 0, mark.index) + 1
    return text[line_start : mark.index].rstrip().endswith(("'", '"'))


def _line(text: str, mark: Position) -> str:
    start = text.rfind("\n", 0, mark.index) + 1
    end = text.find("\n", mark.index)
    return text[start:end] if end >= 0 else text[start:]


def _mark(position: Position, text: str, file: str) -> Mark:
    """Return a position as a mark; for one behind the end, the place behind the last character that is no blank."""
    content = text.rstrip()
    if position.index < len(content):
        return Mark(file, position.line + 1, position.column + 1)
    return Mark(file, content.count("\n") + 1, len(content) - content.rfind("\n"))
