"""What stands in the directory of an environment at one commit, read as far as it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import File
from envwright.adapters.rendered_folder import load_manifest
from envwright.envrepo.content import ABOUT, changed_paths
from envwright.envrepo.review import plan_part
from envwright.model.diagnostic import Refused
from envwright.model.hold import Hold
from envwright.model.output import HOLD, METADATA, PINS, PLAN, REVIEW
from envwright.model.pins import Pins
from envwright.plan.notes import read_hold, read_pins
from envwright.plan.tree import Tree, stored_tree

# what tells what is there, read in one go
NOTES = (PLAN, REVIEW, PINS, HOLD, METADATA)


class Stored:
    """A directory at a commit; `commit` None is the one of an environment that was never committed: it is empty."""

    def __init__(
        self, repository: Repository, commit: str | None, directory: str, known: dict[str, bytes] | None = None
    ) -> None:
        self.repository = repository
        self.commit = commit
        self.directory = directory
        self._known = {} if known is None else known  # contents by blob

    @cached_property
    def files(self) -> Mapping[str, File]:
        """Every file by path."""
        return {} if self.commit is None else self.repository.files_in(self.commit, self.directory)

    @property
    def blobs(self) -> Mapping[str, str]:
        """The ids of the files by path; empty for what is no plain file, and so differs from every one."""
        return {path: file.blob if file.kind == "file" else "" for path, file in self.files.items()}

    def blobs_of(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield the ids of those of the files that are there."""
        yield from (self.files[path].blob for path in paths if self._is_file(path))

    def read(self, *paths: str) -> Mapping[str, bytes]:
        """Return the contents of those of the files that are there, read in one go."""
        wanted = {path: self.files[path].blob for path in paths if self._is_file(path)}
        missing = [blob for blob in wanted.values() if blob not in self._known]
        self._known.update(self.repository.read(missing))
        return {path: self._known[blob] for path, blob in wanted.items()}

    def _is_file(self, path: str) -> bool:
        return path in self.files and self.files[path].kind in ("file", "executable")

    def is_odd(self, path: str) -> bool:
        """Return whether something stands at a path that is no plain file."""
        return path in self.files and self.files[path].kind != "file"

    def changed(self, files: Mapping[str, bytes]) -> frozenset[str]:
        """Return which files would change if `files` took their place, those left out that only tell how they came."""
        found = changed_paths(self.blobs, files) - ABOUT
        if REVIEW in found and REVIEW in files and plan_part(self.read(REVIEW).get(REVIEW, b"")) == files[REVIEW]:
            found -= {REVIEW}
        return found

    def everything(self) -> Mapping[str, bytes]:
        """Return the contents of all files."""
        return self.read(*self.files)

    def _note(self, path: str) -> bytes | None:
        """Return one of the small files that say what is there, None without it; they are read in one go."""
        if not self._is_file(path):
            return None
        if self.files[path].blob not in self._known:
            self.read(*NOTES)
        return self._known[self.files[path].blob]

    @cached_property
    def pins(self) -> Pins:
        """What is pinned. Raises Refused: EW749."""
        return read_pins(self._note(PINS))

    @cached_property
    def hold(self) -> Hold | None:
        """What holds the environment, None if nothing does. Raises Refused: EW749."""
        return read_hold(self._note(HOLD))

    @cached_property
    def tree(self) -> Tree | None:
        """The plan and its manifests, None where there is no plan. Raises Refused: EW702."""
        plan = self._note(PLAN)
        return None if plan is None else stored_tree(plan, lambda path: self.read(path).get(path), load_manifest)

    @property
    def predecessor(self) -> Tree | None:
        """What the next commit is compared with: the plan and its manifests, None where they cannot be read."""
        try:
            return self.tree
        except Refused:
            return None

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """What `hydrator.metadata` says; nothing where it cannot be read."""
        try:
            found = json.loads(self._note(METADATA) or b"{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
