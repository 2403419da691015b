"""Go-template text to tokens."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from envwright.templates.fault import Fault

# (kind, value, start, end), a bare tuple: a template has hundreds of them. The kind is one of the names below, a
# keyword, or the token itself: `{{` `}}` `(` `)` `|` `,` `=` `:=`. Spaces are no tokens; where they matter, the parser
# compares an end with the next start.
Token = tuple[str, str, int, int]

TEXT: Final = "text"
FIELD: Final = "field"  # with all that follow it: `.a.b.c`
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
_QUOTED = r'"(?:[^"\\\n]|\\[^\n])*+"' + r"|`[^`]*+`" + r"|'(?:[^'\\\n]|\\[^\n])*+'"

# Splits a template into text, comment or action, the comment's content or None, None, text, ... Braces may stand in the
# strings of an action. All alternatives stand behind one `{{`, which is what the search then looks for: ten times as
# fast in long texts. An action without an end swallows the rest, with an empty text for the last None: looking for the
# ends of thousands of them would take quadratic time.
_SPLIT = re.compile(
    rf"""(\{{\{{(?: (?:
    ( (?:-[ \t\r\n])?/\*(?:[^*]|\*(?!/))*+\*/(?:[ \t\r\n]-)? )
    | (?:[^"`'}}]++|{_QUOTED}|\}}(?!\}}))*+
    )\}}\}} | ()(?s:.*+) ))""",
    re.VERBOSE,
)

# A part of an action, with the spaces before it: the lengths add up to the places.
_PART = re.compile(
    rf"""([ \t\r\n]*+)((?:\.[^\W\d]\w*+)++ | [^\W\d]\w*+ | {_QUOTED} | \$\w*+ | :=
    | [+-]?\.?[0-9](?:(?<=[eEpP])[+-]|[\w.])*+ | [^ \t\r\n])""",
    re.VERBOSE,
)

# The kind of a part by its first character, where that alone tells.
_KINDS: dict[str, str] = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", NAME),
    **dict.fromkeys("0123456789", NUMBER),
    **{char: char for char in "()|,="},
    '"': STRING,
    "`": RAW,
    "'": CHAR,
    "$": VARIABLE,
}
_WORDS = {word: word for word in KEYWORDS}


def tokens(text: str) -> list[Token]:
    """Return the tokens of a template, an END token last. Raises Fault (EW200) where no token can be read."""
    found: list[Token] = []
    pieces = _SPLIT.split(text)
    pieces += ["{{}}", "", None]  # so that the last text has something behind it too
    position = 0
    trim_left = False
    for index in range(0, len(pieces), 4):
        content, braces, comment, unclosed = pieces[index : index + 4]
        if unclosed is not None:
            raise _unclosed(braces, position + len(content))
        trim_right = braces[2] == "-" and braces[3] in _SPACES
        if content:
            _append_text(found, content, position, trim_left, trim_right)
            position += len(content)
        trim_left = braces[-3] == "-" and braces[-4] in _SPACES
        if comment is None:
            found += _placed(braces, position)
        position += len(braces)
    found.append((END, "", len(text), len(text)))
    return found


def _append_text(found: list[Token], content: str, start: int, trim_left: bool, trim_right: bool) -> None:
    if trim_left:
        length = len(content)
        content = content.lstrip(_SPACES)
        start += length - len(content)
    if trim_right:
        content = content.rstrip(_SPACES)
    if content:
        found.append((TEXT, content, start, start + len(content)))


def _placed(action: str, position: int) -> list[Token]:
    try:
        return [(kind, part, start + position, end + position) for kind, part, start, end in _parts(action)]
    except Fault as fault:
        fault.start += position
        fault.end += position
        raise


@lru_cache(maxsize=4096)
def _parts(action: str) -> tuple[Token, ...]:
    """Return the tokens of an action, its braces among them, with offsets in it.

    Kept, for the templates of a stack have the same actions again and again.
    """
    found = [("{{", "{{", 0, 2)]
    position = 4 if action[2] == "-" and action[3] in _SPACES else 2
    closing = len(action) - (3 if action[-3] == "-" and action[-4] in _SPACES else 2)
    for space, part in _PART.findall(action, position, closing):
        start = position + len(space)
        position = start + len(part)
        kind = _KINDS.get(part[0])
        if kind is NAME:
            kind = _WORDS.get(part, NAME)
        elif kind is None:
            kind = _kind_by_more(part)
            if kind is None:
                raise _bad(action, start)
        found.append((kind, part, start, position))
    found.append(("}}", "}}", len(action) - 2, len(action)))
    return tuple(found)


def _kind_by_more(part: str) -> str | None:
    """Return the kind of a part whose first character does not tell it, None for a bad character."""
    if part[0] == ".":
        return DOT if len(part) == 1 else NUMBER if part[1].isdigit() else FIELD
    if len(part) > 1:
        return part if part == ":=" else NUMBER if part[0] in "+-" else NAME
    return NAME if part.isalpha() else None


def _unclosed(content: str, start: int) -> Fault:
    """Return the fault of an action or a comment that has no end: it may be a string that has none."""
    end = start + 2
    if re.match(r"\{\{(?:-[ \t\r\n])?/\*", content):
        return Fault("EW200", "the comment is not closed", 'write "*/}}" after it', start=start, end=end)
    for match in _PART.finditer(content, 2):
        what = _QUOTES.get(match.group(2))
        if what is not None:
            place = start + match.start(2)
            return Fault("EW200", f"the {what} is not closed", start=place, end=place + 1)
    return Fault("EW200", "the action is not closed", 'write "}}" at its end', start=start, end=end)


_QUOTES = {'"': STRING, "`": RAW, "'": CHAR}


def _bad(text: str, start: int) -> Fault:
    if text.startswith("/*", start):
        hint = 'write "{{/*" without a space, and "*/}}"'
        return Fault("EW200", "a comment must fill its whole action", hint, start=start, end=start + 2)
    hint = "an action knows no operators: call a function, such as eq, and, add" if text[start] in "+-*/<>!&%" else ""
    return Fault("EW200", f"unexpected character {text[start]!r}", hint, start=start, end=start + 1)
