"""Commits as a stream for `git fast-import`: from memory, no work tree, no index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from envwright.adapters.git.values import Identity, NewCommit
from envwright.model.diagnostic import refuse

SCRATCH = "refs/envwright/new"
# the ref is taken back before it is written, for a commit is found by its id
ENDING = f"reset {SCRATCH}\n\ndone\n".encode()
DATE = re.compile(r"\d{1,12} [+-](0\d|1[0-4])[0-5]\d")
NOT_IN_IDENTITY = re.compile(r"[<>\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Delta(NamedTuple):
    """A commit as what it changes of its parent, which may be `:N` for the Nth of the same stream.

    `changed` and `removed` are paths below its directory (empty: the directory itself).
    """

    new: NewCommit
    changed: Mapping[str, bytes]
    removed: Set[str]


def stream_of(deltas: Iterable[Delta]) -> bytes:
    """Return what makes commits out of their parents, and prints the ids, a line each. No ref is left behind.

    Nobody looks at the paths any more. Raises Refused: EW725 author, date or message.
    """
    lines = [b"feature done\n"]
    for mark, delta in enumerate(deltas, 1):
        lines += _lines(mark, *delta)
    return b"".join([*lines, ENDING])


def _lines(mark: int, new: NewCommit, changed: Mapping[str, bytes], removed: Set[str]) -> Iterator[bytes]:
    draft, date = new.draft, _dated(new.draft.date)
    if "\0" in draft.message:
        raise refuse("EW725", "the commit's message holds a null character")
    message = draft.message.encode("utf-8")
    if new.parent is None:
        yield f"reset {SCRATCH}\n".encode()  # without it the last commit would be the parent
    yield f"commit {SCRATCH}\nmark :{mark}\n".encode()
    yield f"author {_written(draft.author)} {date}\n".encode()
    yield f"committer {_written(draft.committer)} {date}\n".encode()
    yield b"data %d\n%s\n" % (len(message), message)
    if new.parent is not None:
        yield f"from {new.parent}\n".encode()
    prefix = f"{new.directory}/" if new.directory else ""
    for path in sorted(removed):
        whole = (prefix + path).rstrip("/")
        yield f"D {_quoted(whole)}\n".encode() if whole else b"deleteall\n"
    for path, data in sorted(changed.items()):
        yield f"M 100644 inline {_quoted(prefix + path)}\ndata {len(data)}\n".encode()
        yield data
        yield b"\n"
    yield f"\nget-mark :{mark}\n".encode()


def notes_stream(notes: Mapping[str, bytes], parent: str | None, by: Identity, date: str) -> bytes:
    """Return what makes a commit of notes out of the one before, and prints its id. Raises Refused: EW725."""
    return b"".join(_note_lines(notes, parent, f"{_written(by)} {_dated(date)}"))


def _note_lines(notes: Mapping[str, bytes], parent: str | None, who: str) -> Iterator[bytes]:
    message = b"Notes added by envwright\n"
    yield f"feature done\nfeature notes\ncommit {SCRATCH}\nmark :1\ncommitter {who}\n".encode()
    yield b"data %d\n%s\n" % (len(message), message)
    if parent is not None:
        yield f"from {parent}\n".encode()
    for commit, note in sorted(notes.items()):
        yield b"N inline %s\ndata %d\n%s\n" % (commit.encode(), len(note), note)
    yield b"\nget-mark :1\n"
    yield ENDING


def _dated(date: str) -> str:
    if not DATE.fullmatch(date):
        raise refuse("EW725", f"{date!r} cannot be the date of a commit", hint="`<seconds since 1970> <+hhmm>`")
    return date


def _written(identity: Identity) -> str:
    for text in (identity.name, identity.email):
        if not text.strip() or NOT_IN_IDENTITY.search(text):
            raise refuse("EW725", f"{text!r} cannot be of an author", hint="a name and an address without < and >")
    return f"{identity.name} <{identity.email}>"


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
