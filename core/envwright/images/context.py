"""Which files of a build context count: `inputs` less what `.dockerignore` leaves out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import NamedTuple

from envwright.images.ignore import IgnoreFile, Matched
from envwright.images.paths import join
from envwright.images.pattern import BadPattern, matcher
from envwright.model.diagnostic import refuse
from envwright.model.output import MADE_OF_PLAN
from envwright.model.ports import Entry

# A directory that holds all three was rendered by envwright. It is never content: the name would depend on itself.


class Input(NamedTuple):
    """One of `inputs`: the files it `matches`, all of them in the directory `prefix` (empty: anywhere)."""

    written: str
    matches: Callable[[str], object]
    prefix: str


def parse_inputs(patterns: tuple[str, ...]) -> tuple[Input, ...]:
    """Return `patterns`, globs relative to the root file's directory, ready to match. Raises Refused: EW314."""
    return tuple(_input(pattern) for pattern in patterns)


def _input(written: str) -> Input:
    # `[!a]` as everywhere in services.yaml; only `.dockerignore` has Go's way alone
    pattern = posixpath.normpath(written).replace("[!", "[^")
    literal = next((at for at, character in enumerate(pattern) if character in "*?[\\"), None)
    if literal is None:
        # a directory stands for all that is in it
        return Input(written, lambda path: path == pattern or path.startswith(_below(pattern)), pattern)
    try:
        return Input(written, matcher(pattern), posixpath.dirname(pattern[:literal]))
    except BadPattern as error:
        raise refuse("EW314", f'the input "{written}" is not a pattern: {error}') from None


def walk(
    context: str, ignored: IgnoreFile, inputs: tuple[Input, ...], listing: Callable[[str], tuple[Entry, ...]]
) -> Iterator[tuple[str, Entry]]:
    """Yield the files and symbolic links that count, each with its path relative to `context`, in no order.

    `listing` returns what a directory holds, its path being relative to the root file's directory. Symbolic links are
    not followed, `.git` is never content.
    """
    # not recursive: a path may have more parts than Python's stack has room for
    waiting: list[tuple[str, Matched]] = [("", ())]
    while waiting:
        directory, inherited = waiting.pop()
        entries = listing(join(context, directory))
        if directory and MADE_OF_PLAN.issubset(entry.name for entry in entries):
            continue
        for entry in entries:
            if entry.name == ".git":
                continue
            path = f"{directory}/{entry.name}" if directory else entry.name
            out, matched = ignored.decide(path, inherited)
            if entry.kind == "directory":
                if not (out and ignored.closes(path)) and _may_hold(inputs, join(context, path)):
                    waiting.append((path, matched))
            elif not out and (not inputs or is_among(join(context, path), inputs)):
                yield path, entry


def is_among(path: str, inputs: tuple[Input, ...]) -> bool:
    """Return whether one of `inputs` matches a file, its path being relative to the root file's directory."""
    return any(item.matches(path) for item in inputs)


def _may_hold(inputs: tuple[Input, ...], directory: str) -> bool:
    return not inputs or any(
        _below(item.prefix).startswith(_below(directory)) or _below(directory).startswith(_below(item.prefix))
        for item in inputs
    )


def _below(directory: str) -> str:
    """Return what the paths in a directory begin with."""
    return "" if directory in ("", ".") else f"{directory}/"
