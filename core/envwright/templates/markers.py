"""Markers: what stands in a render in place of the value of a passed variable.

A render with markers never holds the value at all: `envOr` and `env` return a token instead, and everything after them
works on the token. So nothing can leak, whatever a template does; the rules below only keep a result that depends on
the value from being silently wrong:

- Whether a variable is set is no secret: a blank value is passed as it is, and a marker counts as true and not empty.
- A text that holds a marker is opaque. It may be printed, joined, indented, quoted, put into lists and maps, chosen
  between, and compared with empty text or null.
- A function that would make another text of it (`b64enc`, `sha256sum`, `toLower`, ...) returns the opaque text itself:
  of a Secret only the keys are kept, so what would stand there does not matter.
- A function whose result is no text, or decides something (`len`, `contains`, `split`, `eq` with a text, `index`), is
  refused (EW602).

The token is two Unicode noncharacters around the variable's name: no text has them by accident, YAML and JSON carry
them unchanged, and a template that writes them itself gains nothing but an error.
"""

from __future__ import annotations

import re
from typing import Final

OPEN: Final = "\ufdd0"
CLOSE: Final = "\ufdd1"

_MARKER = re.compile(f"{OPEN}(\\w+){CLOSE}")


def marker(name: str) -> str:
    """Return the token of the variable `name`; what is no letter, digit or underscore of the name is one."""
    return f"{OPEN}{re.sub(r'[^A-Za-z0-9_]', '_', name)}{CLOSE}"


def contains_marker(text: str) -> bool:
    """Return whether a value of a passed variable stands in `text`."""
    return OPEN in text


def markers_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables whose values stand in `text`, each once, in order."""
    return tuple(dict.fromkeys(_MARKER.findall(text)))


def readable(text: str) -> str:
    """Return `text` with its markers as `<NAME>`, for messages."""
    return _MARKER.sub(r"<\1>", text) if OPEN in text else text


def is_opaque(value: object) -> bool:
    """Return whether `value` is a text that holds a marker."""
    return type(value) is str and OPEN in value
