"""What follows from what follows: images built on others, and units that wait for one whose data migrates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from envwright.changes.image_files import repository_of
from envwright.changes.known import Known
from envwright.model.changes import ImageChange, Reason
from envwright.model.diagnostic import Refused


def changed_images(
    known: Known, files: Mapping[str, Sequence[str]], declared: Mapping[str, Sequence[str]]
) -> tuple[ImageChange, ...]:
    """Return the built images that are others now, in the order of the stack.

    `files` maps image names to the changed files that each is made of, `declared` those whose declarations differ. An
    image that is built on one of them is another one, too.
    """
    found = {name: "" for name in known.images if files.get(name) or name in declared}
    waiting = list(found)
    while waiting:
        base = waiting.pop(0)
        above = [name for name in _built_on(known, base) if name not in found]
        found.update(dict.fromkeys(above, base))
        waiting += above
    return tuple(
        ImageChange(name, tuple(files.get(name, ())), tuple(unit.name for unit in known.users(name)), found[name])
        for name in known.images
        if name in found
    )


def reasons(
    known: Known, images: Sequence[ImageChange], declared: Mapping[str, Sequence[str]], migrating: Sequence[str]
) -> Iterator[tuple[str, Reason]]:
    """Yield for units by name what follows from something else than a file of their own."""
    for image in images:
        keys = declared.get(image.name)
        why = f"it is built on the image {image.base}" if image.base else f"{', '.join(keys)} changed" if keys else ""
        if why:
            yield from ((unit, Reason("rebuild", f"image {image.name}", why)) for unit in image.units)
    for name in migrating:
        for unit in known.units.values():
            if unit.unit.kind == "service" and not unit.migrates and name in unit.unit.depends_on:
                yield unit.name, Reason("restart", f"unit {name}", "it depends on it, and its data migrates")


def dependents_of(known: Known, name: str) -> tuple[str, ...]:
    """Return the enabled units that wait for a unit, at any distance, in deploy order."""
    found = {name}
    # a unit stands after what it depends on
    for unit in known.units.values():
        if not found.isdisjoint(unit.unit.depends_on):
            found.add(unit.name)
    return tuple(each for each in known.units if each in found and each != name)


def _built_on(known: Known, base: str) -> Iterator[str]:
    try:
        repository = repository_of(known.images[base].image.repository)
    except Refused:
        return  # what is no reference is the render's to report
    yield from (name for name, image in known.images.items() if name != base and repository in image.bases)
