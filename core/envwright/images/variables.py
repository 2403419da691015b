"""Variables in a Dockerfile's `FROM`: `$NAME`, `${NAME}` and the forms with a default."""

from __future__ import annotations

import re
from collections.abc import Mapping

# a word inside `${NAME:-word}` may hold one more `${...}`
_WORD = r"(?:[^{}]|\$\{[^{}]*\})*"
_VARIABLE = re.compile(
    rf"\$(?:(?P<name>[A-Za-z_]\w*)|\{{(?P<braced>[A-Za-z_]\w*)(?:(?P<form>:?[-+])(?P<word>{_WORD}))?\}})"
)


def expand(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the variables of `values` put in.

    What has no value, and forms other than `-`, `:-`, `+` and `:+`, stays as written: nobody here knows what the
    builder would put there.
    """

    def value(match: re.Match[str]) -> str:
        name, form = match["name"] or match["braced"], match["form"]
        there = bool(values.get(name)) if form and form[0] == ":" else name in values
        if form is None:
            return values.get(name, match[0])
        word = expand(match["word"], values)
        if form.endswith("+"):
            return word if there else ""
        return values[name] if there else word

    return _VARIABLE.sub(value, text)
