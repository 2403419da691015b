"""Go's literals: what the text of a number, a string or a character means."""

from __future__ import annotations

import re
from math import isinf

from envwright.templates.fault import Fault
from envwright.templates.limits import INT_MAX, INT_MIN

# more digits than any number of 64 bits takes, whatever its base
_LONGEST = 100

_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)


def quoted_text(written: str) -> str:
    """Return the text of `"..."`. Raises Fault (EW200) for an escape that Go does not know, or bytes not UTF-8."""
    if "\\" not in written:
        return written[1:-1]
    return _unescape(written[1:-1], quote='"')


def raw_text(written: str) -> str:
    """Return the text between backquotes; carriage returns are left out, as in Go."""
    return written[1:-1].replace("\r", "")


def char_value(written: str) -> int:
    """Return the code point of `'x'`. Raises Fault (EW200) if it is not exactly one character."""
    body = written[1:-1]
    escaped = _ESCAPE.fullmatch(body)
    if escaped is not None and (escaped.group(1) or escaped.group(4)):
        return _byte(escaped)
    text = _unescape(body, quote="'")
    if len(text) != 1:
        raise Fault("EW200", "a character constant holds exactly one character", 'write text as "..."')
    return ord(text)


def number_value(written: str) -> int | float:
    """Return the number. Raises Fault (EW200) for a wrong form, a complex number and what 64 bits cannot hold."""
    if written.isdigit() and written.isascii() and len(written) < 18 and written[0] != "0":
        return int(written)
    value: int | float | None = _integer(written) if len(written) <= _LONGEST else None
    if value is None:
        value = _float(written)
    if value is None:
        raise Fault("EW200", f"bad number {written}", "a string stands in quotes")
    if type(value) is int and not INT_MIN <= value <= INT_MAX:
        raise Fault("EW200", f"the integer {written} does not fit into 64 bits")
    return value


# Compiled when the first number needs them: most templates hold nothing but decimal digits, read above.
_DIGITS = "[0-9](?:_?[0-9])*"
_HEX_DIGITS = "[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_DECIMAL = "[+-]?(?:0|[1-9](?:_?[0-9])*)"
_OCTAL = "[+-]?0(?:_?[0-7])+"
_PREFIXED = "[+-]?0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)"
_DECIMAL_FLOAT = rf"[+-]?(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
_HEX_FLOAT = rf"[+-]?0[xX]_?(?:{_HEX_DIGITS}\.?(?:{_HEX_DIGITS})?|\.{_HEX_DIGITS})[pP][+-]?{_DIGITS}"


def _integer(written: str) -> int | None:
    if re.fullmatch(_DECIMAL, written):
        return int(written)
    if re.fullmatch(_OCTAL, written):
        return int(written.replace("_", ""), 8)
    if re.fullmatch(_PREFIXED, written):
        return int(written, 0)
    return None


def _float(written: str) -> float | None:
    if not any(char in written for char in ".eEpP"):
        return None
    if re.fullmatch(_DECIMAL_FLOAT, written):
        value = float(written)
    elif re.fullmatch(_HEX_FLOAT, written):
        value = float.fromhex(written.replace("_", ""))
    else:
        return None
    return None if isinf(value) else value


def _unescape(body: str, quote: str) -> str:
    # Go's \x and \ooo are bytes, so the text is put together as bytes and read as UTF-8 at the end
    parts: list[bytes] = []
    position = 0
    for match in _ESCAPE.finditer(body):
        parts.append(body[position : match.start()].encode())
        parts.append(_escaped_bytes(match, quote))
        position = match.end()
    parts.append(body[position:].encode())
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError:
        hint = r"write characters as \u00e9, not as bytes"
        raise Fault("EW200", "the escapes of this string are not UTF-8", hint) from None


def _escaped_bytes(match: re.Match[str], quote: str) -> bytes:
    if match.group(1) or match.group(4):
        return bytes([_byte(match)])
    code = match.group(2) or match.group(3)
    if code is not None:
        point = int(code, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise Fault("EW200", rf"the escape {match.group()} is no character")
        return chr(point).encode()
    char = match.group(5)
    if char == quote:
        return quote.encode()
    if char not in _SIMPLE:
        raise Fault("EW200", f"unknown escape {match.group()}", "a raw string in backquotes knows no escapes")
    return _SIMPLE[char].encode()


def _byte(match: re.Match[str]) -> int:
    value = int(match.group(1), 16) if match.group(1) else int(match.group(4), 8)
    if value > 255:
        raise Fault("EW200", f"the escape {match.group()} is more than a byte")
    return value
