"""What a change of the stack's own files means: for the units that differ, or that may differ where nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from envwright.changes.comparison import Difference, difference
from envwright.changes.known import Known, KnownUnit, reads
from envwright.model.changes import Match, Rule
from envwright.model.nodes import Map, Node, Scalar

NOTHING = Difference({}, frozenset(), (), {}, ())
UNITS = frozenset({"infrastructure", "services"})
# what these parts of a file are about shows in the units that use it
SAID_IN_UNITS = UNITS | {"components", "images", "imports", "versions"}


class Declarations:
    """The stack's files that changed, and the units that are declared in them.

    `before` is the stack as it was, None where nobody knows: every unit that a changed file may speak of counts then.
    """

    def __init__(self, after: Known, before: Known | None, paths: Iterable[str]) -> None:
        self._after = after
        self._before = before
        known = after.files | (before.files if before is not None else frozenset())
        self.changed = frozenset(paths) & known
        self.difference = difference(before, after) if before is not None and self.changed else NOTHING
        self._marks: dict[str, frozenset[str]] = {}
        self._whys = dict(self._changes())

    def of(self, unit: str, path: str) -> Iterator[Match]:
        """Yield what a file of the stack means for a unit, also for one that is not there any more."""
        if path not in self.changed:
            return
        if self._before is None:
            if path in self._files_of(unit) or self._may_speak_of(unit, path):
                yield self._match(unit, path, "it may have changed here: the former stack is not known")
        elif unit in self._whys and self._is_to_blame(unit, path):
            yield self._match(unit, path, self._whys[unit])

    @property
    def images(self) -> Mapping[str, tuple[str, ...]]:
        """The images whose declarations differ, with the keys that do."""
        return self.difference.images

    def _changes(self) -> Iterator[tuple[str, str]]:
        for unit in self.difference.removed:
            yield unit.name, "it is not in this environment any more: its objects are deleted"
        for name in self.difference.added:
            yield name, "it is new in this environment"
        for name, keys in self.difference.units.items():
            yield name, f"{', '.join(keys)} changed"

    def _match(self, unit: str, path: str, why: str) -> Match:
        return Match(unit, "re-render", Rule("declaration", unit, path, why))

    def _is_to_blame(self, unit: str, path: str) -> bool:
        """Return whether the unit stands in this file; if it stands in none that changed, all of those are to blame."""
        mine = self._files_of(unit) & self.changed
        return path in mine if mine else True

    def _files_of(self, unit: str) -> frozenset[str]:
        """Return the files that the unit's declaration stands in, now or before: its own, components', overrides'."""
        if unit not in self._marks:
            states = [known for known in (self._before, self._after) if known is not None]
            nodes = [known.written[unit] for known in states if unit in known.written]
            self._marks[unit] = frozenset(self._after.paths.plain(file) for node in nodes for file in files_in(node))
        return self._marks[unit]

    def _may_speak_of(self, unit: str, path: str) -> bool:
        """Return whether a file may say something of a unit that does not stand in it."""
        documents = [root for file, root in self._after.state.documents if self._after.paths.plain(file) == path]
        specs = [spec for root in documents if isinstance(spec := root.get("spec"), Map)]
        return not documents or any(self._says_of(spec, self._after.units[unit]) for spec in specs)

    def _says_of(self, spec: Map, unit: KnownUnit) -> bool:
        if spec.entries.keys() - SAID_IN_UNITS:
            return True
        images, versions = (_names(spec.get(section)) for section in ("images", "versions"))
        return bool(images & unit.images) or any(reads("Versions", name).search(unit.written) for name in versions)


def _names(node: Node | None) -> frozenset[str]:
    return frozenset(node.entries) if isinstance(node, Map) else frozenset()


def files_in(node: Node) -> Iterator[str]:
    """Yield the file of a node and of everything below it."""
    yield node.mark.file
    if not isinstance(node, Scalar):
        for child in [entry.node for entry in node.entries.values()] if isinstance(node, Map) else node.items:
            yield from files_in(child)
