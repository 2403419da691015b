"""JSON Patch, RFC 6902, on JSON Pointers, RFC 6901."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Container = dict[str, Any] | list[Any]


class CannotApply(Exception):
    """An operation that does not fit the document; the text says why and names the pointer."""


def json_patch(document: Any, operations: list[Any]) -> Any:
    """Return the document after all operations, in their order; the one given is not changed.

    Raises CannotApply for the first operation that does not fit; its argument ends with the operation's position.
    """
    for position, operation in enumerate(operations):
        try:
            document = apply(document, operation)
        except CannotApply as reason:
            raise CannotApply(f"operation {position + 1}: {reason}") from None
    return document


def apply(document: Any, operation: Any) -> Any:
    """Return the document after one operation."""
    if not isinstance(operation, Mapping):
        raise CannotApply("not a map with op and path")
    verb = operation.get("op")
    if not isinstance(verb, str) or verb not in VERBS:
        raise CannotApply(f"op is {verb!r}, not one of {', '.join(VERBS)}")
    return VERBS[verb](document, operation)


def add(document: Any, operation: Mapping[str, Any]) -> Any:
    """Insert into a list or set in a map."""
    return put(document, pointer(operation, "path"), member(operation, "value"), insert=True)


def remove(document: Any, operation: Mapping[str, Any]) -> Any:
    """Take out what is there."""
    return without(document, pointer(operation, "path"))


def replace(document: Any, operation: Mapping[str, Any]) -> Any:
    """Set what is there to another value."""
    path = pointer(operation, "path")
    find(document, path)
    return put(document, path, member(operation, "value"), insert=False)


def move(document: Any, operation: Mapping[str, Any]) -> Any:
    """Take out what is at `from` and add it at `path`, which must not lie inside it."""
    source, path = pointer(operation, "from"), pointer(operation, "path")
    if source == path:
        find(document, source)
        return document
    if path[: len(source)] == source:
        raise CannotApply(f"{operation['path']} lies inside {operation['from']}")
    return put(without(document, source), path, find(document, source), insert=True)


def copy(document: Any, operation: Mapping[str, Any]) -> Any:
    """Add at `path` what is at `from`."""
    return put(document, pointer(operation, "path"), find(document, pointer(operation, "from")), insert=True)


def test(document: Any, operation: Mapping[str, Any]) -> Any:
    """Refuse to go on where another value is there."""
    path = pointer(operation, "path")
    found, expected = find(document, path), member(operation, "value")
    if not equal(found, expected):
        raise CannotApply(f"{operation['path']} is {found!r}, not {expected!r}")
    return document


VERBS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "add": add,
    "remove": remove,
    "replace": replace,
    "move": move,
    "copy": copy,
    "test": test,
}


def member(operation: Mapping[str, Any], name: str) -> Any:
    """Return a member that the operation must have."""
    if name not in operation:
        raise CannotApply(f"{operation['op']} needs {name}")
    return operation[name]


def pointer(operation: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the reference tokens of a JSON Pointer, unescaped; none of them for the whole document."""
    text = member(operation, name)
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise CannotApply(f"{name} is {text!r}, not a JSON Pointer such as /spec/replicas")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])


def find(document: Any, path: tuple[str, ...]) -> Any:
    """Return the value at `path`."""
    for depth, token in enumerate(path):
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list):
            document = document[position(token, len(document) - 1, path[: depth + 1])]
        else:
            raise CannotApply(f"nothing at {written(path[: depth + 1])}")
    return document


def put(document: Any, path: tuple[str, ...], value: Any, *, insert: bool, depth: int = 0) -> Any:
    """Return a copy of the document with the value at `path`, in a list before what stands there if `insert`."""
    if depth == len(path):
        return value
    token, last = path[depth], depth + 1 == len(path)
    if isinstance(document, dict) and (last or token in document):
        below = put(document.get(token), path, value, insert=insert, depth=depth + 1)
        return {**document, token: below}
    if isinstance(document, list):
        most = len(document) if insert and last else len(document) - 1
        index = most if token == "-" and insert and last else position(token, most, path[: depth + 1])
        if insert and last:
            return [*document[:index], value, *document[index:]]
        below = put(document[index], path, value, insert=insert, depth=depth + 1)
        return [*document[:index], below, *document[index + 1 :]]
    raise CannotApply(f"nothing at {written(path[:depth] if last else path[: depth + 1])}")


def without(document: Any, path: tuple[str, ...], depth: int = 0) -> Any:
    """Return a copy of the document without what is at `path`."""
    if not path:
        raise CannotApply("the whole document cannot be removed")
    token, last = path[depth], depth + 1 == len(path)
    if isinstance(document, dict) and token in document:
        if last:
            return {name: value for name, value in document.items() if name != token}
        return {**document, token: without(document[token], path, depth + 1)}
    if isinstance(document, list):
        index = position(token, len(document) - 1, path[: depth + 1])
        below = [] if last else [without(document[index], path, depth + 1)]
        return [*document[:index], *below, *document[index + 1 :]]
    raise CannotApply(f"nothing at {written(path[: depth + 1])}")


def position(token: str, most: int, path: tuple[str, ...]) -> int:
    """Return a list position: digits without a leading zero, at most `most`."""
    if not (token.isascii() and token.isdigit()) or (token != "0" and token.startswith("0")):
        raise CannotApply(f"{written(path)}: {token!r} is not a position in a list")
    if len(token) > 9 or int(token) > most:  # int() refuses thousands of digits with an error of its own
        raise CannotApply(
            f"{written(path)}: the list ends at {most}" if most >= 0 else f"{written(path)}: an empty list"
        )
    return int(token)


def equal(one: Any, other: Any) -> bool:
    """Compare as JSON does: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(equal(*pair) for pair in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def written(path: tuple[str, ...]) -> str:
    """Return the tokens as a JSON Pointer."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in path) or "the root"
