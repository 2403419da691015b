"""Floating point numbers as Go writes them."""

from __future__ import annotations

from math import isinf, isnan


def shortest(value: float) -> str:
    """Return the fewest digits that read back as `value`, as `%v` does.

    Go writes an exponent below 0.0001 and from a million on: 123456 is `123456`, 1234567 is `1.234567e+06`.
    """
    if isinf(value) or isnan(value):
        return _special(value)
    sign, digits, exponent = _digits(value)
    if not -4 <= exponent < 6:
        return sign + _scientific(digits, exponent)
    return sign + _plain(digits, exponent)


def with_verb(value: float, verb: str, precision: int) -> str:
    """Return `value` in the form of the verb `e E f F g G`; precision -1 stands for as many digits as it takes."""
    if isinf(value) or isnan(value):
        return _special(value)
    if precision < 0:
        return shortest(value) if verb == "g" else shortest(value).replace("e", "E")
    return f"{value:.{precision}{verb}}"


def json_number(value: float) -> str:
    """Return `value` as Go's JSON encoder writes it: an exponent below -6 and from 21 digits on."""
    sign, digits, exponent = _digits(value)
    if value != 0 and (exponent < -6 or exponent >= 21):
        mantissa, _, power = _scientific(digits, exponent).partition("e")
        return f"{sign}{mantissa}e{power[0]}{power[1:].lstrip('0')}"
    return sign + _plain(digits, exponent)


def _special(value: float) -> str:
    return "NaN" if isnan(value) else ("+Inf" if value > 0 else "-Inf")


def _digits(value: float) -> tuple[str, str, int]:
    """Return sign, significant digits without zeros at either end, and the power of ten of the first digit."""
    mantissa, _, power = f"{value!r}".lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = int(power or 0) + len(whole) - 1 - (len(whole + fraction) - len(digits))
    sign = "-" if f"{value!r}".startswith("-") else ""
    digits = digits.rstrip("0")
    return (sign, digits, exponent) if digits else (sign, "0", 0)


def _scientific(digits: str, exponent: int) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
