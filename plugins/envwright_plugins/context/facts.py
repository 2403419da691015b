"""An environment as somebody who works in it needs to know it."""

from __future__ import annotations

from typing import NamedTuple

from envwright.hookspecs import Guidance
from envwright.model.contract.document import Document


class Url(NamedTuple):
    """Where a unit answers from outside; `tls` is None where a gateway of the platform decides."""

    host: str
    path: str
    tls: bool | None

    def __str__(self) -> str:
        return f"{'http' if self.tls is False else 'https'}://{self.host}{self.path}"


class Port(NamedTuple):
    """A port of a Service."""

    service: str
    name: str
    port: int


class Mount(NamedTuple):
    """Where a pod under its reloader has the source: `source` is what is mounted there, `part` the part of it."""

    path: str
    source: str
    part: str


class Edit(NamedTuple):
    """What follows from an edit of the files that these patterns match; of several the first that matches holds.

    Patterns are relative to the root file's directory.
    """

    effect: str
    patterns: tuple[str, ...]
    why: str


class UnitContext(NamedTuple):
    """A unit. Names of objects are `deployment/NAME`, as kubectl takes them; `live` says how an edit shows."""

    name: str
    kind: str
    phase: str
    depends_on: tuple[str, ...]
    strategy: str
    image: str
    workloads: tuple[str, ...]
    jobs: tuple[str, ...]
    ports: tuple[Port, ...]
    urls: tuple[Url, ...]
    directory: str
    inputs: tuple[str, ...]
    stack: str
    why: str
    edits: tuple[Edit, ...]
    mounts: tuple[Mount, ...]
    live: str


class Context(NamedTuple):
    """An environment; `selection` are the options that name it on the command line, `off` the units it goes without."""

    project: str
    environment: str
    slot: int
    kind: str
    instance_scope: str
    namespace: str
    domain: str
    plan_digest: str
    root: str
    selection: str
    units: tuple[UnitContext, ...]
    off: tuple[str, ...]
    commands: tuple[str, ...]
    forbidden: tuple[Guidance, ...]
    documents: tuple[Document, ...]


class Effect(NamedTuple):
    """What one of the things that may follow from an edit means, and how one sees that it has happened."""

    name: str
    means: str
    seen: str


EFFECTS = (
    Effect("none", "nothing has to happen", ""),
    Effect("hot-reload", "save the file where the pod's source is: the reloader sees it", "the log of the pod"),
    Effect("restart", "the pods have to start again", "rollout status, then the log of the pod"),
    Effect("rebuild", "commit and render: an image is built, and the pods roll to it", "rollout status"),
    Effect("migrate", "commit and render: a migration runs before the unit", "the log of its Job"),
    Effect("re-render", "commit and render: objects are applied", "the commit in the environment repository"),
)
