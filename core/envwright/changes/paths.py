"""Paths of changed files, relative to the root file's directory, and the globs that match them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from envwright.images.context import Input, parse_inputs
from envwright.model.diagnostic import Refused


class Paths:
    """Tells what lies where. `here` is the root file's directory, relative to the top of the repository.

    A stack in `deploy` may have a build context `..`, and `services.yaml` beside it is then `deploy/services.yaml`.
    """

    def __init__(self, here: str = ".") -> None:
        self.here = posixpath.normpath(here)
        self._whole: dict[str, str] = {}  # every file is asked of for every unit

    def plain(self, path: str) -> str:
        """Return a path in the one way in which changed files are written: `../deploy/a` is `a` in `deploy`."""
        return posixpath.relpath(self._from_top(path), self.here)

    def below(self, directory: str, path: str) -> str | None:
        """Return a path relative to a directory, None if it does not lie in it; both relative to `here`."""
        whole = self._from_top(path)
        top = self._from_top(directory)
        if top == ".":
            return None if whole.startswith("../") else whole
        return whole.removeprefix(f"{top}/") if whole.startswith(f"{top}/") else None

    def globs(self, patterns: Iterable[str]) -> tuple[Glob, ...]:
        """Return patterns, relative to `here`, ready to match; what is no pattern is left out: the render says so."""
        found: list[Glob] = []
        for pattern in patterns:
            try:
                (parsed,) = parse_inputs((pattern,))
            except Refused:
                continue
            found.append(Glob(self, parsed))
        return tuple(found)

    def spelled(self, path: str, ups: int) -> str | None:
        """Return a path with so many `..` in front, None if it is not below the directory that those lead to."""
        start = "/".join([".."] * ups) or "."
        inside = self.below(start, path)
        return inside if not ups or inside is None else f"{start}/{inside}"

    def _from_top(self, path: str) -> str:
        if path not in self._whole:
            self._whole[path] = posixpath.normpath(posixpath.join(self.here, path))
        return self._whole[path]


class Glob:
    """A glob of the stack; `written` is how it stands there."""

    def __init__(self, paths: Paths, parsed: Input) -> None:
        self.written = parsed.written
        self._paths = paths
        self._parsed = parsed
        self._ups = posixpath.normpath(parsed.written).split("/").count("..")

    def matches(self, path: str) -> bool:
        """Return whether a path, relative to the root file's directory, is meant."""
        spelled = self._paths.spelled(path, self._ups)
        return spelled is not None and bool(self._parsed.matches(spelled))


def first_match(globs: Iterable[Glob], path: str) -> str:
    """Return the first pattern that matches, as it was written, empty if none does."""
    return next((item.written for item in globs if item.matches(path)), "")


def ancestors(path: str) -> Iterator[str]:
    """Yield the directories that a relative path lies in, the outermost first, without the one it is relative to."""
    parts = path.split("/")[:-1]
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[:length])
