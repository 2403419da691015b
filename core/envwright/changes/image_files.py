"""Which files a built image is made of, told from their paths alone: a changed file may be gone by now."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from envwright.changes.paths import Glob, Paths, ancestors
from envwright.images.dockerfile import scan
from envwright.images.ignore import IgnoreFile, Matched
from envwright.images.ignore import parse as parse_ignore_file
from envwright.images.paths import context_path, dockerfile_path, join
from envwright.images.reference import parse as parse_reference
from envwright.images.stage import stage_facts
from envwright.model.contract.image import Image
from envwright.model.diagnostic import Refused
from envwright.model.output import MADE_OF_PLAN
from envwright.model.ports import Reader

# whether a file is part of the image's content, or else whether `.dockerignore` is why
Membership = Literal["counts", "ignored", "elsewhere"]
DEVELOPMENT = "dev"


class ImageFiles:
    """The files of one built image. What cannot be read is not there: to say so is the render's part."""

    def __init__(self, name: str, image: Image, reader: Reader, paths: Paths) -> None:
        self.name = name
        self.image = image
        self.context = context_path(image)
        self.dockerfile = paths.plain(dockerfile_path(image))
        # as BuildKit looks for it: first beside the Dockerfile
        self.ignore_files = (f"{self.dockerfile}.dockerignore", paths.plain(join(self.context, ".dockerignore")))
        self._reader = reader
        self._paths = paths
        self._told: dict[str, Membership] = {}

    @cached_property
    def text(self) -> str:
        """The text of the Dockerfile, empty if there is none."""
        return self._read(self.dockerfile)

    @cached_property
    def bases(self) -> frozenset[str]:
        """The repositories of the images that it is built on, or takes files from."""
        found = set()
        for base in scan(self.text).bases(self.image.build_args) if self.text else ():
            try:
                found.add(repository_of(base.image))
            except Refused:
                continue  # a variable without a value here
        return frozenset(found)

    def says(self, path: str) -> Membership:
        """Return whether a file, its path relative to the root file's directory, is part of the content."""
        if path not in self._told:
            self._told[path] = self._say(path)
        return self._told[path]

    def in_development(self, path: str) -> bool:
        """Return whether the stage for development is made of a file; any of the content where there is no telling."""
        if self.says(path) != "counts":
            return False
        return any(item.matches(path) for item in self._copied) if self._copied else True

    @cached_property
    def _copied(self) -> tuple[Glob, ...]:
        facts = stage_facts(self.text, DEVELOPMENT) if self.text else None
        if facts is None or "." in facts.sources:
            return ()
        return self._paths.globs((self.dockerfile, *(join(self.context, source) for source in sorted(facts.sources))))

    @cached_property
    def _inputs(self) -> tuple[Glob, ...]:
        return self._paths.globs(self.image.inputs)

    @cached_property
    def ignore_file(self) -> str:
        """The path of what leaves files out, empty if there is none."""
        return next(filter(self._reader.exists, self.ignore_files), "")

    @cached_property
    def _ignored(self) -> IgnoreFile:
        try:
            return parse_ignore_file(self._read(self.ignore_file), self.ignore_file)
        except Refused:
            return IgnoreFile()

    def _say(self, path: str) -> Membership:
        inside = self._paths.below(self.context, path)
        if inside is None or ".git" in inside.split("/"):
            return "elsewhere"
        matched: Matched = ()
        for directory in ancestors(inside):
            if all(self._reader.exists(join(self.context, f"{directory}/{name}")) for name in MADE_OF_PLAN):
                return "elsewhere"  # what was rendered is never content
            _, matched = self._ignored.decide(directory, matched)
        if self._inputs and not any(item.matches(path) for item in self._inputs):
            return "elsewhere"
        out, _ = self._ignored.decide(inside, matched)
        return "ignored" if out else "counts"

    def _read(self, path: str) -> str:
        try:
            return self._reader.read(path) if path else ""
        except Refused:
            return ""


def repository_of(reference: str) -> str:
    """Return an image reference without tag and digest. Raises Refused: EW311."""
    parsed = parse_reference(reference)
    return f"{parsed.domain}/{parsed.path}" if parsed.domain else parsed.path
