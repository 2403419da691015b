"""A fixture service: a small program of one stack, what it answers, and what is done to its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Progress = Callable[[str], None]
"""Is told, a line at a time, of what takes long."""


class UnavailableError(Exception):
    """What a service needs and this machine lacks: `str` is the reason to skip by."""


class Provided(NamedTuple):
    """What an image for development would have, on this machine.

    `path` are folders for the front of `PATH`; `places` say where a directory of the container is here, such as
    `/opt/venv`; `env` are variables that the image would set.
    """

    path: tuple[Path, ...] = ()
    places: Mapping[str, Path] = {}
    env: Mapping[str, str] = {}


Provide = Callable[[Path, Progress], Provided]
"""Brings what a service's image would have. Takes the service's folder; raises UnavailableError."""


def nothing(_folder: Path, _progress: Progress) -> Provided:
    """Bring nothing: what the command needs is on `PATH`."""
    return Provided()


class Answer(NamedTuple):
    """What `GET path` is answered with: a status, and a text somewhere in the body."""

    path: str = "/"
    text: str = ""
    status: int = 200


class Edit(NamedTuple):
    """In the file `path`, relative to the service's folder, every `old` becomes `new`."""

    path: str
    old: str
    new: str

    @property
    def reversed(self) -> Edit:
        """The edit that undoes this one."""
        return Edit(self.path, self.new, self.old)

    def of(self, text: str) -> str:
        """Return the edited text. Raises ValueError if there is nothing to edit."""
        if self.old not in text:
            raise ValueError(f"{self.path} does not contain {self.old!r}")
        return text.replace(self.old, self.new)


class Change(NamedTuple):
    """Edits and new files (path to text), and the answer that tells that they are live."""

    answer: Answer
    edits: tuple[Edit, ...] = ()
    files: Mapping[str, str] = {}


class FixtureService(NamedTuple):
    """A service to prove a stack with.

    It answers HTTP where its recipe's command says, or if that leaves it to the program, where the variables `HOST` and
    `PORT` do.

    - `folder` holds its files, the lockfile among them, and a Dockerfile unless the stack makes one.
    - `answer` is what it answers as it is in the folder.
    - `edit` changes what is there; `also` are changes of other kinds of files, each of them live by itself.
    - `new` brings files, with the edits that make them be served if that takes any; its answer must come of nothing
      else, and be another one once the files are gone again.
    - `broken` are syntax errors, one after the other, in files that are read when the program starts.
    - `lockfile` is another state of what says what is installed. It must not change an answer; of a recipe that
      installs for itself, `installed` is what is answered once it has.
    - `provide` brings what the image for development would have.
    - `env` are variables of the container, `settings` the service's part of `plugins.hot-reload`.
    - `detected` is whether the stack can be told from the files.
    """

    folder: Path
    answer: Answer
    edit: Change
    new: Change
    broken: tuple[Edit, ...]
    lockfile: Edit
    installed: Answer | None = None
    also: tuple[Change, ...] = ()
    provide: Provide = nothing
    env: Mapping[str, str] = {}
    settings: Mapping[str, Any] = {}
    detected: bool = True
