"""Directories of many commits, read together: level by level, so that git is started for a level and not for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from envwright.adapters.git.objects import KINDS, TREE, Entry, Listing
from envwright.adapters.git.values import File
from envwright.model.diagnostic import refuse

MOST_LISTED = 500_000  # entries: a tree of some kilobytes can list billions of files

# Reads trees by their ids.
Read = Callable[[Sequence[str]], Mapping[str, list[Entry]]]


def listings_in(
    read: Read, known: dict[str, list[Entry]], places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Listing]:
    """Return what is in directories (empty: the root) of trees, each place the id of a root and a directory.

    `known` are the trees that were read before; it is given those that are read now. Raises Refused: EW730 for one that
    lists more than a render makes.
    """
    wanted = list(places)
    found = {place: place[0] for place in wanted}  # the tree of each, as far as the way to it was gone
    for level in range(max((_depth(directory) for _, directory in wanted), default=0)):
        going = {place: tree for place, tree in found.items() if level < _depth(place[1])}
        _know(read, known, going.values())
        for place, tree in going.items():
            folder = _folder(known[tree], place[1].split("/")[level])
            if folder is None:
                del found[place]
            else:
                found[place] = folder
    _know_below(read, known, found.values())
    return {place: _listing(known, found[place]) if place in found else Listing(None, {}) for place in wanted}


def _depth(directory: str) -> int:
    return directory.count("/") + 1 if directory else 0


def _folder(entries: Iterable[Entry], name: str) -> str | None:
    return next((tree for mode, tree, path in entries if path == name and mode == TREE), None)


def _know(read: Read, known: dict[str, list[Entry]], trees: Iterable[str]) -> None:
    missing = sorted(set(trees) - known.keys())
    if missing:
        known.update(read(missing))


def _know_below(read: Read, known: dict[str, list[Entry]], trees: Iterable[str]) -> None:
    """Read trees, and all in them; each once, however often it is there."""
    level, seen = set(trees), set[str]()
    while level:
        _know(read, known, level)
        seen |= level
        level = {name for tree in level for mode, name, _ in known[tree] if mode == TREE} - seen


def _listing(known: Mapping[str, list[Entry]], tree: str) -> Listing:
    files: dict[str, File] = {}
    count = listed = 0
    pending = [("", tree)]
    while pending:
        folder, at = pending.pop()
        for mode, name, path in known[at]:
            whole = f"{folder}{path}"
            if mode == TREE:
                pending.append((f"{whole}/", name))
            else:
                files[whole] = File(KINDS[mode], name)
                count += 1
        listed += len(known[at])
        if listed > MOST_LISTED:
            raise refuse("EW730", "the repository holds more than can be read", hint="see what is in the directory")
    return Listing(tree, files, twice=count > len(files))
