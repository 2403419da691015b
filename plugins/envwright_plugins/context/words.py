"""Text of the stack, made safe for who reads it: cut, escaped, and in Markdown always inside of code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from envwright.plan.views.escape import markdown_code, visible

LONGEST = 300
BACKTICKS = re.compile("`+")
SIGNS = re.compile(r"[\\`*_{}\[\]<>()#|!@~]")


def shown(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line, what does not print written out."""
    return visible(text, longest)


def code(text: str, longest: int = LONGEST) -> str:
    """Return a text as code in Markdown, a dash for an empty one."""
    return markdown_code(text, longest)


def codes(texts: Iterable[str], most: int = 12) -> str:
    """Return texts as code, and how many more there are."""
    every = list(texts)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return (", ".join(code(text) for text in every[:most]) or "–") + rest


def prose(text: str) -> str:
    """Return a sentence of a plugin as text of Markdown that is nothing but text."""
    return SIGNS.sub(r"\\\g<0>", shown(text))


def fenced(lines: Iterable[str], language: str = "sh") -> str:
    """Return lines as a block of code, its fence longer than any run of backticks inside."""
    body = "\n".join(shown(line) for line in lines)
    longest = max((len(run) for run in BACKTICKS.findall(body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"
