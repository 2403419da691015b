"""`.dockerignore`: which files of a context reach the builder.

As BuildKit does it, which is not quite what the documentation says: a path is decided with what its directory was
decided by, so `!a` does not bring back `a/b` that `a/b` has put out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from envwright.images.pattern import BadPattern, literal_prefix, matcher
from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark


class Rule(NamedTuple):
    """One line: the paths it `matches` are left out, or brought back if it is an `exception` (`!`).

    `prefix` is the path below which all it matches lies, None if there is no telling.
    """

    matches: Callable[[str], object]
    exception: bool
    prefix: str | None


# for each rule whether it matches a directory, and so all that is in it
Matched = tuple[bool, ...]


class IgnoreFile(NamedTuple):
    """The rules of a `.dockerignore`, in order: the last that matches decides."""

    rules: tuple[Rule, ...] = ()

    def decide(self, path: str, inherited: Matched = ()) -> tuple[bool, Matched]:
        """Return whether `path`, relative to the context, is left out, and what to pass on for paths inside it.

        `inherited` is what this returned for the directory of `path`; empty at the top.
        """
        out = False
        matched = []
        for number, rule in enumerate(self.rules):
            # a rule that would change nothing is not asked, and then does not hold inside `path` either
            asked = rule.exception == out
            hit = (bool(inherited) and inherited[number]) or (asked and bool(rule.matches(path)))
            matched.append(hit)
            if hit:
                out = not rule.exception
        return out, tuple(matched)

    def closes(self, directory: str) -> bool:
        """Return True if nothing in `directory`, which is left out, can be brought back: no need to look inside."""
        exceptions = [rule.prefix for rule in self.rules if rule.exception]
        return all(prefix is not None and not f"{prefix}/".startswith(f"{directory}/") for prefix in exceptions)


def parse(text: str, file: str = ".dockerignore") -> IgnoreFile:
    """Return the rules in `text`. Raises Refused: EW316 at the line of `file` that no builder would accept."""
    rules = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        written = line.strip()
        if line.startswith("#") or not written:
            continue
        exception = written.startswith("!")
        pattern = _clean(written.removeprefix("!").strip())
        try:
            # Docker cleans `!/` once more and is left without a pattern
            if exception and pattern in ("", "/"):
                raise BadPattern("a `!` without a pattern")
            rules.append(Rule(matcher(pattern), exception, literal_prefix(pattern)))
        except BadPattern as error:
            where = Mark(file, number, line.index(written) + 1, len(written))
            raise refuse("EW316", f'"{written}" is not a pattern: {error}', where) from None
    return IgnoreFile(tuple(rules))


def _clean(pattern: str) -> str:
    """Return the shortest path that means the same, without the slash in front: patterns begin at the context."""
    if not pattern:
        return ""
    clean = posixpath.normpath(pattern)
    return clean.lstrip("/") or "/"
