"""MIGRATION.md: what the conversion did and what is left to do, for the people who have to check it."""

from __future__ import annotations

from collections.abc import Sequence

from envwright.formats.pre_api_version.notes import Note, Notes
from envwright.formats.pre_api_version.secrets import Secret

_HEAD = """\
# From the format before apiVersion to envwright.dev/v1

`envwright migrate` made this folder from `{source}`. The older files are as they were. Paths in `services.yaml` are
relative to it, build contexts too: the folder's content takes the older files' place at the root of the repository.

Check it with `envwright validate --manifests`, and an environment with `envwright render --env NAME -o -`.
"""

_PUBLIC = """\
`vars` are public: the plan records their values, and with them those of these environment variables that they are made
of: {names}.
"""


def summary(source: str, notes: Notes, secrets: Sequence[Secret], in_vars: Sequence[str]) -> str:
    """Return MIGRATION.md; `in_vars` are the environment variables that values of `vars` read."""
    parts = [_HEAD.format(source=source)]
    if notes.lost:
        parts.append("## Not carried over\n")
        parts += [_item(note) for note in sorted(notes.lost, key=lambda note: note.mark)]
    if notes.changed:
        parts.append("## Said in another way\n")
        parts.append("".join(_item(note) for note in sorted(notes.changed, key=lambda note: note.mark)))
    if secrets:
        parts.append(_secrets(secrets))
    if in_vars:
        parts.append("## Public values\n")
        parts.append(_PUBLIC.format(names=", ".join(f"`{name}`" for name in sorted(in_vars))))
    return "\n".join(parts)


def _item(note: Note) -> str:
    line = f"- `{note.mark}` {_escaped(note.what)}: {_escaped(note.why)}\n"
    if not note.excerpt:
        return line
    fence = "```" if "```" not in note.excerpt else "````"
    block = "\n".join(["", f"{fence}yaml", *note.excerpt.splitlines(), fence])
    return line + block.replace("\n", "\n  ") + "\n"


def _secrets(secrets: Sequence[Secret]) -> str:
    lines = [
        "## Secrets\n",
        "Their values stand in no file: they must be in the cluster before the units come up. Where the older manifest",
        "had a value of its own, it is in that manifest.\n",
        "| Secret | key | came from | had a value of its own | manifest |",
        "|---|---|---|---|---|",
    ]
    for secret in secrets:
        for key in secret.keys:
            variable = f"`{key.variable}`" if key.variable else ""
            cells = (
                f"`{secret.name.text}`",
                f"`{key.name}`",
                variable,
                "yes" if key.has_value else "",
                f"`{secret.mark}`",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    """Return text whose template and HTML characters a Markdown reader shows as they are."""
    return words.replace("<", "&lt;").replace("|", "\\|")
