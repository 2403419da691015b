"""How values become text: what `{{ . }}` and `print` write."""

from __future__ import annotations

from collections.abc import Sequence

from envwright.templates.floats import shortest
from envwright.templates.values import MAPS


def text_of(value: object) -> str:
    """Return a value as `printf "%v"` writes it: `true`, `1.5`, `[a b]`, `map[key:value]`, `<nil>`."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]  # its type was just compared
    if kind is bool:
        return "true" if value else "false"
    if kind is float:
        return shortest(value)  # type: ignore[arg-type]  # its type was just compared
    if value is None:
        return "<nil>"
    if kind in MAPS:
        pairs = sorted(value.items())  # type: ignore[attr-defined]  # a map
        return f"map[{' '.join(f'{name}:{text_of(item)}' for name, item in pairs)}]"
    if kind is int:
        return str(value)
    return f"[{' '.join([text_of(item) for item in value])}]"  # type: ignore[attr-defined]  # a list is what is left


def printed(values: Sequence[object]) -> str:
    """Return values one after the other, with a space between two of which neither is a string."""
    parts: list[str] = []
    before_is_text = True
    for value in values:
        is_text = type(value) is str
        if not is_text and not before_is_text:
            parts.append(" ")
        parts.append(text_of(value))
        before_is_text = is_text
    return "".join(parts)


def printed_line(values: Sequence[object]) -> str:
    """Return values with a space between any two and a newline at the end."""
    return " ".join([text_of(value) for value in values]) + "\n"
