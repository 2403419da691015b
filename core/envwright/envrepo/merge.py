"""`envwright merge`: what was reviewed comes to the environment's branch, and nothing else."""

from __future__ import annotations

from envwright.adapters.git.repository import Repository
from envwright.envrepo.place import directory_of
from envwright.envrepo.record import is_recorded, read_record
from envwright.envrepo.requests import MergeRequest
from envwright.model.diagnostic import refuse
from envwright.model.forge import Forge, Merge, PullRequest


def merge(request: MergeRequest, forge: Forge) -> str:
    """Merge a pull request at the commit that was reviewed, and return the commit that the base branch has then.

    One that is merged already at this commit is left as it is. Raises Refused: EW760, EW761 and EW763 as the forge
    does, EW775 if the environment moved since it was proposed.
    """
    found = forge.pull_request(request.number)
    wanted = Merge(number=request.number, head=request.head, method=request.method)
    if found.head == request.head and not found.merged:
        with Repository(request.remote) as repository:
            wanted = wanted.but(message=_message(repository, found))
    return forge.merge(wanted)


def _message(repository: Repository, found: PullRequest) -> str:
    """Return the message of what is proposed. Raises Refused: EW775.

    A forge puts what it merges on whatever the base branch holds: where the environment's directory is not as it was
    when it was rendered, files of two sources would stand side by side.
    """
    tip = repository.fetch([found.base]).get(found.base)
    info = repository.find(found.head)
    if tip is None or not info.parents or not is_recorded(info.trailers):
        return info.message
    directory = directory_of(read_record(info.trailers, info.commit[:12]).directory)
    if repository.tree_of(tip, directory) != repository.tree_of(info.parents[0], directory):
        fault = f"{found.base} has {tip[:12]} now, which changed what pull request {found.number} was rendered against"
        raise refuse("EW775", fault, hint="bring it up to date with `envwright commit --pr`, and review it again")
    return info.message
