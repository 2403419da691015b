"""What a template may cost. A template over a limit is refused (EW206) within milliseconds."""

from __future__ import annotations

from envwright.model.value import Value


class Limits(Value):
    """Upper bounds of one run of a template.

    The defaults are a hundred times what the largest real manifests need. `source` and `output` are characters of the
    template and of its result; `text` characters of any one value on the way, lists and maps counted with all they
    hold, and `items` how many values such a list or map holds, at any depth. `steps` counts commands and function
    calls, and more for a call that reads or writes much: one for each value of a list or map, one for 128 characters.
    `iterations` are rounds of all loops together; `depth` is how deep blocks, parentheses and partials stand inside
    each other; `width` characters that a printf width, a precision or an indentation may ask for.
    """

    source: int = 1_048_576
    output: int = 4_194_304
    text: int = 262_144
    items: int = 10_000
    steps: int = 50_000
    iterations: int = 10_000
    depth: int = 64
    width: int = 1_000


LIMITS = Limits()

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1
