"""`envwright rollback`: back to an earlier content, and held there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import CommitInfo
from envwright.envrepo.content import content_of
from envwright.envrepo.deployed import ALL_HISTORY, not_there
from envwright.envrepo.guards import refuse_overspending
from envwright.envrepo.landing import Attempt, Change, Prepared, carry_out_one
from envwright.envrepo.place import spelled
from envwright.envrepo.record import SHA, Record, is_recorded, read_record
from envwright.envrepo.requests import MACHINE, Committed, RollbackRequest
from envwright.envrepo.review import plan_part
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Refused, refuse
from envwright.model.hold import Hold
from envwright.model.output import HOLD, METADATA, REVIEW, TRANSITION
from envwright.plan.notes import note_files
from envwright.plan.transition import refuse_emptying

# commits of the environment
SEARCHED_FIRST = (5, 100)


def rollback(request: RollbackRequest) -> Committed:
    """Commit an earlier content of an environment again, and hold it there.

    Raises Refused: EW740 where nothing is deployed, EW751 where there is nothing to go back to, EW703 and EW739 for
    what is not deleted unasked.
    """
    with Repository(request.remote) as repository:
        run = _Rollback(request, repository)
        return carry_out_one(Attempt(repository, request.place, request.hand, run.prepare), dry_run=request.dry_run)


class _Rollback:
    """One environment on its way back."""

    def __init__(self, request: RollbackRequest, repository: Repository) -> None:
        self.request = request
        self.repository = repository

    def prepare(self, stored: Stored) -> Prepared:
        """Say what going back changes in the directory."""
        place = self.request.place
        history, earlier = self._searched(stored)
        there = Stored(self.repository, earlier.commit, place.path)
        if there.tree is None:
            raise refuse("EW751", f"{earlier.commit[:12]} has no environment in {spelled(place.path)}")
        held = _held(stored)
        if earlier == history[0] and held is None:
            raise refuse(
                "EW751", f"{earlier.commit[:12]} is what is deployed", hint="`envwright log` lists what was before"
            )
        hold = self._hold(held, earlier, history[0])
        files = _restored_files(there, hold)
        if hold == held and not stored.changed(files):
            return Prepared(there.tree.digest, None)
        stored.read(*(path for path, file in stored.files.items() if there.files.get(path) != file))  # all in one go
        content = content_of(files, there.tree, stored.predecessor, files.get(METADATA, b""))
        if not self.request.allow_empty:
            refuse_emptying(stored.predecessor.plan if stored.predecessor else None, there.tree.plan)
        if not self.request.allow_prune and there.tree.plan.objects:
            refuse_overspending(stored.predecessor, there.tree.plan, content.transition)
        restored = _record_of(earlier)._replace(hold=content.hold)
        title = f"{place.title}: back to {earlier.commit[:12]}"
        return Prepared(there.tree.digest, Change(title, content, restored, MACHINE, earlier.date))

    def _hold(self, held: Hold | None, earlier: CommitInfo, last: CommitInfo) -> Hold:
        """Return what holds the environment: where it is held already, what was taken back first stays blocked."""
        if held is not None and held.blocked != earlier.commit:
            return held.but(restored=earlier.commit, reason=self.request.reason or held.reason)
        return Hold(
            restored=earlier.commit,
            blocked=last.commit,
            blocked_source=_record_of(last).source_sha if is_recorded(last.trailers) else "",
            reason=self.request.reason,
        )

    def _searched(self, stored: Stored) -> tuple[tuple[CommitInfo, ...], CommitInfo]:
        """Return the commits of the environment, newest first, as far as to the one to go back to, and that one.

        On a branch that many environments share the whole history is long, and what is wanted is near its end. Only
        the first characters of an id are looked for in all of it, for there they have to be of one commit.
        """
        place, wanted = self.request.place, self.request.to
        if stored.commit is None:
            raise not_there(self.repository, place)
        first = () if wanted and not SHA.fullmatch(wanted) else SEARCHED_FIRST
        for limit in first:
            history = self.repository.log(place.branch, spelled(place.path), limit=limit)
            with suppress(Refused):
                return history, self._earlier(history, stored)
            if len(history) < limit:
                break
        history = self.repository.log(place.branch, spelled(place.path), limit=ALL_HISTORY)
        return history, self._earlier(history, stored)

    def _earlier(self, history: tuple[CommitInfo, ...], stored: Stored) -> CommitInfo:
        """Return the commit to go back to: the one that is named, or the latest before this one that differs.

        What a rollback put back counts as the commit that it put back: a second one goes further.
        """
        if wanted := self.request.to:
            found = [info for info in history if info.commit.startswith(wanted)]
            if len(found) != 1 or len(wanted) < 4:  # fewer digits name many commits
                hint = "`envwright log` lists the commits of the environment"
                raise refuse("EW751", f"{wanted} names no commit of {self.request.place.instance}", hint=hint)
            return found[0]
        recorded = [info for info in history if is_recorded(info.trailers)]
        if recorded[:1] != list(history[:1]) and recorded:
            return recorded[0]  # somebody else made the last one
        held = _held(stored)
        restored = held.restored if held else history[0].commit
        start = next((place for place, info in enumerate(recorded) if info.commit == restored), len(recorded))
        for info in recorded[start + 1 :]:
            record, now = _record_of(info), _record_of(recorded[start])
            if not record.hold and (record.plan_digest, record.pins) != (now.plan_digest, now.pins):
                return info
        raise refuse("EW751", f"{self.request.place.instance} has no earlier content")


def _held(stored: Stored) -> Hold | None:
    """Return what holds the environment; one that cannot be read is what a rollback puts right."""
    try:
        return stored.hold
    except Refused:
        return None


def _restored_files(there: Stored, hold: Hold) -> Mapping[str, bytes]:
    """Return the files of an earlier commit, with a hold; what it changed itself is not among them."""
    files = {path: content for path, content in there.everything().items() if path not in (HOLD, TRANSITION)}
    return {**files, REVIEW: plan_part(files.get(REVIEW, b"")), **note_files(there.pins, hold)}


def _record_of(info: CommitInfo) -> Record:
    return read_record(info.trailers, info.commit[:12])
