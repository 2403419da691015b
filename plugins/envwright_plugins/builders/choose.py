"""Which builder makes an image."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from envwright.hookspecs import ImageJob, ImageRequest
from envwright_plugins.builders.settings import NAME, BuilderName, Builders

if TYPE_CHECKING:
    from envwright_plugins.builders.job import Build, Context


def job_of(builder: BuilderName, request: ImageRequest, build_of: Callable[[Context], Build]) -> ImageJob | None:
    """Return the Job of a builder for an image, None if another one is chosen, or somebody else builds it."""
    settings: Builders = request.settings[NAME]
    level = settings.trust_levels.of(request.environment.declared.kind)
    if request.purpose != "build" or level is None or level.builder != builder:
        return None
    from envwright_plugins.builders.job import Context, build_job  # few stacks build, every run loads this

    context = Context(request, settings, level)
    return build_job(context, build_of(context))
