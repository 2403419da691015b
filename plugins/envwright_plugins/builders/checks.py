"""What the settings must keep apart: trust levels from each other, builds from slots, the source from all else.

An image is named by its content and never built twice. So whoever may push to a repository of production, or keep its
cache, may decide what production runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from envwright.kubernetes.places import Path, Place
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.builders.place import in_repository
from envwright_plugins.builders.references import is_below, repository_of
from envwright_plugins.builders.settings import NAME, Builders

LEVELS = ("production", "development", "slot")


class Claimed(NamedTuple):
    """A repository that a trust level writes to, what for, and where the settings say so."""

    level: str
    repository: str
    use: str
    path: Path


def check(environment: ResolvedEnvironment, settings: Builders, place: Place) -> Iterator[Diagnostic]:
    """Yield EW340 to EW343 for the environment's trust level, which is listed."""
    yield from check_pushed(environment, settings)
    yield from check_apart(settings, place)
    yield from check_context(environment, settings)
    yield from check_namespace(environment, settings, place)


def check_pushed(environment: ResolvedEnvironment, settings: Builders) -> Iterator[Diagnostic]:
    """Yield EW340 for each image that would be pushed elsewhere than the trust level may."""
    kind = environment.declared.kind
    level = settings.trust_levels.of(kind)
    for name, image in environment.images.items():
        if level is None or image.type not in ("build", "mirror") or image.reference is None:
            continue
        repository = repository_of(image.reference)
        if not any(is_below(repository, allowed) for allowed in level.repositories):
            yield diagnostic(
                "error",
                "EW340",
                f'image {name} would be pushed to {repository}, where the trust level "{kind}" may not push',
                image.mark,
                hint=f"it may push to {', '.join(level.repositories) or 'no repository'}: "
                "write another repository, or add it to `plugins.builders.trustLevels`",
            )


def check_apart(settings: Builders, place: Place) -> Iterator[Diagnostic]:
    """Yield EW341 for each two repositories that overlap, of two trust levels, or of images and of a cache."""
    claimed = list(claims(settings))
    for index, one in enumerate(claimed):
        for other in claimed[:index]:
            same = one.level == other.level and one.use == other.use
            if not same and (is_below(one.repository, other.repository) or is_below(other.repository, one.repository)):
                yield diagnostic(
                    "error",
                    "EW341",
                    f"{one.repository}, {one.use} of {one.level}, and {other.repository}, {other.use} of "
                    f"{other.level}, overlap",
                    place(one.path),
                    hint="give each its own: who writes to one would decide what the other runs",
                )


def claims(settings: Builders) -> Iterator[Claimed]:
    """Yield every repository that a trust level writes to."""
    for name in LEVELS:
        level = settings.trust_levels.of(name)  # type: ignore[arg-type]  # LEVELS are the names of the levels
        if level is None:
            continue
        at: Path = ("plugins", NAME, "trustLevels", name)
        for index, repository in enumerate(level.repositories):
            yield Claimed(name, repository, "images", (*at, "repositories", index))
        if level.cache:
            yield Claimed(name, level.cache, "the cache", (*at, "cache"))


def check_context(environment: ResolvedEnvironment, settings: Builders) -> Iterator[Diagnostic]:
    """Yield EW342 for each built image whose context or Dockerfile is not in the repository that is cloned."""
    root = settings.source.path
    for name, image in environment.images.items():
        wanted = [path for path in (image.context, image.dockerfile) if path and image.type == "build"]
        outside = [path for path in wanted if in_repository(root, path).startswith(("..", "/"))]
        if outside:
            yield diagnostic(
                "error",
                "EW342",
                f"image {name}: {outside[0]} is outside of the repository that is cloned",
                image.mark,
                hint="set `plugins.builders.source.path` to where the root file's directory is in the repository",
            )


def check_namespace(environment: ResolvedEnvironment, settings: Builders, place: Place) -> Iterator[Diagnostic]:
    """Yield EW343 for slots whose builds would run among the slot's own pods."""
    kind = environment.declared.kind
    level = settings.trust_levels.of(kind)
    if kind == "slot" and level is not None and level.namespace is None:
        yield diagnostic(
            "error",
            "EW343",
            "the builds of a slot would run in the slot's own namespace",
            place(("plugins", NAME, "trustLevels", kind)),
            hint="set `namespace` to one of the platform's, made for builds",
            detail="every pod of the slot could read the credentials there, and builds need more than a slot may have",
        )
