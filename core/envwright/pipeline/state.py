"""What the steps hand on: one frozen value that grows from step to step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from envwright.hookspecs import EnvironmentFacts, Output
from envwright.host import Host
from envwright.model.contract.environment import ClusterScope
from envwright.model.contract.stack import Spec
from envwright.model.diagnostic import Diagnostic, Report
from envwright.model.dialect import V1, Dialect
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node
from envwright.model.pins import Pins
from envwright.model.ports import ForEach, Listing, Reader
from envwright.model.rendered import Omission, RenderedImage, RenderedUnit, RequiredSecret
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage
from envwright.model.value import Value
from envwright.pipeline.stacks import Stacks

if TYPE_CHECKING:
    from envwright.images.content import Contents
    from envwright.plan.tree import Tree  # a third of the engine, which only rendering needs

NOWHERE = Map({}, Mark(""))


# what the run is for: `validate` and `resolve` open no manifest, `validate` no build context either
Goal = Literal["validate", "resolve", "check", "plan"]


class World:
    """What the pipeline is given beside the request: the reader of files, the plugins, and what files tell.

    `for_each` is how the same is done for many units: one after the other, unless it is given.
    """

    def __init__(self, reader: Reader, host: Host, for_each: ForEach = map) -> None:
        self.reader = reader
        self.host = host
        self.for_each = for_each

    @cached_property
    def listing(self) -> Listing:
        """What directories hold; the stacks and the images look at the same ones."""
        return cache(self.reader.entries)

    @cached_property
    def stacks(self) -> Stacks:
        """Which languages services are written in."""
        return Stacks(self.reader, self.host, self.listing)

    @cached_property
    def contents(self) -> Contents:
        """What images are built of; all that runs in this world reads a file of theirs once."""
        from envwright.images.content import Contents  # 20 ms to import, and `validate` never asks

        return Contents(self.reader, listing=self.listing)


class Variables(Value):
    """The variables that the caller passed; `public` are the names that may stand in the plan by value."""

    values: Mapping[str, str] = {}
    public: frozenset[str] = frozenset()


class Selection(Value):
    """Which environment, and how.

    `slot` is 0 outside slots; `only` limits rendering to these units, empty for all; `cluster_scope` replaces the
    environment's own, None keeps it.
    """

    environment: str = ""
    slot: int = 0
    only: tuple[str, ...] = ()
    cluster_scope: ClusterScope | None = None
    pins: Pins = Pins()


class Document(NamedTuple):
    """One YAML document of the stack; `path` is relative to the root file's directory."""

    path: str
    root: Map


class State(Value):
    """Everything found out so far. A field is empty until the step that fills it has run.

    `documents` in merge order (steps 1 and 2), `tree` the merged document (3), `checked` the nodes that nothing is
    wrong with and `inherited` every environment with all that it inherits (4), `facts` what a run over all environments
    knows of them beforehand, by name and slot, `spec` the environment's own AST (5, and evaluated 6), `declared` its
    typed values (6), `resolved` what `resolve` prints (7 and 8), `units` what rendering made, `secrets` the stack's own
    and `made_images` the Jobs that make images (9), `output` (the plan and its manifests), `files` the bytes
    and `shown` what plugins see of it all (10).
    """

    root: str
    text: str | None = None
    variables: Variables = Variables()
    selection: Selection = Selection()
    dialect: Dialect = V1
    api_version: str = ""
    documents: tuple[Document, ...] = ()
    tree: Map = NOWHERE
    settings: Mapping[str, Any] = {}
    checked: Mapping[tuple[int, int], Node] = {}
    inherited: Mapping[str, Map] = {}
    facts: Mapping[tuple[str, int], EnvironmentFacts] = {}
    spec: Map = NOWHERE
    environment_tree: Map = NOWHERE
    context: Mapping[str, Any] = {}
    images: Mapping[str, ResolvedImage] = {}
    variables_read: frozenset[str] = frozenset()
    withheld_vars: Mapping[str, Any] = {}
    namespace: str = ""
    declared: Spec | None = None
    resolved: ResolvedEnvironment | None = None
    goal: Goal = "plan"
    units: tuple[RenderedUnit, ...] = ()
    secrets: tuple[RequiredSecret, ...] = ()
    made_images: tuple[RenderedImage, ...] = ()
    omissions: tuple[Omission, ...] = ()
    output: Tree | None = None
    files: Mapping[str, bytes] = {}
    shown: Output | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def typed(self) -> Spec:
        """The environment's typed declaration. Raises RuntimeError before step 6."""
        if self.declared is None:
            raise RuntimeError("step 6 has not run")
        return self.declared

    @property
    def environment(self) -> ResolvedEnvironment:
        """The resolved environment. Raises RuntimeError before step 8."""
        if self.resolved is None:
            raise RuntimeError("step 8 has not run")
        return self.resolved

    def after(self, report: Report, **changes: Any) -> Self:
        """Return the state after a step: with its changes and its diagnostics.

        Raises Refused with the diagnostics of all steps so far if the step found an error.
        """
        found = Report((*self.diagnostics, *report.items))
        found.raise_if_failed()
        return self.but(**changes, diagnostics=tuple(found.items))
