"""The files of a plugin's package, as text with the names filled in."""

from __future__ import annotations

from pathlib import Path

from envwright.scaffold.names import Names

FILES = Path(__file__).parent / "files"
KINDS = {
    "guardrail": "checks rendered objects, with settings of its own",
    "stack": "brings a language or a framework",
    "transform": "changes rendered objects, with settings of its own",
    "tool": "brings a migration tool",
}
ENDING = ".txt"
"""What a file's name has here and not in the package, so that no tool takes it for code of envwright."""


def files_of(names: Names, kind: str, version: str) -> dict[str, str]:
    """Return the text of each file of a package by its path, but for what its cases are expected to render.

    `version` is that of the envwright which it is written for.
    """
    found: dict[str, str] = {}
    for folder in (FILES / "common", FILES / kind):
        for file in sorted(folder.rglob(f"*{ENDING}")):
            path = file.relative_to(folder).as_posix().removesuffix(ENDING)
            text = file.read_text(encoding="utf-8")
            found[_filled(path, names, kind, version)] = _filled(text, names, kind, version)
    return dict(sorted(found.items()))


def _filled(text: str, names: Names, kind: str, version: str) -> str:
    values = {**names._asdict(), "does": KINDS[kind], "version": version}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
