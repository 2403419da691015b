"""Text of strangers, made safe for the place where it is shown."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST = 120
# the character that makes a link of what stands around it; `image@sha256:...` and `registry:5000` make none
LINKED = re.compile(
    r"(?<![\w.-])@(?=\w)|#(?=\d)|(?<=\bGH)-(?=\d)|(?<=\bhttp):(?=//)|(?<=\bhttps):(?=//)", re.IGNORECASE
)


def visible(text: str, longest: int = LONGEST) -> str:
    """Return `text` on one line, cut to `longest` characters.

    What does not print (line breaks, terminal sequences, marks that turn the direction of writing) is escaped as in a
    Python string.
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    if cut.isprintable():  # nearly always, and plans have many thousands of texts
        return cut
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)


def unlinked(text: str) -> str:
    """Return lines for the message of a commit, in which a forge makes no mention, reference or link of anything.

    What it would take for one (`@name`, `#1`, `GH-1`, `https://`) is escaped as in a Python string.
    """
    return LINKED.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def markdown_code(text: str, longest: int = LONGEST) -> str:
    """Return `text` as code in Markdown, also for a cell of a table; a dash for empty text.

    Inside code there are no mentions, links, emphasis or HTML. Backticks, which end it, and bars, which end a cell,
    become escapes.
    """
    shown = visible(text, longest).replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{shown}`" if shown.strip() else "–"


def markdown_link(shown: str, path: str) -> str:
    """Return Markdown that links to a file beside the page: never to another site, whatever the path says."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return f"[{shown}]({'/'.join(quote(part, safe='', errors='replace') for part in parts)})"


def mermaid_label(text: str, longest: int = LONGEST) -> str:
    """Return `text` as a quoted label of Mermaid, which spells special characters as `#35;`."""
    shown = visible(text, longest)
    return '"' + "".join(each if each.isalnum() or each in " -./:" else f"#{ord(each)};" for each in shown) + '"'


def dot_label(text: str, longest: int = LONGEST) -> str:
    """Return `text` as a quoted label of Graphviz."""
    shown = visible(text, longest).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'
