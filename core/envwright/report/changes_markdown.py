"""What follows from changed files, as Markdown: whatever the repository says stands as code."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.model.changes import Changes, FileChange, ImageChange, Match, UnitChange, VersionChange
from envwright.plan.views.escape import markdown_code as code
from envwright.plan.views.markdown import table
from envwright.plan.views.wording import some
from envwright.report.changes_text import LETTERS, headline, made_of, matches_of, outside, raised, whose


def as_markdown(changes: Changes) -> str:
    """Return tables of units, files, images and versions."""
    return "\n\n".join((f"# What follows: {changes.effect}", code(headline(changes), 300), *_sections(changes))) + "\n"


def _sections(changes: Changes) -> Iterator[str]:
    if changes.units:
        header = ("What follows", "Unit", "Strategy", "Because of", "Waiting for it")
        yield "## Units\n\n" + table(header, changes.units, _unit)
    rows = [(file, match) for unit in changes.units for file, match in matches_of(unit, changes)]
    if rows:
        yield "## Files\n\n" + table(("", "File", "Unit", "What follows", "Because", "Rule"), rows, _match)
    if others := outside(changes):
        yield "## Of no unit\n\n" + table(("", "File"), others, _outside)
    if changes.images:
        yield "## Images that are others now\n\n" + table(("Image", "Why", "Units"), changes.images, _image)
    if changes.versions:
        yield "## Versions whose files changed\n\n" + table(("Version", "Now", ""), changes.versions, _version)
    if changes.sections:
        yield "## Changed for the stack as a whole\n\n" + table(
            ("Section",), changes.sections, lambda name: (code(name),)
        )


def _unit(unit: UnitChange) -> tuple[str, ...]:
    files = some([file.path for file in unit.files], "file")
    reasons = [f"{reason.source}: {reason.why}" for reason in unit.reasons]
    because = ", ".join(code(part, 300) for part in (files, *reasons) if part)
    return unit.effect, code(unit.name), code(unit.strategy), because, code(some(unit.dependents, "unit"))


def _match(row: tuple[FileChange, Match]) -> tuple[str, ...]:
    file, match = row
    rule = code(whose(match.rule), 200)
    return LETTERS[file.status], code(file.path, 200), code(match.unit), match.effect, code(match.rule.why, 200), rule


def _outside(file: FileChange) -> tuple[str, ...]:
    return LETTERS[file.status], code(file.path, 200)


def _image(image: ImageChange) -> tuple[str, ...]:
    return code(image.name), code(made_of(image)), code(some(image.units, "unit"))


def _version(version: VersionChange) -> tuple[str, ...]:
    return code(version.name), code(version.after), code(raised(version))
