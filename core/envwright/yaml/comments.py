"""Comments, which the parser's events leave out."""

from __future__ import annotations

from typing import NamedTuple


class Comment(NamedTuple):
    """A comment line: its text behind the `#`, without blanks around it, and where that text begins, from 1."""

    text: str
    line: int
    column: int


def head_comments(text: str) -> tuple[Comment, ...]:
    """Return the comment lines before the first key of a file, in order; blank lines and `---` may stand among them."""
    comments = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        content = line.strip()
        if content.startswith("#"):
            body = content.removeprefix("#").lstrip()
            comments.append(Comment(body, number, line.rfind(body) + 1 if body else line.index("#") + 2))
        elif content not in ("", "---"):
            break
    return tuple(comments)
