"""Renders environments of one source commit: the stack is loaded once, each environment once for the same pins."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cached_property
from typing import get_args

from envwright import api
from envwright.envrepo.content import Content, content_of, digest_in
from envwright.envrepo.engine import engine, plugins_of
from envwright.envrepo.hydrator import metadata_bytes
from envwright.envrepo.place import spelled
from envwright.envrepo.record import Record, how_to_pass
from envwright.envrepo.requests import Selected, Source
from envwright.envrepo.source import OpenSource
from envwright.envrepo.stored import Stored
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import refuse
from envwright.model.output import HOLD, PINS
from envwright.model.plan import Plan
from envwright.pipeline.state import State


def render_command(file: str, environment: str, slot: int, record: Record) -> str:
    """Return the command that renders what a record tells of, in a checkout of its source."""
    words = ["envwright", "render", "-f", file, "--env", environment]
    words += ["--slot", str(slot)] if slot else []
    words += ["--cluster-scope", record.cluster_scope] if record.cluster_scope else []
    words += ["--pins", PINS] if record.pins else []
    words += [word for name in record.variables for word in ("--pass-env", name)]
    return shlex.join([*words, "--out", "out"])


class Rendering:
    """What becomes of one source commit, with the variables that were passed."""

    def __init__(self, source: OpenSource, passed: Source) -> None:
        self.source = source
        self.passed = passed
        self._before: dict[str, bool | None] = {}

    @cached_property
    def loaded(self) -> State:
        """The stack after the steps that all environments have in common. Raises Refused."""
        return api.load(self.request(Selected()), self.source.world)

    def is_before(self, commit: str) -> bool | None:
        """Return whether the source's commit is in the history of another; None if this clone does not know that."""
        if commit not in self._before:
            self._before[commit] = self.source.repository.is_ancestor(self.source.commit.commit, commit)
        return self._before[commit]

    def request(self, selected: Selected, cluster_scope: str | None = None) -> api.Request:
        """Return the request for an environment; what is pinned is not in it yet."""
        return api.Request(
            file=self.source.name,
            environment=selected.environment,
            slot=selected.slot,
            variables=self.passed.variables,
            public=self.passed.public,
            cluster_scope=_scope(cluster_scope),
        )

    def project(self, request: api.Request) -> str:
        """Return the project of an environment. Raises Refused and WrongCall."""
        return api.project(request, self.loaded, self.source.world)

    def name(self, request: api.Request) -> str:
        """Return the environment's name, also where the request names none and the stack has only one."""
        return api.environment_name(request, self.loaded)

    def render(self, request: api.Request) -> api.Response:
        """Render. Raises Refused and WrongCall."""
        return api.render(request, self.source.world, self.loaded)

    def content(
        self, request: api.Request, response: api.Response, files: Mapping[str, bytes], before: Stored, directory: str
    ) -> tuple[Content, Record]:
        """Return what stands in the directory once `files` (the render, its notes) follow, and what is said of it."""
        environment = response.environment
        read = set(response.plan.inputs.variables) & self.passed.variables.keys()
        record = Record(
            source_repo=self.source.url,
            source_sha=self.source.commit.commit,
            source_file=self.source.file,
            source_ref=self.source.ref if environment.slot else "",
            directory=spelled(directory),
            plan_digest=response.rendered.digest,
            engine=engine(),
            plugins=plugins_of(self.source.world.host),
            variables=tuple(sorted(read)),
            cluster_scope=request.cluster_scope or "",
            pins=digest_in(files, PINS),
            hold=digest_in(files, HOLD),
        )
        command = render_command(self.source.file, environment.environment, environment.slot, record)
        metadata = metadata_bytes(self.source.facts, command, record.source_ref)
        return content_of(files, response.rendered, before.predecessor, metadata), record


def recorded_rendering(source: OpenSource, passed: Source, record: Record, plan: Plan) -> Rendering:
    """Return what renders with the variables that a commit was made with: the public ones are in its plan.

    Of those that are passed no others are used. Raises Refused: EW747 for those that are recorded and not passed.
    """
    if missing := [name for name in record.variables if name not in passed.variables]:
        fault = f"the commit was made with variables that are not passed: {', '.join(missing)}"
        raise refuse("EW747", fault, hint=how_to_pass(missing))
    public = dict(plan.inputs.public_variables)
    variables = {name: passed.variables[name] for name in record.variables} | public
    return Rendering(source, passed.but(variables=variables, public=frozenset(public)))


def _scope(word: str | None) -> ClusterScope | None:
    """Return a cluster scope; a word that is none counts as none, which the trailer then does not fit."""
    scopes: tuple[ClusterScope, ...] = get_args(ClusterScope)
    return next((scope for scope in scopes if scope == word), None)
