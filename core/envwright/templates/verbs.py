"""printf's verbs: one value, one verb and its flags, as Go's fmt writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envwright.templates.fault import Fault
from envwright.templates.floats import with_verb
from envwright.templates.markers import is_opaque
from envwright.templates.quoting import can_backquote, character, quoted, quoted_char
from envwright.templates.values import MAPS, described, go_type, utf8


class Directive:
    """What stands between `%` and the end of its verb.

    `width` and `precision` are None where not given. `go_syntax` is `%#v`; `problems` collects what did not fit, for a
    caller that does not put up with it.
    """

    __slots__ = ("go_syntax", "minus", "plus", "precision", "problems", "sharp", "space", "verb", "width", "zero")

    def __init__(self, problems: list[str]) -> None:
        self.verb = ""
        self.plus = self.minus = self.sharp = self.space = self.zero = self.go_syntax = False
        self.width: int | None = None
        self.precision: int | None = None
        self.problems = problems

    def set_verb(self, verb: str) -> None:
        """Set the verb; with `%v` the flags `#` and `+` choose another syntax and are no flags any more."""
        self.verb = verb
        if verb == "v":
            self.go_syntax, self.sharp, self.plus = self.sharp, False, False

    def format(self, value: object) -> str:
        """Return `value` as the verb says, or Go's `%!verb(type=value)`. Raises Fault (EW205) for addresses."""
        if self.verb == "T":
            return self._padded(go_type(value)[: self.precision])
        if self.verb == "p":
            raise Fault("EW205", "%p would print an address, which differs from run to run")
        if value is None:
            return self._padded("<nil>") if self.verb == "v" else self._misfit(value)
        return self._value(value, self.verb)

    def _value(self, value: object, verb: str) -> str:
        simple = _SIMPLE.get(type(value))
        if simple is not None:
            text = simple(self, value, verb)
            return self._misfit(value) if text is None else text
        if value is None:
            return "interface {}(nil)" if self.go_syntax else "<nil>"
        if type(value) in MAPS:
            pairs = sorted(value.items())  # type: ignore[attr-defined]  # a map
            items = [f"{self._value(name, verb)}:{self._value(item, verb)}" for name, item in pairs]
            return f"{go_type(value)}{{{', '.join(items)}}}" if self.go_syntax else f"map[{' '.join(items)}]"
        items = [self._value(item, verb) for item in value]  # type: ignore[attr-defined]  # a list is what is left
        return f"{go_type(value)}{{{', '.join(items)}}}" if self.go_syntax else f"[{' '.join(items)}]"

    def _misfit(self, value: object) -> str:
        self.problems.append(f"%{self.verb} does not fit {described(value)}")
        shown = "<nil>" if value is None else f"{go_type(value)}={self._value(value, 'v')}"
        return f"%!{self.verb}({shown})"

    # Each of these returns None where the verb does not fit.

    def _bool(self, value: bool, verb: str) -> str | None:
        return self._padded("true" if value else "false") if verb in "tv" else None

    def _string(self, value: str, verb: str) -> str | None:
        if is_opaque(value):
            return self._padded(quoted(value) if verb == "q" or self.go_syntax else value) if verb in "vsxXq" else None
        if verb in "xX":
            return self._bytes(value, verb)
        if verb not in "vsq":
            return None
        if self.precision is not None:
            value = value[: self.precision]
        if verb != "q" and not (verb == "v" and self.go_syntax):
            return self._padded(value)
        if self.sharp and can_backquote(value):
            return self._padded(f"`{value}`")
        return self._padded(quoted(value, ascii_only=self.plus))

    def _bytes(self, value: str, verb: str) -> str:
        data = utf8(value)[: self.precision]
        prefix = f"0{verb}" if self.sharp else ""
        if not data:
            return self._padded("")
        text = " ".join(f"{prefix}{byte:02x}" for byte in data) if self.space else prefix + data.hex()
        return self._padded(text if verb == "x" else text.upper())

    def _integer(self, value: int, verb: str) -> str | None:
        if verb == "c":
            return self._padded(character(value))
        if verb == "q":
            return self._padded(quoted_char(value, ascii_only=self.plus))
        if verb == "U":
            return self._unicode(value)
        base = _BASES.get(verb)
        if base is None:
            return None
        form, prefix, flagged = base
        if self.precision == 0 and value == 0:
            return " " * (self.width or 0)
        sign = "-" if value < 0 else "+" if self.plus else " " if self.space else ""
        digits = format(abs(value), form)
        least = self.precision
        if least is None and self.zero and not self.minus and self.width is not None:
            least = self.width - len(sign)
        digits = digits.rjust(least or 0, "0")
        if flagged == "always" or (self.sharp and flagged == "sharp"):
            digits = prefix + digits
        elif self.sharp and flagged == "zero" and not digits.startswith("0"):
            digits = "0" + digits
        return self._padded(sign + digits, zero=False)

    def _unicode(self, value: int) -> str:
        point = value if value >= 0 else value + 2**64
        text = f"U+{point:0{max(4, self.precision or 0)}X}"
        if self.sharp and point <= 0x10FFFF and chr(point).isprintable():
            text += f" '{chr(point)}'"
        return self._padded(text, zero=False)

    def _float(self, value: float, verb: str) -> str | None:
        if verb in "bxX":
            raise Fault("EW205", f"%{verb} of a float is not supported", "use %g, %e or %f")
        if verb not in "vgGeEfF":
            return None
        default = 6 if verb in "eEfF" else -1
        text = with_verb(value, "g" if verb == "v" else verb, default if self.precision is None else self.precision)
        if self.sharp:
            raise Fault("EW205", "the flag # of a float is not supported", "give a precision instead")
        if text in ("NaN", "+Inf", "-Inf"):
            text = text.lstrip("+")
            return self._padded(f"+{text}" if self.plus and not text.startswith("-") else text, zero=False)
        if not text.startswith("-"):
            text = ("+" if self.plus else " " if self.space else "") + text
        if self.zero and not self.minus and self.width is not None and text[0] in "+- ":
            return text[0] + text[1:].rjust(self.width - 1, "0")
        return self._padded(text)

    def _padded(self, text: str, *, zero: bool = True) -> str:
        if not self.width:
            return text
        if self.minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if zero and self.zero else " ")


_SIMPLE: dict[type, Callable[[Directive, Any, str], str | None]] = {
    bool: Directive._bool,
    int: Directive._integer,
    float: Directive._float,
    str: Directive._string,
}

# verb: format, prefix, when the prefix stands
_BASES = {
    "v": ("d", "", ""),
    "d": ("d", "", ""),
    "b": ("b", "0b", "sharp"),
    "o": ("o", "0", "zero"),
    "O": ("o", "0o", "always"),
    "x": ("x", "0x", "sharp"),
    "X": ("X", "0X", "sharp"),
}
