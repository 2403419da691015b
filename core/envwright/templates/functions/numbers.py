"""Integers of 64 bits: what goes beyond them is refused."""

from __future__ import annotations

from envwright.templates.fault import Fault
from envwright.templates.functions.function import Function, function
from envwright.templates.limits import INT_MAX, INT_MIN


def bounded(value: int) -> int:
    """Return `value`. Raises Fault (EW206) if 64 bits cannot hold it."""
    if not INT_MIN <= value <= INT_MAX:
        raise Fault("EW206", "an integer of more than 64 bits")
    return value


def int_(value: object) -> int:
    """Return a number, or a string of decimal digits, as an integer. What stands behind the point is cut."""
    if type(value) is int:
        return bounded(value)
    if type(value) is float and INT_MIN <= value <= INT_MAX:
        return bounded(int(value))
    if type(value) is str and len(value) <= 20 and value.isascii() and value.lstrip("+-").isdigit():
        try:
            return bounded(int(value))
        except ValueError:  # more than one sign
            pass
    raise Fault("EW203", "int needs a number, or a string of decimal digits", argument=0)


def add(first: int, *rest: int) -> int:
    """Return the sum."""
    total = first
    for value in rest:
        total = bounded(total + value)
    return total


def sub(a: int, b: int) -> int:
    """Return A less B."""
    return bounded(a - b)


def mul(first: int, *rest: int) -> int:
    """Return the product."""
    product = first
    for value in rest:
        product = bounded(product * value)
    return product


def div(a: int, b: int) -> int:
    """Return A divided by B, without what stands behind the point."""
    _check_divisor(b)
    quotient = abs(a) // abs(b)
    return bounded(quotient if (a < 0) == (b < 0) else -quotient)


def mod(a: int, b: int) -> int:
    """Return what A divided by B leaves; it has the sign of A."""
    _check_divisor(b)
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def max_(first: int, *rest: int) -> int:
    """Return the greatest."""
    return max(first, *rest) if rest else first


def min_(first: int, *rest: int) -> int:
    """Return the least."""
    return min(first, *rest) if rest else first


def _check_divisor(value: int) -> None:
    if value == 0:
        raise Fault("EW203", "division by zero", argument=1)


NUMBERS: tuple[Function, ...] = (
    function("int", int_),
    function("add", add),
    function("sub", sub),
    function("mul", mul),
    function("div", div),
    function("mod", mod),
    function("max", max_),
    function("min", min_),
)
