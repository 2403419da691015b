"""Jinja's operators, as functions: they are called like those of the table, with the same limits and markers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from envwright.templates.fault import Fault
from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.functions.numbers import bounded
from envwright.templates.limits import INT_MAX
from envwright.templates.values import LISTS, MAPS, described

if TYPE_CHECKING:
    from envwright.templates.run import Run

_NUMBERS = frozenset({int, float})


def plus(run: Run, left: Any, right: Any) -> object:
    """Return the sum of numbers, or texts or lists one after the other."""
    if type(left) is str and type(right) is str:
        run.measured(len(left) + len(right))
        return left + right
    if type(left) in LISTS and type(right) in LISTS:
        return run.weighed([*left, *right])
    return _number("+", left, right, lambda: left + right)


def times(run: Run, left: Any, right: Any) -> object:
    """Return the product of numbers, or a text this many times."""
    if type(left) is str and type(right) is int:
        run.measured(len(left) * right)
        return left * right
    return _number("*", left, right, lambda: left * right)


def minus(left: Any, right: Any) -> object:
    """Return the difference."""
    return _number("-", left, right, lambda: left - right)


def divided(left: Any, right: Any) -> object:
    """Return the quotient as a float."""
    return _number("/", left, right, lambda: left / right)


def floor_divided(left: Any, right: Any) -> object:
    """Return the quotient, rounded down."""
    return _number("//", left, right, lambda: left // right)


def modulo(left: Any, right: Any) -> object:
    """Return the rest; it has the sign of the divisor."""
    return _number("%", left, right, lambda: left % right)


def power(left: Any, right: Any) -> object:
    """Return the power. Raises Fault (EW206) before it computes one that 64 bits cannot hold."""
    _check_numbers("**", left, right)
    if type(left) is int and type(right) is int and abs(left) > 1 and right * (abs(left).bit_length() - 1) > 64:
        raise Fault("EW206", "an integer of more than 64 bits")
    if abs(left) > INT_MAX or (left < 0 and type(right) is float):
        raise Fault("EW203", "** needs a real result")
    return _number("**", left, right, lambda: left**right)


def negative(value: Any) -> object:
    """Return the number with the other sign."""
    return _number("-", value, 0, lambda: -value)


def positive(value: Any) -> object:
    """Return the number."""
    return _number("+", value, 0, lambda: value)


def joined(run: Run, *values: object) -> str:
    """Return the values, printed, one after the other."""
    texts = [run.printable(value) for value in values]
    run.measured(sum(map(len, texts)))
    return "".join(texts)


def within(item: object, container: Any) -> bool:
    """Return whether a list or map holds a value, or a text a part."""
    if type(container) in MAPS:
        return item in container if type(item) is str else False
    if type(container) in LISTS:
        return any(type(item) is type(held) and item == held for held in container)
    if type(container) is str and type(item) is str:
        return item in container
    raise Fault("EW203", f"{described(container)} cannot hold {described(item)}", "lists, maps and strings can")


def items(map: dict[str, object]) -> list[object]:  # noqa: A002  # the reference shows it
    """Return the keys and values of a map in pairs, sorted by key."""
    return [[name, value] for name, value in sorted(map.items())]


def numbers(run: Run, *bounds: int) -> list[object]:
    """Return the integers that Python's `range` names."""
    if not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        raise Fault("EW203", "range takes 1 to 3 integers, and no step of 0", "write range(STOP) or range(START, STOP)")
    found = range(*bounds)
    if len(found) > run.scope.limits.iterations:
        raise Fault("EW206", f"range makes more than {run.scope.limits.iterations} numbers")
    return list(found)


def _check_numbers(sign: str, left: object, right: object) -> None:
    if type(left) not in _NUMBERS or type(right) not in _NUMBERS:
        raise Fault("EW203", f"{sign} does not fit {described(left)} and {described(right)}", "~ joins text")


def _number(sign: str, left: object, right: object, compute: Callable[[], Any]) -> object:
    _check_numbers(sign, left, right)
    try:
        result = compute()
    except ZeroDivisionError:
        raise Fault("EW203", "division by zero") from None
    except OverflowError:
        raise Fault("EW206", "a number beyond all floats") from None
    return bounded(result) if type(result) is int else result


OPERATORS: dict[type[nodes.Node], Function] = {
    nodes.Add: function("+", plus, passes=ANYWHERE),
    nodes.Sub: function("-", minus),
    nodes.Mul: function("*", times),
    nodes.Div: function("/", divided),
    nodes.FloorDiv: function("//", floor_divided),
    nodes.Mod: function("%", modulo),
    nodes.Pow: function("**", power),
    nodes.Neg: function("-", negative),
    nodes.Pos: function("+", positive),
    nodes.Concat: function("~", joined, passes=ANYWHERE),
}

WITHIN = function("in", within)
RANGE = function("range", numbers)
ITEMS = function("items", items)
