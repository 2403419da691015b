"""What git prints about trees, blobs and commits, read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from envwright.adapters.git.values import CommitInfo, File, Identity

KINDS: dict[str, Literal["file", "executable", "link", "submodule"]] = {
    "100644": "file",
    "100755": "executable",
    "120000": "link",
    "160000": "submodule",
}
TREE = "040000"
Entry: TypeAlias = tuple[str, str, str]  # of a tree: mode, id, path
# an entry of `git ls-tree -z` that is no directory: mode, id and path; in one go, for there are ten thousands of them
LEAF = re.compile(rf"\x00(?!{TREE})(\d+) \w+ ([0-9a-f]+)\t([^\x00]*)")
CO_AUTHOR = "Co-authored-by"
# fields and commits end with a null character, which is in none of them
LOG_FIELDS = ("%H", "%P", "%T", "%an", "%ae", "%cn", "%ce", "%cd", "%B", "%(trailers:only,unfold)")
LOG_FORM = ("-z", "--format=" + "%x00".join(LOG_FIELDS), "--date=raw", "--encoding=UTF-8", "--no-show-signature")

CHANGES_FORM = "--format=%x00%H"


class Listing(NamedTuple):
    """A directory of a commit: the id of its tree, None where there is none, and the files below it.

    `twice` tells of a tree that has one name for two things, as no git makes it.
    """

    tree: str | None
    files: Mapping[str, File]
    twice: bool = False


def listing_of(listed: bytes, directory: str) -> Listing:
    """Read `git ls-tree -r -t -z --full-tree COMMIT -- DIRECTORY`; of the root it does not tell the tree."""
    text = "\0" + listed.decode("utf-8", "surrogateescape")
    tree = re.search(rf"\x00{TREE} tree ([0-9a-f]+)\t{re.escape(directory)}\x00", text) if directory else None
    start = len(directory) + 1 if directory else 0
    # a mode that git has no name for is a file's, written by an old version
    below = [(path[start:], File(KINDS.get(mode, "file"), name)) for mode, name, path in LEAF.findall(text)]
    files = dict(below)
    if directory and below and not tree:
        return Listing(None, {})  # it is a file
    return Listing(tree[1] if tree else None, files, twice=len(below) > len(files))


def entries_of(listed: bytes) -> Iterator[Entry]:
    """Read `git ls-tree -z`."""
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        yield facts[:6], facts[facts.rindex(" ") + 1 :], path


def blob_id(data: bytes, like: str) -> str:
    """Return the id that git gives to contents, in the hash of the repository that the id `like` is from."""
    return object_id("blob", data, like)


def object_id(kind: str, data: bytes, like: str) -> str:
    """Return the id that git gives to an object, in the hash of the repository that the id `like` is from."""
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def objects_of(printed: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Read `git cat-file --batch`: id, kind and contents of each object that is there.

    If git ended before it had printed all of it, the last one may be cut short.
    """
    at = 0
    while (end := printed.find(b"\n", at)) >= 0:
        name, kind, *size = printed[at:end].decode().split(" ")
        at = end + 1
        if size:
            yield name, kind, printed[at : at + int(size[0])]
            at += int(size[0]) + 1


def commits_of(printed: bytes) -> Iterator[CommitInfo]:
    """Read `git log` with LOG_FORM."""
    fields = printed.decode("utf-8", "replace").split("\0")
    for at in range(0, len(fields) - 1, len(LOG_FIELDS)):
        yield _commit(*fields[at : at + len(LOG_FIELDS)])


def changes_of(printed: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Read `git log -z --name-only` with CHANGES_FORM: each commit with the paths that it changed."""
    words = printed.decode("utf-8", "surrogateescape").split("\0")
    starts = [at for at, word in enumerate(words) if not word]  # no path is empty
    for start, end in pairwise([*starts, len(words)]):
        if start + 1 < end:
            yield words[start + 1], tuple(path.removeprefix("\n") for path in words[start + 2 : end])


def _commit(*fields: str) -> CommitInfo:
    commit, parents, tree, name, email, by, by_email, date, message, trailers = fields
    return CommitInfo(
        commit=commit,
        parents=tuple(parents.split()),
        tree=tree,
        author=Identity(name=name, email=email),
        committer=Identity(name=by, email=by_email),
        date=date,
        message=message,
        trailers=_above_authors(message, tuple(_pairs(trailers))),
    )


def _pairs(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            yield name, value


def _above_authors(message: str, trailers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the trailers of a message; where the last paragraph only names authors, those of the one above it too.

    A forge that squashes puts such a paragraph below the message of what it squashed; to git it is all that counts.
    """
    if {name for name, _ in trailers} != {CO_AUTHOR}:
        return trailers
    paragraphs = [part for part in message.rstrip().split("\n\n") if part.strip("-")]
    above = paragraphs[-2] if len(paragraphs) > 2 else ""
    found = tuple(_pairs(above))
    return (*found, *trailers) if len(found) == len(above.split("\n")) else trailers


def tree_of(data: bytes, id_length: int) -> list[Entry]:
    """Read a tree as git stores it, with ids of so many bytes: the entries by their names."""
    found = re.findall(rb"([0-7]+) ([^\0]*)\0(.{%d})" % id_length, data, re.DOTALL)
    return [(_mode(mode), name.hex(), path.decode("utf-8", "surrogateescape")) for mode, path, name in found]


def _mode(stored: bytes) -> str:
    """Return a mode as git prints it; it takes what it has no name for as one of these."""
    number = int(stored, 8)
    kind = number >> 12
    if kind == 0o10:
        return "100755" if number & 0o100 else "100644"
    return {0o4: TREE, 0o12: "120000"}.get(kind, "160000")


def overlap(one: str, other: str) -> bool:
    """Return whether two directories are the same, or one is inside the other."""
    return not one or not other or f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def apart(directories: Iterable[str]) -> list[str]:
    """Return directories as far as none is the same as an earlier one, or inside it, or around it."""
    found: dict[str, None] = {}
    around: set[str] = set()
    for directory in directories:
        if directory in found or directory in around or any(parent in found for parent in above(directory)):
            break
        found[directory] = None
        around.update(above(directory))
    return list(found)


def above(directory: str) -> Iterator[str]:
    """Yield the directories that a directory is in, from the root (empty) downwards, without itself."""
    parts = directory.split("/") if directory else []
    yield from ("/".join(parts[:depth]) for depth in range(len(parts)))
