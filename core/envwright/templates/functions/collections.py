"""Lists and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envwright.model.suggest import did_you_mean
from envwright.templates.fault import Fault, shortened
from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.values import LISTS, MAPS, StringMap, described, utf8

if TYPE_CHECKING:
    from envwright.templates.run import Run


def len_(value: Any) -> int:
    """Return how many bytes a text has, or how many entries a list or map."""
    if type(value) is str:
        return len(value) if value.isascii() else len(utf8(value))
    if type(value) in MAPS or type(value) in LISTS:
        return len(value)
    raise Fault("EW203", f"{described(value)} has no length", argument=0)


def index(run: Run, value: Any, *keys: object) -> object:
    """Return what stands at a key of a map or a position of a list (from 0), and there at the next key, and so on."""
    if value is None:
        raise Fault("EW203", "null has nothing to index", argument=0)
    for position, key in enumerate(keys, start=1):
        if type(value) in MAPS:
            value = _entry(run, value, key, position)
        elif type(value) in LISTS:
            value = value[_position(key, len(value), position)]
        elif type(value) is str:
            data = utf8(value)
            value = data[_position(key, len(data), position)]
        else:
            raise Fault("EW203", f"{described(value)} has nothing to index", argument=position - 1)
    return value


def _entry(run: Run, value: dict[str, object], key: object, argument: int) -> object:
    if type(key) is not str:
        raise Fault("EW203", f"a key of a map is a string, not {described(key)}", argument=argument)
    run.note_key(value, key)
    if key in value:
        return value[key]
    shown = shortened(key)
    summary = f'the map has no key "{shown}"'
    if run.scope.strict:
        hint = did_you_mean(shown, value) or f'get MAP "{shown}" DEFAULT asks for a key that may be missing'
        raise Fault("EW204", summary, hint, argument=argument)
    missing = "" if type(value) is StringMap else None
    result = "null" if missing is None else "empty"
    run.warn("EW204", f"{summary}: the result is {result}", lambda: did_you_mean(shown, value))
    return missing


def _position(key: object, length: int, argument: int, *, end: bool = False) -> int:
    """Return `key` as an index below `length`; `end` allows `length` itself."""
    if type(key) is not int:
        raise Fault("EW203", f"a position is an integer, not {described(key)}", argument=argument)
    if not 0 <= key < length + end:
        raise Fault("EW203", f"there is no position {key}: the length is {length}", argument=argument)
    return key


def slice_(value: Any, *positions: object) -> object:
    """Return the part of a text or list from the first position to before the second; in a text they count bytes."""
    data = utf8(value) if type(value) is str else value
    if type(value) is not str and type(value) not in LISTS:
        raise Fault("EW203", f"{described(value)} has no parts", argument=0)
    if len(positions) > (2 if type(value) is str else 3):
        raise Fault("EW203", "slice takes fewer positions", argument=len(positions))
    bounds = [_position(key, len(data), at, end=True) for at, key in enumerate(positions, start=1)]
    start, stop = [*bounds, *(0, len(data))[len(bounds) :]][:2]
    if sorted(bounds) != bounds:
        raise Fault("EW203", "the positions of slice must rise", argument=1)
    if type(value) is not str:
        return data[start:stop]
    try:
        return data[start:stop].decode()
    except UnicodeDecodeError:
        raise Fault("EW203", "slice counts bytes, and this position is inside a character", argument=1) from None


def list_(run: Run, *items: object) -> object:
    """Return a list of these values."""
    return run.weighed(list(items))


def dict_(run: Run, *keys_and_values: object) -> object:
    """Return a map of these keys and values, which stand in turn."""
    if len(keys_and_values) % 2:
        raise Fault("EW203", "dict takes keys and values in turn, and the last key has no value")
    keys = keys_and_values[::2]
    for position, key in enumerate(keys):
        if type(key) is not str:
            raise Fault("EW203", f"a key of a map is a string, not {described(key)}", argument=position * 2)
    return run.weighed(dict(zip(keys, keys_and_values[1::2], strict=True)))


def get(run: Run, map: dict[str, object], key: str, default: object) -> object:  # noqa: A002  # the reference shows it
    """Return what stands at this key of the map; the default if the key is missing or null."""
    run.note_key(map, key)
    value = map.get(key)
    return default if value is None else value


def keys(map: dict[str, object]) -> list[str]:  # noqa: A002  # the reference shows it
    """Return the keys of the map, sorted."""
    return sorted(map)


COLLECTIONS: tuple[Function, ...] = (
    function("len", len_),
    function("index", index, reads_whole=False),
    function("slice", slice_),
    function("list", list_, passes=ANYWHERE, reads_whole=False),
    function("dict", dict_, passes=range(1, 1_000_000, 2), reads_whole=False),
    function("get", get, passes=(2,), reads_whole=False),
    function("keys", keys),
)
