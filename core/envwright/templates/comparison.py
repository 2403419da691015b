"""Comparing values by Go's rules: only within one kind; null equals null and nothing else."""

from __future__ import annotations

from envwright.templates.fault import Fault
from envwright.templates.markers import is_opaque
from envwright.templates.values import LISTS, MAPS, described, utf8


def equal(left: object, right: object) -> bool:
    """Return `left == right`. Raises Fault: EW203 for two kinds, for lists and for maps; EW602 for a secret value."""
    if is_opaque(left) or is_opaque(right):
        return _equal_opaque(left, right)
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        raise Fault("EW203", f"cannot compare {described(left)} with {described(right)}", _HINT)
    if kind in LISTS or kind in MAPS:
        raise Fault("EW203", f"{described(left)} cannot be compared", "compare what it holds")
    return left == right


def less(left: object, right: object) -> bool:
    """Return `left < right`. Raises Fault: EW203 for what has no order, EW602 for a secret value."""
    if is_opaque(left) or is_opaque(right):
        raise secret_comparison()
    kind = type(left)
    for value in (left, right):
        if type(value) not in (int, float, str):
            raise Fault("EW203", f"{described(value)} has no order", "numbers and strings have one")
    if kind is not type(right):
        raise Fault("EW203", f"cannot compare {described(left)} with {described(right)}", _HINT)
    if kind is str:
        return utf8(left) < utf8(right)  # type: ignore[arg-type]  # both are strings
    return left < right  # type: ignore[operator,no-any-return]  # both are numbers of one kind


_HINT = "convert one of them, with toString or int"


def secret_comparison() -> Fault:
    """Return the fault of a comparison that would tell something of a secret value."""
    hint = 'whether it is empty may be asked, with eq VALUE "" or if VALUE'
    return Fault("EW602", "the value of a passed variable cannot be compared where a Secret is made", hint)


def _equal_opaque(left: object, right: object) -> bool:
    # a marker stands for a value that is not blank, so it is unequal to these whatever the value is
    if left in ("", None) or right in ("", None):
        return False
    raise secret_comparison()
