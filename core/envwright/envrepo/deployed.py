"""What is deployed: an environment as the repository has it, and the commit that brought it there."""

from __future__ import annotations

from typing import NamedTuple

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import CommitInfo
from envwright.envrepo.place import Place, spelled
from envwright.envrepo.record import Record, is_recorded, read_record
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Refused, refuse
from envwright.model.suggest import did_you_mean
from envwright.model.wrong_call import wrong_call

ALL_HISTORY = 100_000


class Deployed(NamedTuple):
    """A directory at the tip of its branch: `info` is the commit that changed it last, `record` what that one says."""

    stored: Stored
    info: CommitInfo
    record: Record


def deployed_at(repository: Repository, place: Place) -> Deployed:
    """Return what stands at a place. Raises Refused: EW740 where nothing does, EW742 if envwright did not make it."""
    tip = repository.fetch([place.branch]).get(place.branch)
    stored = Stored(repository, tip, place.path)
    if tip is None or not stored.files:
        raise not_there(repository, place)
    info = repository.commit_info(tip)
    if not (is_recorded(info.trailers) and read_record(info.trailers, tip).directory == spelled(place.path)):
        info = repository.log(place.branch, place.path, limit=1)[0]
    return Deployed(stored, info, read_record(info.trailers, info.commit[:12]))


def not_there(repository: Repository, place: Place) -> Refused:
    """Make the exception for an environment that the repository does not have; the caller raises it."""
    prefix = place.branch.rpartition("/")[0]
    there = sorted(repository.branches(f"{prefix}/" if prefix else ""))
    hint = did_you_mean(place.branch, there) or "`envwright status` lists what is there"
    fault = f"nothing is deployed in {spelled(place.path)} on the branch {place.branch}"
    return refuse("EW740", fault, hint=hint)


def commit_named(repository: Repository, name: str, place: Place | None) -> CommitInfo:
    """Return the commit that a whole id, a branch, or the first characters of an id at a place name.

    Raises Refused: EW722 for an id that is not there. Raises WrongCall: EW741 for a name of nothing.
    """
    if len(name) in (40, 64) and all(digit in "0123456789abcdef" for digit in name):
        return repository.find(name)
    if place is not None and len(name) >= 4:
        found = [info for info in repository.log(place.branch, limit=ALL_HISTORY) if info.commit.startswith(name)]
        if len(found) == 1:
            return found[0]
    tip = repository.branches(name).get(name)
    if tip is None:
        raise wrong_call("EW741", f"{name} is neither a commit nor a branch", hint="give the whole id of a commit")
    return repository.find(tip)
