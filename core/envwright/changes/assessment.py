"""What follows from changed files in one environment: every file judged for every unit, then what follows from that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from envwright.changes.declarations import Declarations
from envwright.changes.known import Known, KnownUnit
from envwright.changes.paths import first_match
from envwright.changes.spread import changed_images, dependents_of, reasons
from envwright.changes.verdict import Verdict
from envwright.model.changes import (
    WEIGHTS,
    Arrival,
    ChangedFile,
    Changes,
    FileChange,
    Match,
    Reason,
    Revision,
    UnitChange,
    VersionChange,
)

T = TypeVar("T")


def assess(
    files: Iterable[ChangedFile],
    after: Known,
    before: Known | None,
    revisions: tuple[Revision | None, Revision | None] = (None, None),
    only: Sequence[str] = (),
) -> Changes:
    """Return what follows from changed files.

    `after` is the stack as it is now, `before` as it was, None where nobody knows. `only` limits the units of the
    answer.
    """
    ordered = sorted(files)
    declarations = Declarations(after, before, (file.path for file in ordered))
    judged = tuple(_judged(file, after, declarations) for file in ordered)
    made_of = {name: [file.path for file in judged if name in file.images] for name in after.images}
    images = changed_images(after, made_of, declarations.images)
    migrating = [unit for unit in after.units if _migrates(unit, judged)]
    found = _by_unit((match.unit, (file, match)) for file in judged for match in file.matches)
    spread = _by_unit(reasons(after, images, declarations.images, migrating))
    units = [
        _unit(unit, change, after, found.get(unit.name, ()), spread.get(unit.name, ()))
        for unit, change in _all_units(after, declarations)
        if (unit.name in found or unit.name in spread) and (not only or unit.name in only)
    ]
    environment = after.state.environment
    return Changes(
        project=environment.project,
        environment=environment.environment,
        slot=environment.slot,
        before=revisions[0],
        after=revisions[1],
        files=judged,
        units=_heaviest_first(units),
        images=images,
        versions=tuple(_versions(judged, after, before)),
        sections=declarations.difference.sections,
    )


def _judged(file: ChangedFile, known: Known, declarations: Declarations) -> FileChange:
    verdict = Verdict(known.paths, exact=known.state.dialect.exact_images)
    gone = (match for unit in declarations.difference.removed for match in declarations.of(unit.name, file.path))
    matches = (
        match
        for unit in known.units.values()
        for match in (*declarations.of(unit.name, file.path), *verdict.of(unit, file.path))
    )
    images = (
        name
        for name, image in known.images.items()
        if file.path in (image.dockerfile, *image.ignore_files) or image.says(file.path) == "counts"
    )
    return FileChange(file.path, file.status, (*gone, *matches), tuple(images))


def _migrates(unit: str, files: Iterable[FileChange]) -> bool:
    return any(match.unit == unit and match.effect == "migrate" for file in files for match in file.matches)


def _all_units(after: Known, declarations: Declarations) -> Iterator[tuple[KnownUnit, Arrival]]:
    """Yield every unit with how it came or went."""
    for name, unit in after.units.items():
        yield unit, "added" if name in declarations.difference.added else ""
    for unit in declarations.difference.removed:
        yield unit, "removed"


def _by_unit(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Return values by the unit that each is about, in their order."""
    found: dict[str, list[T]] = {}
    for unit, value in pairs:
        found.setdefault(unit, []).append(value)
    return found


def _unit(
    unit: KnownUnit,
    change: Arrival,
    known: Known,
    mine: Sequence[tuple[FileChange, Match]],
    because: Sequence[Reason],
) -> UnitChange:
    effects = {*(match.effect for _, match in mine), *(reason.effect for reason in because)}
    if len(effects) > 1:
        effects.discard("none")
    return UnitChange(
        name=unit.name,
        kind=unit.unit.kind,
        phase=unit.unit.phase,
        strategy=unit.strategy,
        change=change,
        effects=tuple(sorted(effects, key=WEIGHTS.index, reverse=True)),
        files=tuple(dict.fromkeys(ChangedFile(file.path, file.status) for file, _ in mine)),
        reasons=tuple(because),
        dependents=dependents_of(known, unit.name),
    )


def _heaviest_first(units: Iterable[UnitChange]) -> tuple[UnitChange, ...]:
    return tuple(sorted(units, key=lambda unit: -WEIGHTS.index(unit.effect)))


def _versions(files: Sequence[FileChange], after: Known, before: Known | None) -> Iterator[VersionChange]:
    """Yield the versions whose `bumpOn` names a changed file."""
    former = before.state.context["Versions"] if before is not None else {}
    for name, version in after.state.typed.versions.items():
        globs = after.paths.globs(version.bump_on)
        if found := tuple(file.path for file in files if first_match(globs, file.path)):
            yield VersionChange(name, found, former.get(name), after.state.context["Versions"][name])
