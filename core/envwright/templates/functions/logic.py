"""Truth, comparison, defaults."""

from __future__ import annotations

from typing import NoReturn

from envwright.templates.comparison import equal, less
from envwright.templates.fault import Fault
from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.values import WHITE_SPACE


def and_(first: object, *rest: object) -> object:
    """Return the first of its arguments that is not true, else the last. Evaluates no further than it must."""
    for value in (first, *rest):
        if not value:
            return value
    return (first, *rest)[-1]


def or_(first: object, *rest: object) -> object:
    """Return the first of its arguments that is true, else the last. Evaluates no further than it must."""
    for value in (first, *rest):
        if value:
            return value
    return (first, *rest)[-1]


def not_(value: object) -> bool:
    """Return `true` for what is not true: `false`, 0, empty text, an empty list or map, null."""
    return not value


def eq(first: object, *others: object) -> bool:
    """Return whether the first equals any of the others. Two kinds, such as a string and an integer, are an error."""
    if not others:
        raise Fault("EW203", "eq takes at least 2 arguments, not 1", "write eq FIRST OTHERS...")
    return any(equal(first, other) for other in others)


def ne(first: object, second: object) -> bool:
    """Return whether the two are not equal."""
    return not equal(first, second)


def lt(first: object, second: object) -> bool:
    """Return whether the first is less than the second: two numbers of one kind, or two strings."""
    return less(first, second)


def le(first: object, second: object) -> bool:
    """Return whether the first is less than or equal to the second."""
    return less(first, second) or equal(first, second)


def gt(first: object, second: object) -> bool:
    """Return whether the first is greater than the second."""
    return not le(first, second)


def ge(first: object, second: object) -> bool:
    """Return whether the first is greater than or equal to the second."""
    return not less(first, second)


def ternary(condition: bool, a: object, b: object) -> object:
    """Return A if the condition is `true`, else B. Both are evaluated."""
    return a if condition else b


def default(value: object, fallback: object) -> object:
    """Return the fallback if the value is null, blank text or an empty list or map; 0 and `false` are values."""
    return fallback if is_unset(value) else value


def required(message: str, value: object) -> object:
    """Return the value; refuse with this message if it is null, blank text or an empty list or map."""
    if is_unset(value):
        raise Fault("EW211", message)
    return value


def fail(message: str) -> NoReturn:
    """Refuse with this message."""
    raise Fault("EW211", message)


def is_unset(value: object) -> bool:
    """Return whether a value counts as not given: null, blank text, an empty list or map; never a number or a bool."""
    if type(value) is str:
        return not value.strip(WHITE_SPACE)
    return value is None or (type(value) not in (bool, int, float) and not value)


LOGIC: tuple[Function, ...] = (
    function("and", and_, passes=ANYWHERE, reads_whole=False),
    function("or", or_, passes=ANYWHERE, reads_whole=False),
    function("not", not_, passes=ANYWHERE, reads_whole=False),
    function("eq", eq, passes=ANYWHERE),
    function("ne", ne, passes=ANYWHERE),
    function("lt", lt, passes=ANYWHERE),
    function("le", le, passes=ANYWHERE),
    function("gt", gt, passes=ANYWHERE),
    function("ge", ge, passes=ANYWHERE),
    function("ternary", ternary, passes=ANYWHERE, reads_whole=False),
    function("default", default, passes=ANYWHERE, reads_whole=False),
    function("required", required, passes=ANYWHERE, piped=1, reads_whole=False),
    function("fail", fail, passes=ANYWHERE),
)
