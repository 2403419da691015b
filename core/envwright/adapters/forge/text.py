"""The text of a pull request that people write in too: ours stands between two marks, and theirs around it stays."""

from __future__ import annotations

BEGIN = "<!-- envwright writes what follows anew: write above or below -->\n"
END = "\n<!-- /envwright -->"


def body_with(there: str, ours: str) -> str:
    """Return the body `there` with what is ours in place of what was; where nothing was, at the end.

    Line breaks are line feeds afterwards: a forge's page makes them carriage returns and line feeds.
    """
    there = there.replace("\r\n", "\n")
    start, end = there.find(BEGIN), there.rfind(END)
    marked = f"{BEGIN}{ours.rstrip()}{END}"
    if start < 0 or end < start:
        return f"{there.rstrip()}\n\n{marked}" if there.strip() else marked
    return f"{there[:start]}{marked}{there[end + len(END) :]}"


def title_with(there: str, ours: str, name: str) -> str:
    """Return the title `there` if somebody rewrote it, else ours: those begin with the environment's name."""
    return ours if there.startswith(f"{name}: ") or not there.strip() else there
