"""Text in quotes as Go writes it, and text escaped for HTML, JavaScript and URLs."""

from __future__ import annotations

import re

from envwright.templates.markers import CLOSE, OPEN
from envwright.templates.values import utf8

_NAMED = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
_NOT_PLAIN = re.compile("[^ -~]")


def quoted(text: str, *, ascii_only: bool = False) -> str:
    """Return `text` in double quotes with Go's escapes, as `printf "%q"` does (`%+q`: only ASCII left)."""
    text = text.replace("\\", r"\\").replace('"', r"\"")
    if _NOT_PLAIN.search(text):
        text = text.translate({ord(char): _escaped(char, ascii_only) for char in set(text)})
    return f'"{text}"'


def quoted_char(point: int, *, ascii_only: bool = False) -> str:
    """Return the character with this code point in single quotes; what is no character becomes U+FFFD."""
    char = character(point)
    return f"'\\{char}'" if char in "'\\" else f"'{_escaped(char, ascii_only)}'"


def character(point: int) -> str:
    """Return the character with this code point; U+FFFD for what is none."""
    valid = 0 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF
    return chr(point) if valid else "\ufffd"


def can_backquote(text: str) -> bool:
    """Return whether `text` may stand between backquotes on one line."""
    return not any(char in "`\x7f\ufeff" or (char < " " and char != "\t") for char in text)


def html_escaped(text: str) -> str:
    """Return `text` for an HTML document."""
    for char, entity in _HTML.items():
        text = text.replace(char, entity)
    return text


def js_escaped(text: str) -> str:
    """Return `text` for a JavaScript string."""
    return text.translate({ord(char): _JS.get(char) or _js_char(char) for char in set(text)})


def query_escaped(text: str) -> str:
    """Return `text` for the query of a URL: spaces become `+`."""
    data = utf8(text)
    forms = {byte: chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in set(data)}
    forms[0x20] = "+"
    return "".join(map(forms.__getitem__, data))


# The ampersand first: the others make one.
_HTML = {"&": "&amp;", "\0": "\ufffd", '"': "&#34;", "'": "&#39;", "<": "&lt;", ">": "&gt;"}
_JS = {"\\": r"\\", "'": r"\'", '"': r"\"", "<": r"\u003C", ">": r"\u003E", "&": r"\u0026", "=": r"\u003D"}
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")


def _js_char(char: str) -> str:
    if char < " " or not (char.isascii() or char.isprintable()):
        return rf"\u{ord(char):04X}"
    return char


def _escaped(char: str, ascii_only: bool) -> str:
    # a marker must come out whole, whatever writes it
    if char in (OPEN, CLOSE) or (char.isprintable() and (char.isascii() or not ascii_only)):
        return char
    if char in _NAMED:
        return _NAMED[char]
    point = ord(char)
    if point < 0x20 or point == 0x7F:
        return rf"\x{point:02x}"
    return rf"\u{point:04x}" if point < 0x10000 else rf"\U{point:08x}"
