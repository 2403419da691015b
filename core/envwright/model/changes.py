"""What follows from changed files, unit by unit: the values behind `envwright changes`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from envwright.model.value import Value

FileStatus = Literal["added", "modified", "deleted"]
Consequence = Literal["none", "hot-reload", "restart", "rebuild", "migrate", "re-render"]
Arrival = Literal["added", "removed", ""]
Owner = Literal["declaration", "files", "image", "inputs", "manifests", "stack", "version"]

# the lightest first
WEIGHTS: tuple[Consequence, ...] = ("none", "hot-reload", "restart", "rebuild", "migrate", "re-render")


class ChangedFile(NamedTuple):
    """A file that changed, relative to the root file's directory. A rename is a deletion and an addition."""

    path: str
    status: FileStatus


class Rule(NamedTuple):
    """Which rule a changed file falls under.

    `owner` says whose it is: a `stack`'s, or the unit's own: its `inputs`, its `image`, its `manifests`, `files` that
    it mounts, its `declaration` in the stack's files. `name` is that of the stack, the image or the unit; `pattern` the
    glob or the path that matched; `why` completes the sentence "because".
    """

    owner: Owner
    name: str
    pattern: str
    why: str


class Match(NamedTuple):
    """What a changed file means for a unit."""

    unit: str
    effect: Consequence
    rule: Rule


class FileChange(NamedTuple):
    """A changed file with all that it means; `images` are the built images that are made of it."""

    path: str
    status: FileStatus
    matches: tuple[Match, ...]
    images: tuple[str, ...] = ()

    @property
    def effect(self) -> Consequence:
        """The heaviest that follows from it."""
        return heaviest(match.effect for match in self.matches)


class Reason(NamedTuple):
    """What follows for a unit from something else than a file of its own; `source` is `unit NAME` or `image NAME`."""

    effect: Consequence
    source: str
    why: str


class UnitChange(Value):
    """All that follows for one unit.

    `strategy` is empty for infrastructure. `change` says whether the stack's files added the unit or removed it, empty
    for neither. `effects` are all that follow, the heaviest first; `dependents` the enabled units that wait for it at
    any distance, in deploy order: nothing follows for them unless they are units of their own here.
    """

    name: str
    kind: Literal["infrastructure", "service"]
    phase: str
    strategy: str
    change: Arrival
    effects: tuple[Consequence, ...]
    files: tuple[ChangedFile, ...]
    reasons: tuple[Reason, ...]
    dependents: tuple[str, ...]

    @property
    def effect(self) -> Consequence:
        """The heaviest that follows."""
        return self.effects[0] if self.effects else "none"


class ImageChange(NamedTuple):
    """A built image that is another one now: the files that it is made of and that changed, the units that run it.

    `base` is the image of the stack that it is built on, where that is what changed; else empty.
    """

    name: str
    files: tuple[str, ...]
    units: tuple[str, ...]
    base: str = ""


class VersionChange(NamedTuple):
    """A version whose `bumpOn` names changed files. `before` is None where the former stack is not known."""

    name: str
    files: tuple[str, ...]
    before: str | None
    after: str

    @property
    def due(self) -> bool:
        """Whether it still has to be raised, as far as one can tell."""
        return self.before is not None and self.before == self.after


class Revision(NamedTuple):
    """A commit, and how the call named it."""

    name: str
    commit: str


class Changes(Value):
    """What follows from a set of changed files in one environment.

    `before` and `after` are the commits that were compared: `before` is None where the files were named, `after` where
    they are those of the working tree. `units` are those that something is known of, the heaviest first, then in deploy
    order; `sections` the parts of the stack that changed and belong to no unit.
    """

    project: str
    environment: str
    slot: int
    before: Revision | None
    after: Revision | None
    files: tuple[FileChange, ...]
    units: tuple[UnitChange, ...]
    images: tuple[ImageChange, ...]
    versions: tuple[VersionChange, ...]
    sections: tuple[str, ...]

    @property
    def effect(self) -> Consequence:
        """The heaviest of all."""
        return heaviest(unit.effect for unit in self.units)


def heaviest(effects: Iterable[Consequence]) -> Consequence:
    """Return the heaviest of some effects, `none` if there are none."""
    return max(effects, key=WEIGHTS.index, default="none")
