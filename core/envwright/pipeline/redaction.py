"""Diagnostics without the values of passed variables.

A template's own diagnostics never see a value (`templates.render`). What is found later may quote one: a name that
Kubernetes refuses, a key that stands twice, a path that leads nowhere. There the variable's name takes its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from envwright.model.diagnostic import Diagnostic
from envwright.pipeline.state import Variables
from envwright.templates.markers import readable

# Shorter values are no secrets, but numbers and words that messages are made of.
LEAST = 4
# A value of this length or more is looked for anywhere, a shorter one where a message quotes something.
LONG = 8
WORD = re.compile(rf"\w{{{LONG},}}")


def redacted(found: Iterable[Diagnostic], variables: Variables) -> tuple[Diagnostic, ...]:
    """Return diagnostics with `<NAME>` in place of each value of a passed variable that is not public."""
    items = tuple(found)
    names = dict(_forms(variables)) if items else {}
    if not names:
        return items
    forms = sorted(names, key=lambda form: (-len(form), form))
    pattern = re.compile("|".join(map(_pattern, forms)))

    def hide(text: str) -> str:
        return readable(pattern.sub(lambda match: f"<{names[match[0].lower()]}>", text))

    return tuple(
        item._replace(
            summary=hide(item.summary),
            hint=hide(item.hint),
            detail=hide(item.detail),
            related=tuple(other._replace(message=hide(other.message)) for other in item.related),
        )
        for item in items
    )


def _forms(variables: Variables) -> Iterator[tuple[str, str]]:
    """Yield what a message may show of each value, in lower case, with the variable's name.

    That is the value itself, its lines and its long words, each also with escapes.
    """
    for name in sorted(variables.values.keys() - variables.public):
        value = variables.values[name]
        for text in (value, *value.splitlines(), *WORD.findall(value)):
            for form in (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]):
                if len(form.strip()) >= LEAST:
                    yield form.strip().lower(), name


def _pattern(form: str) -> str:
    text = f"(?i:{re.escape(form)})"
    return text if len(form) >= LONG else rf"(?<=[\"'`/:=@]){text}(?!\w)|(?<!\w){text}(?=[\"`/@])"
