"""Text. Arguments stand in the order of Go's strings package, the text first; `indent` and `nindent` as in Helm."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from envwright.templates.fault import Fault
from envwright.templates.formatting import printed, text_of
from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.quoting import quoted
from envwright.templates.values import WHITE_SPACE

if TYPE_CHECKING:
    from envwright.templates.run import Run

_SHORT_SHA = 12


def join(run: Run, items: list[object], separator: str) -> str:
    """Return the items, printed, with the separator between them."""
    parts = [text_of(item) for item in items]
    run.measured(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def split(run: Run, text: str, separator: str) -> object:
    """Return the parts of the text between the separators, as a list."""
    return run.weighed(text.split(separator) if separator else list(text))


def trim(text: str) -> str:
    """Return the text without white space at both ends."""
    return text.strip(WHITE_SPACE)


def trim_prefix(text: str, prefix: str) -> str:
    """Return the text without the prefix, if it starts with it."""
    return text.removeprefix(prefix)


def trim_suffix(text: str, suffix: str) -> str:
    """Return the text without the suffix, if it ends with it."""
    return text.removesuffix(suffix)


def to_lower(text: str) -> str:
    """Return the text in lower case."""
    return text.lower() if text.isascii() else _each(text, str.lower)


def to_upper(text: str) -> str:
    """Return the text in upper case."""
    return text.upper() if text.isascii() else _each(text, str.upper)


def replace(run: Run, text: str, old: str, new: str) -> str:
    """Return the text with every OLD replaced by NEW."""
    found = text.count(old)
    run.measured(len(text) + found * max(0, len(new) - len(old)))
    return text.replace(old, new)


def contains(text: str, part: str) -> bool:
    """Return whether the part stands in the text."""
    return part in text


def has_prefix(text: str, prefix: str) -> bool:
    """Return whether the text starts with the prefix."""
    return text.startswith(prefix)


def has_suffix(text: str, suffix: str) -> bool:
    """Return whether the text ends with the suffix."""
    return text.endswith(suffix)


def quote(value: object) -> str:
    """Return the value, printed, in double quotes with escapes: a string for YAML, JSON and Go."""
    return quoted(printed((value,)))


def squote(value: object) -> str:
    """Return the value, printed, in single quotes, as YAML knows them: `'` is doubled."""
    return "'" + printed((value,)).replace("'", "''") + "'"


def indent(run: Run, spaces: int, text: str) -> str:
    """Return every line of the text behind this many spaces. Newlines at its end are cut."""
    if not 0 <= spaces <= run.scope.limits.width:
        raise Fault("EW206", f"an indentation above {run.scope.limits.width}, or below 0", argument=0)
    if not text:
        return ""
    lines = text.rstrip("\n").split("\n")
    run.measured(len(text) + spaces * len(lines))
    return "\n".join([" " * spaces + line for line in lines])


def nindent(run: Run, spaces: int, text: str) -> str:
    """Return a newline, and then what `indent` makes: for the value of a key."""
    return "\n" + indent(run, spaces, text)


def slug(text: str) -> str:
    """Return the text trimmed, in lower case, with `-` for spaces and underscores."""
    return to_lower(text.strip(WHITE_SPACE)).replace(" ", "-").replace("_", "-")


def trunc_sha(text: str) -> str:
    """Return the first 12 characters of the text."""
    return text[:_SHORT_SHA]


def to_string(value: object) -> str:
    """Return the value as it is printed."""
    return printed((value,))


def _each(text: str, change: Callable[[str], str]) -> str:
    # as Go does it, character by character: one that becomes two, such as ß, stays
    return "".join([changed if len(changed := change(char)) == 1 else char for char in text])


TEXT: tuple[Function, ...] = (
    function("join", join, passes=ANYWHERE),
    function("split", split),
    function("trim", trim, keeps=True),
    function("trimPrefix", trim_prefix, keeps=True),
    function("trimSuffix", trim_suffix, keeps=True),
    function("toLower", to_lower, keeps=True),
    function("toUpper", to_upper, keeps=True),
    function("replace", replace, keeps=True),
    function("contains", contains),
    function("hasPrefix", has_prefix),
    function("hasSuffix", has_suffix),
    function("quote", quote, passes=ANYWHERE),
    function("squote", squote, passes=ANYWHERE),
    function("indent", indent, passes=ANYWHERE, piped=1),
    function("nindent", nindent, passes=ANYWHERE, piped=1),
    function("slug", slug, keeps=True),
    function("truncSHA", trunc_sha, keeps=True),
    function("toString", to_string, passes=ANYWHERE),
)
