"""What a plugin knows of a language or a framework: how to tell it, run it under a reloader, and judge an edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, Protocol

Effect = Literal["none", "hot-reload", "restart", "rebuild", "migrate"]


class ServiceFiles(Protocol):
    """The files of one service, read only. Paths are relative to `directory`, with `/` as separator.

    `directory` is where the service's code is, relative to the root file's directory; `.` is that directory.
    """

    @property
    def directory(self) -> str:
        """Where the service's code is."""
        ...

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file that may be read."""
        ...

    def read(self, path: str) -> str:
        """Return the text of a file, empty if it is not there or is no text."""
        ...

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match `pattern` (`*`, `?`, `[...]`, `**`), sorted."""
        ...


class ChangeRule(NamedTuple):
    """What follows from a change of the files that `pattern` matches.

    The pattern is one of `.dockerignore` (`*`, `**`, `?`), relative to the service's directory. `why` completes the
    sentence "it is ..., because": `the reloader watches it`.
    """

    pattern: str
    effect: Effect
    why: str


class Program(NamedTuple):
    """A service as it runs without a reloader, and where.

    `dockerfile` is the text of its Dockerfile, empty if it has none. `command` is what its container or its Dockerfile
    starts, empty if neither says; `working_directory` is where the service's directory is in the container, `user` who
    runs it there, both of the stage `dev` if the Dockerfile has one. `port` is the first port of the container, 0 for
    none; `hosts` are the names that requests for it carry, those from outside first.
    """

    name: str
    files: ServiceFiles
    dockerfile: str = ""
    command: tuple[str, ...] = ()
    working_directory: str = ""
    user: str = ""
    port: int = 0
    hosts: tuple[str, ...] = ()


class SourceMount(NamedTuple):
    """A part of the service's source in the container: `directory` below the service's own (empty: all of it)."""

    directory: str
    path: str


class Recipe(NamedTuple):
    """How a service runs so that an edit becomes live.

    `command` is the reloader; empty keeps what the image starts. `target` is the stage of the Dockerfile that has what
    development needs, empty if the image itself will do. `sources` say where the source is mounted, `dependencies` what
    must not lie below that, `caches` what is kept on a volume. `port` is where it listens if the container names no
    port, 0 for none; `readiness` the path that answers once it is up, empty where nothing answers by HTTP. `env` is set
    where the container does not set it; where file events do not arrive, `polling` is set too, and `polling_arguments`
    are added to the command. `memory` is what it takes at least, a Kubernetes quantity: building takes more than
    running. `live` tells a developer how to see that an edit is live.
    """

    command: tuple[str, ...] = ()
    target: str = "dev"
    sources: tuple[SourceMount, ...] = ()
    working_directory: str = ""
    dependencies: tuple[str, ...] = ()
    caches: tuple[str, ...] = ()
    port: int = 0
    readiness: str = "/"
    env: Mapping[str, str] = {}
    polling: Mapping[str, str] = {}
    polling_arguments: tuple[str, ...] = ()
    memory: str = ""
    live: str = ""


class StackDockerfile(NamedTuple):
    """A Dockerfile in three parts: what its stages have in common, the stage `dev`, and the one that is shipped."""

    base: str
    dev: str
    runtime: str

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n\n".join(part.strip("\n") for part in (self.base, self.dev, self.runtime) if part.strip()) + "\n"


def no_dockerfile(_program: Program) -> StackDockerfile | None:
    """Make none: the service brings its own."""
    return None


class LanguageStack(NamedTuple):
    """A language or a framework; `stack: NAME` of a service chooses it.

    `detect` returns the evidence, such as `manage.py imports django`, empty if the service is not of this stack.
    `special_of` names stacks that detect it too and are more general. `recipe` returns None where it cannot tell how to
    run the service. `dockerfile` makes one for a service that has none, None if it cannot. In `changes` the first rule
    that matches a file holds; a file that none matches is rebuilt.
    """

    name: str
    title: str
    detect: Callable[[ServiceFiles], str]
    recipe: Callable[[Program], Recipe | None]
    changes: tuple[ChangeRule, ...]
    special_of: tuple[str, ...] = ()
    dockerfile: Callable[[Program], StackDockerfile | None] = no_dockerfile


class ServiceCode(NamedTuple):
    """Where a service's code is and how its changed files are judged.

    `directory` is relative to the root file's. `stack` is empty where none is known, `why` says why it is that one, or
    why there is none; `rules` are the stack's, their patterns relative to `directory`.
    """

    directory: str
    stack: str
    why: str
    rules: tuple[ChangeRule, ...]


class Development(NamedTuple):
    """How one unit runs under its reloader in this environment.

    `stack` and `why` say what it was taken for and by which evidence. `image` is the reference that its containers have
    in the stack, `dev_image` the one for development, `user` who runs it, as its Dockerfile says. `directory` is where
    its code is, relative to the root file's.
    """

    stack: str
    why: str
    recipe: Recipe
    image: str
    dev_image: str
    directory: str
    user: str = ""
