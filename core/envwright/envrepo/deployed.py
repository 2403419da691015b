"""What is deployed: an environment as the repository has it, and the commit that brought it there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
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


class Found(NamedTuple):
    """The same whoever made the commit."""

    stored: Stored
    info: CommitInfo

    @property
    def record(self) -> Record | None:
        """What the commit says, None if envwright did not make it."""
        return record_of(self.info)


def deployed_at(repository: Repository, place: Place) -> Deployed:
    """Return what stands at a place. Raises Refused: EW740 where nothing does, EW742 if envwright did not make it."""
    tips = repository.fetch([place.branch])
    stored = Stored(repository, tips.get(place.branch), place.path)
    if not stored.files:
        raise not_there(repository, place)
    info = _latest(repository, tips, [place])[place]
    return Deployed(stored, info, read_record(info.trailers, info.commit[:12]))


def found_at(
    repository: Repository, tips: Mapping[str, str], places: Iterable[Place], notes: Collection[str]
) -> Mapping[Place, Found]:
    """Return what stands at those of many places where there is something, read in few goes.

    `tips` are those of the branches, as they were fetched; `notes` are files to read of each.
    """
    known: dict[str, bytes] = {}
    wanted = [place for place in places if place.branch in tips]
    with suppress(Refused):  # what is wrong with one is no fault of the others
        repository.list_all((tips[place.branch], place.path) for place in wanted)
    stored = {place: Stored(repository, tips[place.branch], place.path, known) for place in wanted}
    infos = _latest(repository, tips, [place for place in wanted if _is_there(stored[place])])
    with suppress(Refused):
        known.update(repository.read(blob for place in infos for blob in stored[place].blobs_of(notes)))
    return {place: Found(stored[place], info) for place, info in infos.items()}


def _is_there(stored: Stored) -> bool:
    try:
        return bool(stored.files)
    except Refused:
        return False


def _latest(repository: Repository, tips: Mapping[str, str], places: Collection[Place]) -> Mapping[Place, CommitInfo]:
    """Return the commit that changed each of the places last: mostly the tip, else the history tells."""
    infos = repository.commit_infos({tips[place.branch] for place in places})
    found = {place: infos[tips[place.branch]] for place in places}
    records = {place: record_of(info) for place, info in found.items()}
    others = [place for place, record in records.items() if record is None or record.directory != spelled(place.path)]
    latest = repository.latest_changes((place.branch, place.path) for place in others)
    found |= {place: latest[place.branch, place.path] for place in others if (place.branch, place.path) in latest}
    return found


def record_of(info: CommitInfo) -> Record | None:
    """Return what a commit says, None if envwright did not make it."""
    return read_record(info.trailers, info.commit) if is_recorded(info.trailers) else None


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
