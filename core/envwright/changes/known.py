"""What is known of an environment's units when their files change. No manifest is rendered: that may take variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from envwright.changes.image_files import ImageFiles
from envwright.changes.paths import Glob, Paths
from envwright.model.contract.job import Migration, TypedJob
from envwright.model.contract.unit import Service
from envwright.model.contract.workload import FileMount
from envwright.model.diagnostic import Refused
from envwright.model.language import ChangeRule
from envwright.model.nodes import Map, Node, Scalar
from envwright.model.resolved import ResolvedUnit
from envwright.pipeline.graph import unit_nodes
from envwright.pipeline.manifests import syntax_of
from envwright.pipeline.run import RESOLVE, run
from envwright.pipeline.service_files import service_directory
from envwright.pipeline.state import State, World

# how templates of both kinds name an image of the stack: `image "api"`, `image("api")`
IMAGE = re.compile(r"""\bimage\s*\(?\s*["'`]([^"'`]+)["'`]""")
MIGRATIONS = "migrations"


class Mounted(NamedTuple):
    """Files that a Job or a pod of a unit reads, mostly by a ConfigMap; `migration` where a migration does."""

    patterns: tuple[Glob, ...]
    migration: bool


class KnownUnit:
    """An enabled unit and the files that belong to it."""

    def __init__(self, known: Known, unit: ResolvedUnit) -> None:
        self._known = known
        self.unit = unit
        self.name = unit.name
        self.declared = unit.declared
        self.manifests = frozenset(known.paths.plain(manifest.path) for manifest in unit.declared.manifests)
        self.mounted = tuple(_mounted(unit, known.paths))

    @property
    def strategy(self) -> str:
        """What `codeUpdateStrategy` says, empty for infrastructure."""
        return self.declared.code_update_strategy if isinstance(self.declared, Service) else ""

    @property
    def migrates(self) -> bool:
        """Whether it runs migrations: by its own Jobs, or for it is in the phase of that name."""
        own = isinstance(self.declared, Service) and any(job.when for job in self.declared.migrations)
        return own or self.unit.phase == MIGRATIONS

    @cached_property
    def jobs(self) -> bool:
        """Whether Jobs of it run its image."""
        hooks = self.declared.hooks
        return self.migrates or any(job.when for job in (*hooks.before_deploy, *hooks.after_ready))

    @cached_property
    def inputs(self) -> tuple[Glob, ...]:
        """Its `inputs`."""
        return self._known.paths.globs(self.declared.inputs) if isinstance(self.declared, Service) else ()

    @cached_property
    def image(self) -> ImageFiles | None:
        """Its own image, None unless that is built."""
        name = self.declared.image if isinstance(self.declared, Service) else ""
        return self._known.images.get(name)

    def built(self, name: str) -> ImageFiles | None:
        """Return the files of an image of the stack, None unless it is built."""
        return self._known.images.get(name)

    @cached_property
    def directory(self) -> str | None:
        """Where its code is, None if nothing says so."""
        if not isinstance(self.declared, Service):
            return None
        image = self.image.image if self.image is not None else None
        return service_directory(self.declared.inputs, image, self._known.world.reader)

    @cached_property
    def stack(self) -> str:
        """The name of its stack, empty if there is none."""
        declared = self.declared.stack if isinstance(self.declared, Service) else None
        return self._known.world.stacks.of(declared, self.directory).name

    @property
    def rules(self) -> tuple[ChangeRule, ...]:
        """The rules of its stack."""
        return self._known.world.host.stacks[self.stack].value.changes if self.stack else ()

    @cached_property
    def templates(self) -> str:
        """The text of its templated manifests."""
        every_go = self._known.state.dialect.go_manifests
        files = [file for file in self.declared.manifests if syntax_of(file, every_go=every_go) != "none"]
        return "\n".join(self._known.text(file.path) for file in files)

    @cached_property
    def written(self) -> str:
        """All that is written of it and may hold templates: its declaration, its manifests, its images."""
        images = [self._known.written_images[name] for name in sorted(self.images)]
        return "\n".join(
            [self.templates, *(text for node in (self._known.written[self.name], *images) for text in texts(node))]
        )

    @cached_property
    def images(self) -> frozenset[str]:
        """The images of the stack that it names, itself or in its manifests."""
        own = self.declared.image if isinstance(self.declared, Service) else ""
        named = IMAGE.findall(self.templates) + [
            name for text in texts(self._known.written[self.name]) for name in IMAGE.findall(text)
        ]
        jobs = [job.image for job in jobs_of(self.unit)]
        every = {own, *named, *jobs}
        if not every & self._known.state.typed.images.keys() and self._known.state.dialect.exact_images:
            every.add(self.name)  # older formats have no other link between a unit and what it is built from
        return frozenset(every & self._known.state.typed.images.keys())


class Known:
    """One environment of a stack after step 8, and what its files tell."""

    def __init__(self, selected: State, world: World, paths: Paths) -> None:
        """Resolve the selected environment. Raises Refused and WrongCall as `envwright resolve` does."""
        written = run(selected, world, RESOLVE[:1])
        self.state = run(written, world, RESOLVE[1:])
        self.world = world
        self.paths = paths
        self.written: Mapping[str, Node] = unit_nodes(written.spec)
        images = written.spec.get("images")
        self.written_images = (
            {name: entry.node for name, entry in images.entries.items()} if isinstance(images, Map) else {}
        )
        self._texts: dict[str, str] = {}
        self.images = {
            name: ImageFiles(name, image, world.reader, paths)
            for name, image in self.state.typed.images.items()
            if image.type == "build"
        }
        units = {unit.name: unit for unit in self.state.environment.units}
        # in deploy order
        self.units = {name: KnownUnit(self, units[name]) for name in self.state.environment.order}

    def text(self, path: str) -> str:
        """Return the text of a file, empty if it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = self.world.reader.read(path)
            except Refused:
                self._texts[path] = ""
        return self._texts[path]

    def users(self, image: str) -> Iterator[KnownUnit]:
        """Yield the units that name an image."""
        return (unit for unit in self.units.values() if image in unit.images)

    @property
    def files(self) -> frozenset[str]:
        """The files of the stack: the root file and all that it imports."""
        return frozenset(self.paths.plain(document.path) for document in self.state.documents)


def reads(table: str, name: str) -> re.Pattern[str]:
    """Return what finds the places where a template reads `.Vars.NAME` or `.Versions.NAME`, or the table as a whole."""
    return re.compile(rf"""\b{table}\.{re.escape(name)}\b|\b{table}\b(?!\.\w)""")


def jobs_of(unit: ResolvedUnit) -> tuple[TypedJob, ...]:
    """Return a unit's typed Jobs that run in this environment."""
    declared = unit.declared
    migrations = declared.migrations if isinstance(declared, Service) else ()
    hooks = declared.hooks
    return tuple(job for job in (*migrations, *hooks.before_deploy, *hooks.after_ready) if job.when)


def _mounted(unit: ResolvedUnit, paths: Paths) -> Iterator[Mounted]:
    if unit.declared.workload is not None:
        yield Mounted(paths.globs(paths_of(unit.declared.workload.files)), migration=False)
    for job in jobs_of(unit):
        own = [job.path] if isinstance(job, Migration) and job.path else []
        yield Mounted(paths.globs((*paths_of(job.files), *own)), isinstance(job, Migration))


def paths_of(files: Iterable[FileMount]) -> Iterator[str]:
    """Yield the paths and globs of files that are mounted."""
    return (file.path for file in files if file.path is not None)


def texts(node: Node) -> Iterator[str]:
    """Yield every scalar below a node."""
    if isinstance(node, Scalar):
        yield node.text
        return
    for child in [entry.node for entry in node.entries.values()] if isinstance(node, Map) else node.items:
        yield from texts(child)
