"""Plain scalars that YAML 1.1 and YAML 1.2 read differently.

Tools disagree about the version (Go, Python and Ruby mostly follow 1.1, JavaScript and the specification 1.2), so a
file that another tool also reads must not depend on it.
"""

from __future__ import annotations

import re

from envwright.yaml.scalars import NULLS, core_value

_BOOLS_11 = {
    **dict.fromkeys(["y", "yes", "true", "on"], "true"),
    **dict.fromkeys(["n", "no", "false", "off"], "false"),
}
_INT_11 = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0x(?P<hexadecimal>[0-9a-fA-F_]+)|0(?P<octal>[0-7_]+)"
    r"|(?P<decimal>0|[1-9][0-9_]*)|(?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+))"
).fullmatch
_FLOAT_11 = re.compile(
    r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?(?P<sixty>[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
).fullmatch
_DATE_11 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
).fullmatch
_BASES = {"binary": 2, "hexadecimal": 16, "octal": 8, "decimal": 10}


def disagreement(text: str) -> str:
    """Say how the two versions read a plain scalar, or return the empty text where they agree.

    `on` gives `YAML 1.1 reads true, YAML 1.2 the text "on"`.
    """
    if not text or text[0] not in "+-.0123456789tTfFyYnNoO=<":
        return ""
    old, new = _reading_11(text), _reading_12(text)
    return "" if old == new else f"YAML 1.1 reads {old}, YAML 1.2 {new}"


def _reading_12(text: str) -> str:
    value = core_value(text)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'the text "{text}"' if isinstance(value, str) else f"the number {value}"


def _reading_11(text: str) -> str:
    if text in NULLS:
        return "null"
    if text in {text.lower(), text.upper(), text.capitalize()} and text.lower() in _BOOLS_11:
        return _BOOLS_11[text.lower()]
    if text in ("=", "<<"):
        return "a key of its own kind"
    if _DATE_11(text):
        return "a date"
    return _number_11(text)


def _number_11(text: str) -> str:
    digits = text.replace("_", "")
    if match := _INT_11(text):
        kind = match.lastgroup or ""
        if kind == "sixty":
            return f"the number {_base_60(digits)}"
        body = match[kind].replace("_", "") or "0"
        return f"the number {int(match['sign'] + body, _BASES[kind])}"
    if match := _FLOAT_11(text):
        if match["sixty"]:
            return f"the number {_base_60(digits)}"
        if any(digit.isdigit() for digit in text):
            return f"the number {float(digits)}"
    value = core_value(text)  # the infinities and NaN are the same in both
    return f"the number {value}" if text.lower().endswith((".inf", ".nan")) else f'the text "{text}"'


def _base_60(digits: str) -> int | float:
    total: int | float = 0
    for part in digits.lstrip("+-").split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return -total if digits.startswith("-") else total
