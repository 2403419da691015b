"""`envwright log` and `envwright status`: who deployed what, and what is there now."""

from __future__ import annotations

from collections.abc import Mapping, Set
from contextlib import suppress

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import CommitInfo
from envwright.envrepo.deployed import Found, found_at, not_there, record_of
from envwright.envrepo.place import Place, spelled
from envwright.envrepo.requests import Deployment, LogRequest, Source, Standing, StatusRequest
from envwright.envrepo.source import source_repository
from envwright.model.diagnostic import Refused
from envwright.model.output import HOLD, METADATA, PINS, PLAN

PREFIX = "env/"


def log(request: LogRequest) -> tuple[Deployment, ...]:
    """Return the latest commits of an environment, newest first. Raises Refused: EW740 where there is none."""
    with Repository(request.remote) as repository:
        if request.place.branch not in repository.branches(request.place.branch):
            raise not_there(repository, request.place)
        found = repository.log(request.place.branch, spelled(request.place.path), request.limit)
        if not found:
            raise not_there(repository, request.place)
        return tuple(_deployment(info) for info in found)


def status(request: StatusRequest) -> tuple[Standing, ...]:
    """Return every environment of the repository, or those of a project, sorted by branch and directory.

    Raises Refused for a remote of the source that cannot be read; a clone that is not there is passed over.
    """
    with Repository(request.remote) as repository:
        wanted = request.branch or f"{PREFIX}{request.project}/" if request.project or request.branch else PREFIX
        names = [name for name in repository.branches(wanted) if not request.branch or name == request.branch]
        tips = repository.fetch(names)
        repository.list_all((tip, "") for tip in tips.values())
        places = [
            Place("", directory.rpartition("/")[2] or branch.rpartition("/")[2], branch, directory)
            for branch, tip in sorted(tips.items())
            for directory in _directories(repository, tip)
        ]
        found = found_at(repository, tips, places, (PINS, HOLD))
        relations = _relations({each.record.source_sha for each in found.values() if each.record}, request.source)
        return tuple(_standing(place, found.get(place), relations) for place in places)


def _directories(repository: Repository, tip: str) -> list[str]:
    """Return the directories of a commit that hold an environment."""
    files = repository.files_in(tip, "")
    plans = [path.rpartition("/")[0] for path in files if path.rpartition("/")[2] == PLAN]
    return sorted(folder for folder in plans if f"{folder}/{METADATA}".removeprefix("/") in files)


def _standing(place: Place, found: Found | None, relations: Mapping[str, str]) -> Standing:
    """Return how an environment stands; of one that somebody else changed last, what can be told."""
    standing = Standing(instance=place.instance, branch=place.branch, path=place.path)
    if found is None:
        return standing
    deployment = _deployment(found.info)
    source = relations.get(deployment.record.source_sha, "") if deployment.record else ""
    standing = standing.but(deployment=deployment, source=source)
    with suppress(Refused):
        standing = standing.but(held=found.stored.hold, pins=found.stored.pins)
    return standing


def _relations(commits: Set[str], source: Source | None) -> Mapping[str, str]:
    """Return how commits of the source stand to the one that is checked out, those left out that do not tell."""
    if source is None:
        return {}
    try:
        with source_repository(source) as repository:
            return repository.relations(commits, repository.resolve(source.revision).commit)
    except Refused:
        if source.remote is not None:
            raise
        return {}


def _deployment(info: CommitInfo) -> Deployment:
    subject = info.message.partition("\n")[0]
    record = record_of(info)
    return Deployment(
        commit=info.commit, author=info.author, committer=info.committer, date=info.date, subject=subject, record=record
    )
