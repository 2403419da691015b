"""Go-template text to tokens."""

from __future__ import annotations

import re
from typing import Final

from envwright.templates.fault import Fault

# (kind, value, start, end), a bare tuple: a template has hundreds of them. The kind is one of the names below, a
# keyword, or the token itself: `{{` `}}` `(` `)` `|` `,` `=` `:=`. Spaces are no tokens; where they matter, the parser
# compares an end with the next start.
Token = tuple[str, str, int, int]

TEXT: Final = "text"
FIELD: Final = "field"
VARIABLE: Final = "variable"
NAME: Final = "name"
NUMBER: Final = "number"
STRING: Final = "string"
RAW: Final = "raw string"
CHAR: Final = "character"
DOT: Final = "dot"
END: Final = "end of template"

KEYWORDS: Final = frozenset(
    ["block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with", "true", "false"]
)

_SPACES = " \t\r\n"
_OPEN_TRIM = re.compile(r"-[ \t\r\n]")
_COMMENT = re.compile(r"(?:-[ \t\r\n])?/\*")
_COMMENT_CLOSE = re.compile(r"([ \t\r\n]-)?\}\}")

_TOKEN = re.compile(
    r"""
      (?P<close>(?:[ \t\r\n]+-)?\}\})
    | (?P<space>[ \t\r\n]+)
    | (?P<number>[+-]?(?:\.?[0-9])(?:(?<=[eEpP])[+-]|[\w.])*)
    | (?P<field>\.[^\W\d]\w*+(?=[ \t\r\n.,|:()]|\}\}|\Z))
    | (?P<variable>\$\w*+(?=[ \t\r\n.,|:()]|\}\}|\Z))
    | (?P<name>[^\W\d]\w*+(?=[ \t\r\n.,|:()]|\}\}|\Z))
    | (?P<string>"(?:[^"\\\n]|\\[^\n])*+")
    | (?P<raw>`[^`]*+`)
    | (?P<operator>:=|[=|(),])
    | (?P<dot>\.(?=[ \t\r\n.,|:()]|\}\}|\Z))
    | (?P<char>'(?:[^'\\\n]|\\[^\n])*+')
    | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_KINDS = {
    "field": FIELD,
    "variable": VARIABLE,
    "number": NUMBER,
    "string": STRING,
    "raw": RAW,
    "char": CHAR,
    "dot": DOT,
}


def tokens(text: str) -> list[Token]:
    """Return the tokens of a template, an END token last. Raises Fault (EW200) where no token can be read."""
    found: list[Token] = []
    position = 0
    trim = False
    while True:
        opening = text.find("{{", position)
        if opening < 0:
            _append_text(found, text, position, len(text), trim)
            found.append((END, "", len(text), len(text)))
            return found
        inside = opening + 2
        marked = _OPEN_TRIM.match(text, inside) is not None
        _append_text(found, text, position, opening, trim, marked)
        comment = _COMMENT.match(text, inside)
        if comment is not None:
            position, trim = _skip_comment(text, opening, comment.end())
        else:
            found.append(("{{", "{{", opening, inside))
            position, trim = _append_action(found, text, opening, inside + 2 if marked else inside)


def _append_text(found: list[Token], text: str, start: int, end: int, trim_left: bool, trim_right: bool = False) -> None:
    content = text[start:end]
    if trim_left:
        content = content.lstrip(_SPACES)
        start = end - len(content)
    if trim_right:
        content = content.rstrip(_SPACES)
    if content:
        found.append((TEXT, content, start, start + len(content)))


def _skip_comment(text: str, opening: int, inside: int) -> tuple[int, bool]:
    """Return where the text goes on after a comment, and whether its spaces are trimmed."""
    ending = text.find("*/", inside)
    if ending < 0:
        raise Fault("EW200", "the comment is not closed", 'write "*/}}" after it', start=opening, end=inside)
    closing = _COMMENT_CLOSE.match(text, ending + 2)
    if closing is None:
        hint = 'write "*/}}" or "*/ -}}"'
        raise Fault("EW200", "a comment must fill its whole action", hint, start=opening, end=ending + 2)
    return closing.end(), closing.group(1) is not None


def _append_action(found: list[Token], text: str, opening: int, inside: int) -> tuple[int, bool]:
    """Append the tokens up to and including `}}`; return where the text goes on, and whether its spaces are trimmed."""
    for match in _TOKEN.finditer(text, inside):
        group = match.lastgroup
        if group == "space":
            continue
        value = match.group()
        start, end = match.span()
        if group == "name":
            found.append((value if value in KEYWORDS else NAME, value, start, end))
        elif group == "operator":
            found.append((value, value, start, end))
        elif group == "close":
            found.append(("}}", "}}", end - 2, end))
            return end, len(value) > 2
        elif group == "bad":
            raise _bad(text, start)
        else:
            found.append((_KINDS[group or ""], value, start, end))
    raise Fault("EW200", "the action is not closed", 'write "}}" at its end', start=opening, end=opening + 2)


_UNCLOSED = {'"': "the string is not closed", "`": "the raw string is not closed", "'": "the character is not closed"}
_WORD = re.compile(r"[.$]?\w*")


def _bad(text: str, start: int) -> Fault:
    char = text[start]
    if char in _UNCLOSED:
        return Fault("EW200", _UNCLOSED[char], start=start, end=start + 1)
    if text.startswith("/*", start):
        return Fault(
            "EW200", "a comment must fill its whole action", 'write "{{/*" without a space', start=start, end=start + 2
        )
    word = _WORD.match(text, start)
    wrong = word.end() if word is not None and word.end() < len(text) else start
    hint = "an action knows no operators: call a function, such as eq, and, add" if text[wrong] in "+-*/<>!&%" else ""
    return Fault("EW200", f"unexpected character {text[wrong]!r}", hint, start=wrong, end=wrong + 1)
