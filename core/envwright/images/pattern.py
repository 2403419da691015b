"""Path patterns as `.dockerignore` reads them: `*`, `?`, `[...]`, `**` and the backslash.

The rules are those of Docker and BuildKit (https://pkg.go.dev/github.com/moby/patternmatcher): Go's `filepath.Match`
with `**` for any number of directories. A pattern names a path from the context's root, whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable


class BadPattern(ValueError):
    """A pattern that Docker refuses; the message says why."""


def matcher(pattern: str) -> Callable[[str], object]:
    """Return a function that is true of the paths that `pattern` (cleaned) matches. Raises BadPattern."""
    if not any(character in pattern for character in "*?[]\\"):
        return pattern.__eq__
    return re.compile(_regex(pattern), re.DOTALL).fullmatch


def literal_prefix(pattern: str) -> str | None:
    """Return the directory or file below which all matches of `pattern` lie, None if it has wildcards before its end.

    Only `/**` and `/*` at the end are looked through.
    """
    prefix = pattern.removesuffix("/**").removesuffix("/*")
    return None if any(character in prefix for character in "*?[]^\\") else prefix


def _regex(pattern: str) -> str:
    if pattern.startswith("**") and not any(character in pattern[2:] for character in "*?[]\\"):
        # `**/x` is x in any directory, `**x` whatever ends in x
        rest = pattern[2:]
        return f"(?:.*/)?{re.escape(rest[1:])}" if rest.startswith("/") else f".*{re.escape(rest)}"
    out: list[str] = []
    at = 0
    while at < len(pattern):
        piece, at = _next(pattern, at)
        out.append(piece)
    return "".join(out)


def _next(pattern: str, at: int) -> tuple[str, int]:
    """Return the regular expression of what begins at `at`, and where the next begins."""
    character = pattern[at]
    if pattern.startswith("**", at):
        end = at + 2 + pattern.startswith("/", at + 2)
        return (".*" if end == len(pattern) else "(?:.*/)?"), end
    if character == "*":
        return "[^/]*", at + 1
    if character == "?":
        return "[^/]", at + 1
    if character == "\\":
        escaped, end = _literal(pattern, at)
        return re.escape(escaped), end
    if character == "[":
        return _class(pattern, at)
    return re.escape(character), at + 1


def _class(pattern: str, start: int) -> tuple[str, int]:
    """Return the regular expression of the `[...]` at `start`, and where what follows it begins."""
    negated = pattern.startswith("^", start + 1)
    at = start + 1 + negated
    ranges: list[str] = []
    while not (ranges and pattern.startswith("]", at)):
        low, at = _class_member(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _class_member(pattern, at + 1)
        if low > high:
            raise BadPattern(f"the range {low}-{high} is empty")
        ranges.append(re.escape(low) if low == high else f"{re.escape(low)}-{re.escape(high)}")
    return f"[{'^' * negated}{''.join(ranges)}]", at + 1


def _class_member(pattern: str, at: int) -> tuple[str, int]:
    if at >= len(pattern):
        raise BadPattern("a `[` without its `]`")
    if pattern[at] in "-]":
        raise BadPattern(f"`{pattern[at]}` inside `[...]` is written `\\{pattern[at]}`")
    return _literal(pattern, at)


def _literal(pattern: str, at: int) -> tuple[str, int]:
    """Return the character at `at`, which a backslash may escape, and where the next begins."""
    if pattern[at] != "\\":
        return pattern[at], at + 1
    if at + 1 == len(pattern):
        raise BadPattern("a `\\` at the end")
    return pattern[at + 1], at + 2
