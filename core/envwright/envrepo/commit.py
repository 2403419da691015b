"""`envwright commit`: render, and put what changed into the environment repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envwright.adapters.git.notes import put_notes
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.source import seconds_of
from envwright.adapters.git.values import Identity
from envwright.envrepo.guards import (
    ELSEWHERE,
    dropped_variables,
    refuse_held,
    refuse_other_stack,
    refuse_others,
    refuse_overspending,
    refuse_unfixed,
)
from envwright.envrepo.hydrator import NOTES, note_bytes
from envwright.envrepo.landing import Attempt, Change, Prepared, carry_out
from envwright.envrepo.next_branch import starts_of
from envwright.envrepo.place import place_of
from envwright.envrepo.propose import Proposed, propose
from envwright.envrepo.record import is_recorded
from envwright.envrepo.render import Rendering
from envwright.envrepo.requests import CommitRequest, Committed, Selected
from envwright.envrepo.source import OpenSource, open_source, source_repository
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse
from envwright.model.forge import Forge
from envwright.model.mark import Mark
from envwright.model.output import PLAN
from envwright.model.wrong_call import wrong_call
from envwright.pipeline.environments import kind_of
from envwright.plan.notes import note_files
from envwright.plan.transition import refuse_another, refuse_emptying
from envwright.plan.tree import Tree

MERGED = 2  # parents that a merge has at least


def commit(request: CommitRequest, forge: Forge | None = None) -> tuple[Committed, ...]:
    """Render every selected environment and commit what changed, each in one commit; one push brings them all.

    With a forge what changed is proposed instead, in a pull request for each environment.

    What keeps one environment from being committed is in its outcome and keeps no other. Raises Refused for a stack
    that cannot be loaded, a source that is in no repository and a repository that cannot be read. Raises WrongCall.
    """
    with source_repository(request.source) as repository:
        return _commit(request, open_source(repository, request.source), forge)


def _commit(request: CommitRequest, source: OpenSource, forge: Forge | None) -> tuple[Committed, ...]:
    rendering = Rendering(source, request.source)
    try:
        selected = _all(rendering) if request.selected is None else request.selected
        lands = forge is None and not request.target.proposed
        runs = [_Run(request, rendering, each, lands=lands) for each in selected]
    except Refused as error:  # what is not found may be in the work tree alone
        raise type(error)([*error.diagnostics, *_uncommitted(source)]) from error
    if request.target.path is not None and len(selected) > 1:
        raise wrong_call("EW741", "several environments cannot share one --path", hint="leave it out")
    with Repository(request.target.remote) as repository:
        starts = starts_of(repository, {run.place.branch for run in runs} if request.target.proposed else ())
        attempts = [Attempt(repository, run.place, request.hand, run.prepare) for run in runs]
        if forge is None or request.dry_run:
            done = carry_out(repository, attempts, starts, dry_run=request.dry_run)
        else:
            proposed = [Proposed(attempt, run.is_older) for attempt, run in zip(attempts, runs, strict=True)]
            done = propose(repository, proposed, forge, request.labels)
        noted = _noted(repository, request, source, done) if request.target.proposed and not request.dry_run else ()
        return _warned([*_uncommitted(source), *starts.warnings(), *noted], done)


def _warned(warnings: Sequence[Diagnostic], done: tuple[Committed, ...]) -> tuple[Committed, ...]:
    """Return the outcomes, the first with what is to be said of all."""
    return (done[0].but(warnings=(*warnings, *done[0].warnings)), *done[1:]) if done else done


def _noted(
    repository: Repository, request: CommitRequest, source: OpenSource, done: Sequence[Committed]
) -> tuple[Diagnostic, ...]:
    """Note on each proposed commit up to which commit of the source it holds; return a warning (EW776) if that fails.

    Without it gitops-promoter would wait for an environment that this source does not change, and promote no later one.
    """
    made = source.commit
    notes = {each.commit: note_bytes(made.commit) for each in done if each.commit and not each.failed}
    try:
        put_notes(repository, NOTES, notes, request.hand.committer, made.date)
    except Refused as error:
        summary = f"{NOTES} has no note of what is proposed: {error.diagnostics[0].summary}"
        hint = "gitops-promoter may wait for it: run the same command again"
        return (diagnostic("warning", "EW776", summary, hint=hint, detail=error.diagnostics[0].detail),)
    return ()


def _uncommitted(source: OpenSource) -> Iterator[Diagnostic]:
    """Yield a warning (EW755) if the work tree has what the commit lacks."""
    if source.dirty:
        summary = f"the work tree has changes that are not in {source.commit.commit[:12]}, which is what was rendered"
        yield diagnostic("warning", "EW755", summary, hint="commit them to the source first")


def _all(rendering: Rendering) -> tuple[Selected, ...]:
    """Return every environment that has no slots."""
    inherited = rendering.loaded.inherited
    return tuple(Selected(environment=name) for name, node in inherited.items() if kind_of(name, node) != "slot")


class _Run:
    """One environment of a source commit."""

    def __init__(self, request: CommitRequest, rendering: Rendering, selected: Selected, *, lands: bool) -> None:
        self.request = request
        self.lands = lands
        self.rendering = rendering
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

    def is_older(self, stored: Stored) -> bool:
        """Return whether the source is older than the one of a directory; never for slots, or where that is allowed."""
        return not self.asked.slot and not self.request.allow_older and _is_older(self.rendering, stored)

    def prepare(self, stored: Stored) -> Prepared:
        """Say what the source changes in the directory. Raises Refused for what is not committed unasked."""
        source, request = self.rendering.source, self.request
        refuse_others(stored.files, self.place.path)
        before = _readable(stored)
        if request.fixed_by:
            refuse_unfixed(stored.hold, self.place, request.fixed_by, source)
        else:
            refuse_held(stored.hold, self.place)
        response = self.rendering.render(self.asked.but(pins=stored.pins))
        plan = response.plan
        predecessor = before.plan if before else None
        refuse_another(predecessor, plan, "the directory", Mark(PLAN), hint=ELSEWHERE)
        files = {**response.files, **note_files(stored.pins, None)}
        refuse_other_stack(stored.metadata, source)
        changed = stored.changed(files)
        if not changed and not self._has_another_branch(stored) and not self._is_foreign(stored):
            return Prepared(response.rendered.digest, None, response.diagnostics)
        if self.is_older(stored):
            raise _older(source, stored)
        stored.read(*changed)  # in one go, what the transition will ask for one by one
        content, record = self.rendering.content(self.asked, response, files, stored, self.place.path)
        if not request.allow_empty:
            refuse_emptying(predecessor, plan)
        if not request.allow_prune and plan.objects:
            refuse_overspending(before, plan, content.transition)
        author = Identity(name=source.commit.author, email=source.commit.email)
        change = Change(self.place.title, content, record, author, source.commit.date)
        dropped = dropped_variables(stored.metadata, request.source.variables)
        return Prepared(response.rendered.digest, change, (*dropped, *response.diagnostics))

    def _has_another_branch(self, stored: Stored) -> bool:
        """Return whether a slot is made of another branch than before: it is gone with that one, so it is recorded."""
        ref = self.rendering.source.ref
        return bool(self.asked.slot and ref and stored.files) and stored.metadata.get("ref", "") != ref

    def _is_foreign(self, stored: Stored) -> bool:
        """Return whether the tip is a change of the directory by somebody else, though all is as it should be.

        So is a squash that lost the trailers: it is committed again, for nothing tells what it was made of. A merge is
        not: what it brought tells that. Nor is what is proposed, which would be merged in the same way again.
        """
        if stored.commit is None or not self.lands or self.is_older(stored):
            return False
        repository = stored.repository
        if is_recorded(repository.commit_infos([stored.commit])[stored.commit].trailers):
            return False
        parents = repository.find(stored.commit).parents  # found with its parents, which a tip is not
        own = repository.tree_of(stored.commit, stored.directory)
        return len(parents) < MERGED and all(repository.tree_of(parent, stored.directory) != own for parent in parents)


def _readable(stored: Stored) -> Tree | None:
    """Return what stands there. Raises Refused (EW702) if it cannot be read: what a commit deletes would be unknown."""
    try:
        return stored.tree
    except Refused as error:
        hint = "put an earlier commit back: envwright rollback, then envwright unhold"
        raise Refused(found._replace(hint=hint) for found in error.diagnostics) from error


def _is_older(rendering: Rendering, stored: Stored) -> bool:
    """Return whether the source is older than the one of a directory.

    Where this clone does not know that commit, the dates of both tell.
    """
    there, made = str(stored.metadata.get("drySha", "")), rendering.source.commit
    if not there or there == made.commit:
        return False
    older = rendering.is_before(there)
    return seconds_of(made.moment) < seconds_of(str(stored.metadata.get("date", ""))) if older is None else older


def _older(source: OpenSource, stored: Stored) -> Refused:
    deployed = str(stored.metadata.get("drySha", ""))
    fault = f"the source {source.commit.commit[:12]} is older than {deployed[:12]}, which is deployed"
    return refuse("EW738", fault, hint="commit from a newer source, or pass --allow-older")
