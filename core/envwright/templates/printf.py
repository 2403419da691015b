"""printf: Go's format strings, with argument indexes, `*`, and Go's own way to say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from envwright.templates.fault import Fault
from envwright.templates.formatting import text_of
from envwright.templates.values import go_type
from envwright.templates.verbs import Directive


def printf(format_text: str, arguments: Sequence[object], widest: int) -> tuple[str, list[str]]:
    """Return the formatted text and what was wrong, each in a few words; nothing was, if the list is empty.

    Raises Fault: EW206 for a width or precision above `widest`, EW205 for what would not be the same in every run.
    """
    plain = _plain(format_text, arguments)
    if plain is not None:
        return plain, []
    reader = _Reader(format_text, arguments, widest)
    return reader.run(), reader.problems


def _plain(format_text: str, arguments: Sequence[object]) -> str | None:
    """Return what most calls give, in a tenth of the time: each verb a bare `%s`, `%d` or `%v` for a text or integer.

    None for any other call.
    """
    texts, verbs = _split(format_text)
    if len(verbs) != len(arguments):
        return None
    parts = [texts[0]]
    for verb, value, text in zip(verbs, arguments, texts[1:], strict=True):
        if type(value) is str and verb in ("s", "v"):
            parts += (value, text)
        elif type(value) is int and verb in ("d", "v"):
            parts += (str(value), text)
        else:
            return None
    return "".join(parts)


@lru_cache(maxsize=1024)
def _split(format_text: str) -> tuple[list[str], list[str]]:
    """Return the texts around the percent signs, and the character behind each of these."""
    pieces = re.split("%(.?)", format_text, flags=re.DOTALL)
    return pieces[::2], pieces[1::2]


class _Reader:
    """Reads a format string once, left to right."""

    def __init__(self, format_text: str, arguments: Sequence[object], widest: int) -> None:
        self.format = format_text
        self.arguments = arguments
        self.widest = widest
        self.position = 0
        self.next_argument = 0
        self.reordered = False
        self.good_index = True
        self.after_index = False
        self.problems: list[str] = []

    def run(self) -> str:
        parts: list[str] = []
        while True:
            percent = self.format.find("%", self.position)
            if percent < 0:
                parts.append(self.format[self.position :])
                break
            parts.append(self.format[self.position : percent])
            self.position = percent + 1
            parts.append(self.directive())
        if not self.reordered and self.next_argument < len(self.arguments):
            parts.append(self.extra())
        return "".join(parts)

    def directive(self) -> str:
        directive = Directive(self.problems)
        self.good_index = True
        self.after_index = False
        self.flags(directive)
        self.index()
        wrong = self.width(directive) + self.precision(directive)
        if not self.after_index:
            self.index()
        if self.position >= len(self.format):
            self.problems.append("a % has no verb")
            return wrong + "%!(NOVERB)"
        verb = self.format[self.position]
        self.position += 1
        return wrong + self.verb(directive, verb)

    def verb(self, directive: Directive, verb: str) -> str:
        if verb == "%":
            return "%"
        if not self.good_index:
            self.problems.append(f"%{verb} asks for an argument by a wrong index")
            return f"%!{verb}(BADINDEX)"
        if self.next_argument >= len(self.arguments):
            self.problems.append(f"%{verb} has no argument")
            return f"%!{verb}(MISSING)"
        directive.set_verb(verb)
        value = self.arguments[self.next_argument]
        self.next_argument += 1
        return directive.format(value)

    def flags(self, directive: Directive) -> None:
        while self.position < len(self.format):
            flag = _FLAGS.get(self.format[self.position])
            if flag is None:
                return
            setattr(directive, flag, True)
            self.position += 1

    def width(self, directive: Directive) -> str:
        """Read the width; return what Go writes for a wrong one."""
        if not self.at("*"):
            directive.width = self.number()
            if self.after_index and directive.width is not None:
                self.good_index = False
            return ""
        self.position += 1
        self.after_index = False
        width = self.star()
        if width is None:
            self.problems.append("the width of * is no integer")
            return "%!(BADWIDTH)"
        if width < 0:
            directive.minus, directive.zero = True, False
        directive.width = abs(width)
        return ""

    def precision(self, directive: Directive) -> str:
        """Read the precision; return what Go writes for a wrong one."""
        if not self.at(".") or self.position + 1 >= len(self.format):
            return ""
        self.position += 1
        if self.after_index:
            self.good_index = False
        self.index()
        if not self.at("*"):
            directive.precision = self.number() or 0
            return ""
        self.position += 1
        self.after_index = False
        precision = self.star()
        if precision is None or precision < 0:
            self.problems.append("the precision of * is no positive integer")
            return "%!(BADPREC)"
        directive.precision = precision
        return ""

    def star(self) -> int | None:
        """Return the integer argument that `*` takes, None if it is none."""
        if self.next_argument >= len(self.arguments):
            return None
        value = self.arguments[self.next_argument]
        self.next_argument += 1
        return self.checked(value) if type(value) is int else None

    def number(self) -> int | None:
        start = self.position
        while self.position < len(self.format) and self.format[self.position] in "0123456789":
            self.position += 1
        # more digits than a limit can have are not worth reading
        digits = self.format[start : min(self.position, start + 9)]
        return self.checked(int(digits)) if digits else None

    def checked(self, number: int) -> int:
        if abs(number) > self.widest:
            raise Fault("EW206", f"a width or precision above {self.widest}", argument=0)
        return number

    def index(self) -> None:
        """Read an argument index such as `[2]`, if one stands here."""
        self.after_index = False
        if not self.at("["):
            return
        self.reordered = True
        closing = self.format.find("]", self.position)
        if closing < 0:
            self.position += 1
            self.good_index = False
            return
        digits = self.format[self.position + 1 : closing]
        self.position = closing + 1
        valid = digits.isascii() and digits.isdigit() and len(digits) < 9
        if valid and 1 <= int(digits) <= len(self.arguments):
            self.next_argument = int(digits) - 1
            self.after_index = True
        else:
            self.good_index = False
            self.after_index = valid

    def at(self, char: str) -> bool:
        return self.format.startswith(char, self.position)

    def extra(self) -> str:
        """Return what Go appends for the arguments that no verb took."""
        left = self.arguments[self.next_argument :]
        self.problems.append(f"{len(left)} more argument{'s' if len(left) > 1 else ''} than verbs")
        shown = ["<nil>" if value is None else f"{go_type(value)}={text_of(value)}" for value in left]
        return f"%!(EXTRA {', '.join(shown)})"


_FLAGS = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
