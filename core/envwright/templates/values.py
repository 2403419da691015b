"""The values that templates work on: plain data, and what Go would call its type."""

from __future__ import annotations

from collections.abc import Mapping

# What Go's strings.TrimSpace cuts: Python's str.strip cuts the separators of ASCII too.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class StringMap(dict[str, str]):
    """A map whose values are all text, Go's `map[string]string`: a missing key that `index` asks for is empty text."""


MAPS = frozenset({dict, StringMap})
LISTS = frozenset({list, tuple})


def plain(value: object) -> object:
    """Return `value` with its maps and lists as the dict and list that templates know.

    Raises TypeError for anything else than None, bool, int, float, str, sequences and mappings with text keys: an
    object of the program must never be within a template's reach.
    """
    kind = type(value)
    if value is None or kind in (str, int, bool, float):
        return value
    if kind is StringMap:
        return value
    if kind in LISTS:
        return [plain(item) for item in value]  # type: ignore[attr-defined]  # a list or a tuple
    if isinstance(value, Mapping):
        return plain_map(value)
    raise TypeError(f"{kind.__name__} is not template data")


def plain_map(value: Mapping[str, object]) -> dict[str, object]:
    """Return a mapping as `plain` does."""
    return {_text_key(name): plain(item) for name, item in value.items()}


def _text_key(name: object) -> str:
    if type(name) is not str:
        raise TypeError("keys of template data are text")
    return name


_NAMES = {
    type(None): "null",
    bool: "a bool",
    int: "an integer",
    float: "a float",
    str: "a string",
    list: "a list",
    tuple: "a list",
    dict: "a map",
    StringMap: "a map",
}

_GO_NAMES = {
    type(None): "<nil>",
    bool: "bool",
    int: "int",
    float: "float64",
    str: "string",
    list: "[]interface {}",
    tuple: "[]interface {}",
    dict: "map[string]interface {}",
    StringMap: "map[string]string",
}


def described(value: object) -> str:
    """Return what a value is, for a message: `a string`, `null`. Never the value itself: it may be a secret."""
    return _NAMES[type(value)]


def go_type(value: object) -> str:
    """Return Go's name of the value's type, as `printf "%T"` prints it."""
    return _GO_NAMES[type(value)]


def utf8(text: str) -> bytes:
    """Return the bytes that Go sees; undecodable bytes of a variable come back as they were."""
    return text.encode("utf-8", "surrogateescape")
