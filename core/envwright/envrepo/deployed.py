"""What is deployed: an environment as the repository has it, and the commit that brought it there."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
HEXADECIMAL = re.compile("[0-9a-f]{4,64}")
# branches that are searched for an id that was cut short, and how many commits of each
MOST_SEARCHED = 50
OF_EACH = 100


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
        info = repository.log(place.branch, spelled(place.path), limit=1)[0]
    return Deployed(stored, info, read_record(info.trailers, info.commit[:12]))


def not_there(repository: Repository, place: Place) -> Refused:
    """Make the exception for an environment that the repository does not have; the caller raises it."""
    prefix = place.branch.rpartition("/")[0]
    there = sorted(repository.branches(f"{prefix}/" if prefix else ""))
    hint = did_you_mean(place.branch, there) or "`envwright status` lists what is there"
    fault = f"nothing is deployed in {spelled(place.path)} on the branch {place.branch}"
    return refuse("EW740", fault, hint=hint)


def commit_named(repository: Repository, name: str, place: Place | None) -> CommitInfo:
    """Return the commit that a whole id, a branch, or the first characters of an id name.

    Those are looked for at a place, or where none is given at the tips of all branches and on those below `env/`.
    Raises Refused: EW722 for an id that is not there. Raises WrongCall: EW741 for a name of nothing or of several.
    """
    if len(name) in (40, 64) and HEXADECIMAL.fullmatch(name):
        return repository.find(name)
    branches = repository.branches()
    if name in branches:
        return repository.find(branches[name])
    found = _cut_short(repository, name, branches, place) if HEXADECIMAL.fullmatch(name) else []
    if len(found) != 1:
        what = f"names {len(found)} commits" if found else "is neither a commit nor a branch"
        raise wrong_call("EW741", f"{name} {what}", hint="give the whole id of a commit: `envwright log -o json`")
    return repository.find(found[0])


def _cut_short(repository: Repository, name: str, branches: Mapping[str, str], place: Place | None) -> list[str]:
    """Return the commits whose ids begin with a name."""
    if place is not None:
        commits = [info.commit for info in repository.log(place.branch, limit=ALL_HISTORY)]
        return [commit for commit in commits if commit.startswith(name)]
    if found := sorted({tip for tip in branches.values() if tip.startswith(name)}):
        return found
    likely = [branch for branch in sorted(branches) if branch.startswith("env/")][:MOST_SEARCHED]
    histories = repository.latest(likely, OF_EACH) if likely else {}
    return sorted({commit for commits in histories.values() for commit in commits if commit.startswith(name)})
