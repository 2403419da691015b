"""`envwright commit`: render, and put what changed into the environment repository."""

from __future__ import annotations

from envwright import api
from envwright.adapters.git.land import land
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.source_commit import seconds_of
from envwright.adapters.git.values import Base, Draft, Failed, Landed, Outcome, Proposal
from envwright.envrepo.content import ABOUT, Content, changed_paths
from envwright.envrepo.draft import draft_of
from envwright.envrepo.guards import refuse_overspending
from envwright.envrepo.notes import note_files
from envwright.envrepo.place import place_of
from envwright.envrepo.render import Rendering
from envwright.envrepo.requests import CommitRequest, Committed, Selected
from envwright.envrepo.source import OpenSource, open_source
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Diagnostic, Refused, refuse
from envwright.model.mark import Mark
from envwright.model.output import HOLD
from envwright.model.wrong_call import wrong_call
from envwright.pipeline.environments import kind_of
from envwright.plan.transition import refuse_emptying


def commit(request: CommitRequest) -> tuple[Committed, ...]:
    """Render every selected environment and commit what changed, each in one commit; one push brings them all.

    What keeps one environment from being committed is in its outcome and keeps no other. Raises Refused for a stack
    that cannot be loaded, a source that is in no repository and a repository that cannot be read. Raises WrongCall.
    """
    source = open_source(request.source)
    rendering = Rendering(source, request.source)
    selected = _all(rendering) if request.selected is None else request.selected
    if request.target.path is not None and len(selected) > 1:
        raise wrong_call("EW741", "several environments cannot share one --path", hint="leave it out")
    with Repository(request.target.remote) as repository:
        runs = [_Run(request, rendering, repository, each) for each in selected]
        if request.dry_run:
            tips = repository.fetch({run.place.branch for run in runs})
            bases = [repository.base(run.place.branch, tips.get(run.place.branch), run.place.path) for run in runs]
            return tuple(run.committed(base, run.draft(base)) for run, base in zip(runs, bases, strict=True))
        outcomes = land(repository, [run.proposal for run in runs])
        return tuple(run.landed(outcome) for run, outcome in zip(runs, outcomes, strict=True))


def _all(rendering: Rendering) -> tuple[Selected, ...]:
    """Return every environment that has no slots."""
    inherited = rendering.loaded.inherited
    return tuple(Selected(environment=name) for name, node in inherited.items() if kind_of(name, node) != "slot")


class _Run:
    """One environment on its way into the repository, and what became of it."""

    def __init__(
        self, request: CommitRequest, rendering: Rendering, repository: Repository, selected: Selected
    ) -> None:
        self.request = request
        self.rendering = rendering
        self.repository = repository
        self.asked = rendering.request(selected, request.cluster_scope)
        target = request.target
        self.place = place_of(
            rendering.project(self.asked),
            rendering.name(self.asked),
            selected.slot,
            branch=target.branch,
            path=target.path,
            proposed=target.proposed,
        )
        self.content: Content | None = None
        self.response: api.Response | None = None
        self.failed: tuple[Diagnostic, ...] = ()

    @property
    def proposal(self) -> Proposal:
        """What `land` is asked for."""
        return Proposal(branch=self.place.branch, directory=self.place.path, draft=self.draft)

    def draft(self, base: Base) -> Draft | None:
        """Return the commit that follows what stands in the directory, None if there is none to make."""
        self.content, self.failed = None, ()
        try:
            return self._draft(Stored(self.repository, base.commit if base.tree else None, base.directory))
        except Refused as error:
            self.failed = error.diagnostics
            return None

    def _draft(self, stored: Stored) -> Draft | None:
        source, request = self.rendering.source, self.request
        self._check_hold(stored)
        self.response = self.rendering.render(self.asked.but(pins=stored.pins))
        files = {**self.response.files, **note_files(stored.pins, None)}
        changed = changed_paths(stored.blobs, files) - ABOUT
        if not changed:
            return None
        if not self.asked.slot and not request.allow_older:
            _check_age(source, stored)
        if not request.allow_empty:
            refuse_emptying(stored.tree.plan if stored.tree else None, self.response.plan)
        stored.read(*changed)  # in one go, what the transition will ask for one by one
        self.content, record = self.rendering.content(self.asked, self.response, files, stored, self.place.path)
        if not request.allow_prune and not (request.allow_empty and not self.response.plan.objects):
            refuse_overspending(stored.tree, self.response.plan, self.content.transition)
        title = f"{self.place.project} {self.place.instance}"
        return draft_of(title, self.content, record, request.hand, source.commit)

    def _check_hold(self, stored: Stored) -> None:
        hold, fix, source = stored.hold, self.request.fixed_by, self.rendering.source
        if hold is None or (fix and source.repository.is_ancestor(fix, source.commit.commit)):
            return
        why = f": {hold.reason}" if hold.reason else ""
        if fix:
            fault = f"the source does not have {fix}, which would lift the hold on {self.place.instance}"
            raise refuse("EW753", fault, Mark(HOLD), hint="commit from a source that has it")
        raise refuse(
            "EW737",
            f"{self.place.instance} is held since {hold.blocked[:12]} was rolled back{why}",
            Mark(HOLD),
            hint="lift it with `envwright unhold`, or commit a source with the fix: --fixed-by SHA",
        )

    def landed(self, outcome: Outcome) -> Committed:
        """Return what became of the environment once `land` is through."""
        if isinstance(outcome, Failed):
            self.failed = (outcome.why,)
        made = outcome if isinstance(outcome, Landed) else None
        return self._committed(made.commit if made else outcome.base.commit, changed=made is not None, pushed=True)

    def committed(self, base: Base, draft: Draft | None) -> Committed:
        """Return what would become of the environment."""
        return self._committed(base.commit, changed=draft is not None, pushed=False)

    def _committed(self, commit: str | None, *, changed: bool, pushed: bool) -> Committed:
        response = self.response
        return Committed(
            environment=self.place.instance,
            branch=self.place.branch,
            path=self.place.path,
            commit=commit,
            changed=changed,
            pushed=changed and pushed,
            plan_digest=response.rendered.digest if response else "",
            transition=self.content.transition if self.content else None,
            warnings=response.diagnostics if response else (),
            failed=self.failed,
        )


def _check_age(source: OpenSource, stored: Stored) -> None:
    """Raise Refused (EW738) if the source is older than the one that is deployed.

    Where this clone does not know the deployed commit, the dates of both tell.
    """
    deployed, made = str(stored.metadata.get("drySha", "")), source.commit
    if not deployed or deployed == made.commit:
        return
    older = source.repository.is_ancestor(made.commit, deployed)
    if older is None:
        older = seconds_of(made.moment) < seconds_of(str(stored.metadata.get("date", "")))
    if older:
        raise refuse(
            "EW738",
            f"the source {made.commit[:12]} is older than {deployed[:12]}, which is deployed",
            hint="commit from a newer source, or pass --allow-older",
        )
