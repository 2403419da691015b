"""How a text is written in canonical YAML, on one line or as a literal block.

A text stays plain only where YAML 1.1, YAML 1.2 and the parsers at large (libyaml, go-yaml, PyYAML, Ruby's Psych) agree
that it is this text. Whatever could be a number to one of them is quoted, so `1.2` and `1.2.3` look alike. Quotes are
double, single ones where that saves escapes. Which characters are escaped is fixed here: Python's own tables grow with
every Unicode version, and the same source must give the same bytes on each.
"""

from __future__ import annotations

import re
from functools import lru_cache

# controls but tab and line feed
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# soft hyphen, zero-width blank, line separators, what turns the writing direction, byte order mark, specials,
# surrogates, tags; not U+200C and U+200D, which words and emoji are made with
_HIDDEN = (
    "\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_needs_escape = re.compile(f"[\t\n{_CONTROLS}{_HIDDEN}]").search
_spoils_block = re.compile(f"[{_CONTROLS}{_HIDDEN}]").search

_is_plain = re.compile(
    r"(?:[A-Za-z0-9_./\\$()+<=^;~]|[^\x00-\xa0]|--?(?=[A-Za-z0-9_./]))"  # no indicator first
    r"(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ ]+(?=[^\s#]))*"  # no ": ", no " #", no blank at the end
).fullmatch
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SIGNS = frozenset({"~", "=", "<<"})
_like_a_number = re.compile(
    r"[-+]?(?:[.0-9][0-9_,.:]*(?:[eE][-+]?[0-9_]*)?|0[xX][0-9a-fA-F_]*|0[oObB][0-9_]*|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?"
).fullmatch
_begins_blank = re.compile(r"\n*[ \t]").match
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@lru_cache(maxsize=16384)
def inline(text: str) -> str:
    """Return a text as it is written on one line: plain, or in quotes."""
    if _needs_escape(text):
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if _is_plain(text) and not _like_a_number(text) and text.lower() not in _WORDS and text not in _SIGNS:
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def literal(text: str, margin: str) -> str | None:
    """Return a text as a literal block: its header, and its lines behind `margin`, without a last line break.

    None for a text of one line, and for one that a block would not keep or not show.
    """
    if "\n" not in text or _spoils_block(text) or _begins_blank(text) or not text.strip("\n"):
        return None
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    header = "|-" if ends == 0 else "|" if ends == 1 else "|+"
    lines = [margin + line if line else "" for line in body.split("\n")]
    return "\n".join([header, *lines, *[""] * (ends - 1)])


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _needs_escape(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
