"""What follows from changed files, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envwright.model.changes import Changes, FileChange, ImageChange, Match, Rule, UnitChange, VersionChange
from envwright.plan.views.escape import visible
from envwright.plan.views.wording import plural, some
from envwright.report.text import Style

LETTERS = {"added": "A", "modified": "M", "deleted": "D"}
MOST_SHOWN = 20


def as_text(changes: Changes, style: Style) -> str:
    """Return the units, the heaviest first, each with its files and the rule that each of them falls under."""
    blocks = [style(headline(changes), "title")]
    blocks += ["\n".join(_unit(unit, changes, style)) for unit in changes.units]
    blocks += ["\n".join([title, *lines]) for title, lines in _rest(changes) if lines]
    return "\n\n".join(blocks) + "\n"


def headline(changes: Changes) -> str:
    """Return what was asked, and the heaviest of all that follows."""
    slot = f" slot {changes.slot}" if changes.slot else ""
    after = changes.after.name if changes.after else "working tree"
    compared = f"{changes.before.name}..{after}" if changes.before else ""
    facts = (
        f"{changes.project}",
        f"{changes.environment}{slot}",
        visible(compared),
        plural(len(changes.files), "file"),
    )
    return f"{'  '.join(fact for fact in facts if fact)}: {changes.effect}"


def matches_of(unit: UnitChange, changes: Changes) -> Iterator[tuple[FileChange, Match]]:
    """Yield a unit's changed files, each with what it means for the unit."""
    for file in changes.files:
        yield from ((file, match) for match in file.matches if match.unit == unit.name)


def whose(rule: Rule) -> str:
    """Return whose rule it is, with the pattern."""
    if rule.owner == "stack":
        return f"stack {rule.name}: {rule.pattern}" if rule.name else "no stack is known"
    return f"image {rule.name}: {rule.pattern}" if rule.owner == "image" else f"{rule.owner}: {rule.pattern}"


def outside(changes: Changes) -> list[FileChange]:
    """Return the files that nothing is made of."""
    return [file for file in changes.files if not file.matches and not file.images]


def made_of(image: ImageChange) -> str:
    """Return why an image is another one."""
    if image.files:
        return plural(len(image.files), "file")
    return f"built on {image.base}" if image.base else "declared otherwise"


def raised(version: VersionChange) -> str:
    """Return whether a version was raised, empty where nobody knows."""
    if version.before is None:
        return ""
    return "not raised yet" if version.due else f"was {version.before}"


def _unit(unit: UnitChange, changes: Changes, style: Style) -> Iterator[str]:
    about = ", ".join(part for part in (unit.strategy, unit.change) if part)
    yield f"{style(f'{unit.effect:10}', 'verb')}  {style(unit.name, 'unit')}{f'  ({about})' if about else ''}"
    lines = [_match(file, match) for file, match in matches_of(unit, changes)]
    yield from _some(lines)
    for reason in unit.reasons:
        yield f"  {reason.effect}: {reason.why}  [{reason.source}]"
    if unit.dependents:
        waits = "waits" if len(unit.dependents) == 1 else "wait"
        yield f"  {some(unit.dependents, 'unit')} {waits} for it"


def _match(file: FileChange, match: Match) -> str:
    rule = visible(whose(match.rule))
    return f"  {LETTERS[file.status]} {visible(file.path)}  {match.effect}: {visible(match.rule.why)}  [{rule}]"


def _rest(changes: Changes) -> Iterator[tuple[str, list[str]]]:
    yield "of no unit", _some([f"  {LETTERS[file.status]} {visible(file.path)}" for file in outside(changes)])
    yield "images that are others now", [f"  {image.name}  {made_of(image)}" for image in changes.images]
    versions = (f"  {version.name}  {version.after}  {raised(version)}".rstrip() for version in changes.versions)
    yield "versions whose files changed", list(versions)
    yield "changed for the stack as a whole", [f"  {section}" for section in changes.sections]


def _some(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], *([f"  and {plural(rest, 'more file')}"] if rest > 0 else [])]
