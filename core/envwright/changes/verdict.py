"""What one changed file means for one unit."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.changes.known import KnownUnit
from envwright.changes.paths import Paths, first_match
from envwright.model.changes import Consequence, Match, Rule
from envwright.model.language import ChangeRule
from envwright.pipeline.change_rules import OTHERWISE, rule_for

MADE_OF = "the image is made of it"


class Verdict:
    """Judges the changed files of one environment. `exact` is where images are not named by their content."""

    def __init__(self, paths: Paths, *, exact: bool) -> None:
        self._paths = paths
        self._exact = exact

    def of(self, unit: KnownUnit, path: str) -> Iterator[Match]:
        """Yield what a file means for a unit: nothing at all, or the rules that it falls under, the first one first."""
        yield from self._declared(unit, path)
        found = self._code(unit, path)
        if found is not None:
            yield Match(unit.name, *found)
            if found[0] == "migrate" and unit.image is not None and unit.image.says(path) == "counts":
                yield Match(unit.name, "rebuild", self._made_of(unit))  # the Job runs that image
        yield from self._other_images(unit, path)

    def _declared(self, unit: KnownUnit, path: str) -> Iterator[Match]:
        if path in unit.manifests:
            rule = Rule("manifests", unit.name, path, "its objects are made of it")
            yield Match(unit.name, "re-render", rule)
        for mounted in unit.mounted:
            if pattern := first_match(mounted.patterns, path):
                why = "a migration reads it" if mounted.migration else "a ConfigMap holds it"
                effect: Consequence = "migrate" if mounted.migration else "re-render"
                yield Match(unit.name, effect, Rule("files", unit.name, pattern, why))

    def _other_images(self, unit: KnownUnit, path: str) -> Iterator[Match]:
        own = unit.image.name if unit.image is not None else ""
        for name in sorted(unit.images - {own}):
            if (image := unit.built(name)) is not None and image.says(path) == "counts":
                yield Match(unit.name, "rebuild", Rule("image", name, image.context, MADE_OF))

    def _code(self, unit: KnownUnit, path: str) -> tuple[Consequence, Rule] | None:
        image = unit.image
        if image is not None and path == image.dockerfile:
            return "rebuild", Rule("image", image.name, path, "it says how the image is made")
        if image is not None and path in image.ignore_files:
            return "rebuild", Rule("image", image.name, path, "it says what the image is made of")
        listed = first_match(unit.inputs, path)
        inside = None if unit.directory is None else self._paths.below(unit.directory, path)
        if not listed and inside is None and (image is None or image.says(path) != "counts"):
            return None
        rule = None if inside is None else rule_for(unit.rules, inside)
        if rule is not None and rule.effect == "migrate" and unit.migrates:
            return self._by_stack(unit, rule)
        match unit.strategy:
            case "hot-reload":
                return self._reloaded(unit, path, listed, rule)
            case "restart":
                return self._restarted(unit, path, listed)
            case _:
                return self._rebuilt(unit, path, listed, rule)

    def _reloaded(
        self, unit: KnownUnit, path: str, listed: str, rule: ChangeRule | None
    ) -> tuple[Consequence, Rule] | None:
        """Judge a file where a reloader runs: the stack's rules hold for what is mounted."""
        if rule is not None and rule is not OTHERWISE:
            return self._by_stack(unit, rule)
        if unit.image is not None and unit.image.says(path) == "ignored":
            return self._ignored(unit)
        if rule is not None or listed:
            return "rebuild", self._rest(unit, listed)
        counts = unit.image is not None and (unit.image.in_development(path) or unit.jobs)
        return ("rebuild", self._made_of(unit)) if counts else None

    def _restarted(self, unit: KnownUnit, path: str, listed: str) -> tuple[Consequence, Rule] | None:
        """Judge a file where pods carry the digest of all that makes up the unit: there is no exception for tests."""
        if unit.image is not None and unit.image.says(path) == "counts":
            return "rebuild", self._made_of(unit)
        if listed:
            return "restart", Rule("inputs", unit.name, listed, "its pods carry the digest of these files")
        if unit.image is not None and unit.image.says(path) == "ignored":
            return self._ignored(unit)
        return None

    def _rebuilt(
        self, unit: KnownUnit, path: str, listed: str, rule: ChangeRule | None
    ) -> tuple[Consequence, Rule] | None:
        """Judge a file where code is shipped in the image: what the image is made of makes another one."""
        nothing = rule is not None and rule.effect == "none"
        said = unit.image.says(path) if unit.image is not None else "elsewhere"
        if said == "ignored":
            return self._ignored(unit)
        if said == "counts" and not (nothing and self._exact):
            if rule is not None and rule.effect == "rebuild" and rule is not OTHERWISE:
                return self._by_stack(unit, rule)
            return "rebuild", self._made_of(unit, rule)
        if rule is not None and nothing:
            return self._by_stack(unit, rule)
        return ("rebuild", self._rest(unit, listed)) if listed else None

    def _by_stack(self, unit: KnownUnit, rule: ChangeRule) -> tuple[Consequence, Rule]:
        if rule.effect == "migrate" and not unit.migrates:
            return "rebuild", Rule("stack", unit.stack, rule.pattern, f"{rule.why}, and the unit runs no migrations")
        return rule.effect, Rule("stack", unit.stack, rule.pattern, rule.why)

    def _made_of(self, unit: KnownUnit, rule: ChangeRule | None = None) -> Rule:
        assert unit.image is not None  # noqa: S101  # who asks has looked
        why = MADE_OF
        if rule is not None and rule.effect == "none":
            why = f"{rule.why}, but {MADE_OF}: .dockerignore could leave it out"
        return Rule("image", unit.image.name, unit.image.context, why)

    def _ignored(self, unit: KnownUnit) -> tuple[Consequence, Rule]:
        assert unit.image is not None  # noqa: S101  # who asks has looked
        return "none", Rule("image", unit.image.name, unit.image.ignore_file, "it is left out of the image")

    def _rest(self, unit: KnownUnit, listed: str) -> Rule:
        if listed:
            return Rule("inputs", unit.name, listed, "it is one of the files that make up the unit")
        return Rule("stack", unit.stack, OTHERWISE.pattern, OTHERWISE.why)
