"""What a service's migrations run, as the tools of plugins write it out, and where their files are."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from envwright.hookspecs import MigrationFiles, UnitFacts
from envwright.images.paths import context_path
from envwright.images.stage import StageFacts, stage_facts
from envwright.kubernetes.workload.typed_jobs import COMMAND
from envwright.model.contract.job import Migration
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Refused, Report, placed
from envwright.model.suggest import did_you_mean
from envwright.pipeline.service_files import directory_of, service_directory
from envwright.pipeline.state import State, World


class Migrations(NamedTuple):
    """The migrations of one environment's services."""

    state: State
    world: World
    report: Report

    def written_out(self, service: Service, facts: UnitFacts) -> Service:
        """Return a service whose migrations say what they run; a tool that nobody knows is reported (EW106)."""
        if not service.migrations:
            return service
        return service.but(migrations=tuple(self._each(service, facts)))

    def _each(self, service: Service, facts: UnitFacts) -> Iterator[Migration]:
        for index, migration in enumerate(service.migrations):
            by_tool = migration.when and migration.tool != COMMAND
            yield self._by_tool(index, migration, service, facts) if by_tool else migration

    def _by_tool(self, index: int, migration: Migration, service: Service, facts: UnitFacts) -> Migration:
        host = self.world.host
        tool = host.tools.get(migration.tool)
        if tool is None:
            summary = f'no installed plugin knows the migration tool "{migration.tool}"'
            hint = did_you_mean(migration.tool, [COMMAND, *host.tools])
            hint = hint or "install the plugin that brings it, or write `command` and what it shall run"
            self.report.error("EW106", summary, facts.place(("migrations", index, "tool")), hint=hint)
            return migration
        try:
            return tool.answer(Migration, tool.value.command_of, migration, facts, self._files(migration, service))
        except Refused as error:
            self.report.extend(placed(error.diagnostics, facts.place(("migrations", index))))
            return migration

    def _files(self, migration: Migration, service: Service) -> MigrationFiles:
        """Return the files of a migration and where its image has them."""
        image = self.state.typed.images.get(migration.image or service.image)
        own = self.state.typed.images.get(service.image)
        reader = self.world.reader
        said = directory_of(migration.path, reader) if migration.path else None
        directory = said or service_directory(service.inputs, own, reader) or "."
        files = self.world.stacks.files(directory)
        resolved = self.state.environment.images.get(migration.image or service.image)
        if image is None or resolved is None or resolved.type != "build" or resolved.content is None:
            return MigrationFiles(files, None)
        dockerfile = resolved.generated or self.world.contents.dockerfile(image)
        stage = stage_facts(dockerfile, image.target) or StageFacts()
        return MigrationFiles(files, in_image(directory, context_path(image), stage))


def in_image(directory: str, context: str, stage: StageFacts) -> str | None:
    """Return where a directory of an image's context is in the image, as `MigrationFiles.in_image` says.

    The Dockerfile's `COPY` tells; where it takes nothing of that directory, the working directory is where the context
    is, as it is in an image that copies from a stage of its own.
    """
    below = posixpath.relpath(directory, context)
    if below == ".." or below.startswith("../"):
        return None
    found = _copied_to(below, stage) or _in_working_directory(below, stage)
    return "" if found == stage.working_directory else found


def _copied_to(below: str, stage: StageFacts) -> str | None:
    for source, target in reversed(stage.copied):
        if source in (".", below) or below.startswith(f"{source}/"):
            return posixpath.normpath(posixpath.join(target, posixpath.relpath(below, source)))
    return None


def _in_working_directory(below: str, stage: StageFacts) -> str | None:
    if below == ".":
        return stage.working_directory
    return posixpath.join(stage.working_directory, below) if stage.working_directory else None
