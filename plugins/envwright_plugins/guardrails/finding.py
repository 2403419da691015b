"""What a check finds in an object, and the changes that would put it right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Gone:
    """The value of an edit that takes a part out."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()


class Edit(NamedTuple):
    """A change of an object: `value` stands at `path` afterwards, or nothing does if it is GONE."""

    path: Path
    value: Any = GONE


class Finding(NamedTuple):
    """Something that an isolated environment may not ask for.

    `what` completes the sentence `Service "api" ...`, or one about `part` of it, such as a container; `hint` names what
    to write instead. `drop` leaves out the part
    that is at fault where the rest means the same without it; `narrow` makes of it what is allowed. A change that is
    empty is not possible: narrow then does what drop does, and drop leaves out the object. `change` says what the
    object is afterwards, in the words of a list: `without hostNetwork`.
    """

    code: str
    what: str
    hint: str
    drop: tuple[Edit, ...] = ()
    narrow: tuple[Edit, ...] = ()
    change: str = ""
    part: str = ""

    def below(self, path: Path) -> Finding:
        """Return the finding of a part as one of what it is a part of."""
        drop, narrow = (tuple(Edit(path + edit.path, edit.value) for edit in edits) for edits in self[3:5])
        return self._replace(drop=drop, narrow=narrow)


def edited(content: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """Return a copy of an object with all edits made; of two at one path the one that takes it out counts."""
    chosen: dict[Path, Any] = {}
    for path, value in edits:
        if chosen.get(path) is not GONE:
            chosen[path] = value
    changed: Any = content
    # from the end, so that positions in lists stay true, and parts before what they are parts of
    for path in sorted(chosen, key=_position, reverse=True):
        changed = _changed(changed, path, chosen[path])
    result: dict[str, Any] = changed
    return result


def _position(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _changed(node: Any, path: Path, value: Any) -> Any:
    head: Any = path[0]  # a position in a list, or a key of a map
    rest = path[1:]
    # what is no map where one should be says nothing: the part that is added makes one of it
    copy: Any = list(node) if isinstance(head, int) else dict(node) if isinstance(node, dict) else {}
    if rest:
        copy[head] = _changed(copy[head], rest, value)
    elif value is GONE:
        del copy[head]
    else:
        copy[head] = value
    return copy
