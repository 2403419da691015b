"""`envwright log` and `envwright status`: who deployed what, and what is there now."""

from __future__ import annotations

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.source_commit import source_of
from envwright.adapters.git.values import CommitInfo
from envwright.envrepo.deployed import Deployed, deployed_at, not_there
from envwright.envrepo.place import Place, spelled
from envwright.envrepo.record import is_recorded, read_record
from envwright.envrepo.requests import Deployment, LogRequest, Standing, StatusRequest
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Refused
from envwright.model.output import METADATA, PLAN

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
    """Return every environment of the repository, or those of a project, sorted by branch and directory."""
    with Repository(request.remote) as repository:
        wanted = request.branch or f"{PREFIX}{request.project}/" if request.project or request.branch else PREFIX
        names = [name for name in repository.branches(wanted) if not request.branch or name == request.branch]
        tips = repository.fetch(names)
        found = []
        for branch, tip in sorted(tips.items()):
            for directory in _directories(repository, tip):
                place = Place("", directory.rpartition("/")[2] or branch.rpartition("/")[2], branch, directory)
                found.append(_standing(repository, place, request))
        return tuple(found)


def _directories(repository: Repository, tip: str) -> list[str]:
    """Return the directories of a commit that hold an environment."""
    files = repository.files_in(tip, "")
    plans = [path.rpartition("/")[0] for path in files if path.rpartition("/")[2] == PLAN]
    return sorted(folder for folder in plans if f"{folder}/{METADATA}".removeprefix("/") in files)


def _standing(repository: Repository, place: Place, request: StatusRequest) -> Standing:
    """Return how an environment stands; of one that somebody else changed last, what can be told."""
    stored = Stored(repository, repository.fetch([place.branch]).get(place.branch), place.path)
    standing = Standing(instance=place.instance, branch=place.branch, path=place.path)
    try:
        standing = standing.but(held=stored.hold, pins=stored.pins)
        deployed = deployed_at(repository, place)
    except Refused:
        last = repository.log(place.branch, spelled(place.path), limit=1)
        return standing.but(deployment=_deployment(last[0])) if last else standing
    return standing.but(deployment=_deployment(deployed.info), source=_relation(deployed, request))


def _relation(deployed: Deployed, request: StatusRequest) -> str:
    """Return how the deployed source stands to the commit that is checked out, empty where that cannot be told."""
    if request.source is None:
        return ""
    try:
        repository, _ = source_of(request.source.file)
        head = repository.head().commit
    except Refused:
        return ""
    there = deployed.record.source_sha
    if there == head:
        return "current"
    older, newer = repository.is_ancestor(there, head), repository.is_ancestor(head, there)
    if older is None or newer is None:
        return ""
    return "behind" if older else "ahead" if newer else "diverged"


def _deployment(info: CommitInfo) -> Deployment:
    subject = info.message.partition("\n")[0]
    record = read_record(info.trailers, info.commit) if is_recorded(info.trailers) else None
    return Deployment(
        commit=info.commit, author=info.author, committer=info.committer, date=info.date, subject=subject, record=record
    )
