"""`envwright prune-branches`: the branches of slots that are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.source_remote import remote_branches
from envwright.adapters.git.values import Pushed
from envwright.envrepo.deployed import Deployed, deployed_at
from envwright.envrepo.place import NEXT, Place
from envwright.envrepo.render import Rendering
from envwright.envrepo.requests import GoneSlot, PruneRequest, Selected
from envwright.envrepo.source import open_source
from envwright.model.diagnostic import Refused
from envwright.model.nodes import Map
from envwright.model.output import instance_of
from envwright.model.plan import Plan
from envwright.pipeline.environments import kind_of, max_slots


def prune_branches(request: PruneRequest) -> tuple[GoneSlot, ...]:
    """Delete the branches of slots that are gone, or in a dry run tell them.

    A slot is gone if the stack has no such slot any more, or if the branch of the source that it was made of is not
    there any more. A branch that holds anything beside its slot stays. Raises Refused, among others for a source whose
    remote does not tell its branches (EW722).
    """
    source = open_source(request.source)
    rendering = Rendering(source, request.source)
    environments = rendering.loaded.inherited
    first = Selected(environment=next(iter(environments), ""))
    prefix = f"env/{rendering.project(rendering.request(first))}/"
    sources = remote_branches(source.repository)
    with Repository(request.remote) as repository:
        tips = repository.branches(prefix)
        repository.fetch(tips)
        found = []
        for place, deployed, plan in _slots(repository, tips):
            why = _why_gone(deployed, plan, environments, sources)
            if why and place.instance not in request.keep:
                found += [
                    _gone(repository, place._replace(branch=branch), tips[branch], why, delete=not request.dry_run)
                    for branch in (place.branch, place.branch + NEXT)
                    if branch in tips
                ]
        return tuple(found)


def _slots(repository: Repository, tips: Mapping[str, str]) -> Iterator[tuple[Place, Deployed, Plan]]:
    """Yield the branches that hold one slot and nothing else."""
    for branch in sorted(tips):
        place = Place("", branch.rpartition("/")[2], branch, branch.removeprefix("env/"))
        try:
            deployed = deployed_at(repository, place)
            plan = deployed.stored.tree.plan if deployed.stored.tree else None
        except Refused:
            continue  # not one of ours, so not ours to delete
        alone = all(path.startswith(f"{place.path}/") for path in repository.files_in(tips[branch], ""))
        if plan is not None and plan.slot and alone and instance_of(plan.environment, plan.slot) == place.instance:
            yield place, deployed, plan


def _why_gone(deployed: Deployed, plan: Plan, environments: Mapping[str, Map], sources: Collection[str] | None) -> str:
    """Return why a slot is gone, empty if it is not; `sources` are the branches of the source, None if unknown."""
    environment = environments.get(plan.environment)
    if environment is None:
        return f"the stack has no environment {plan.environment}"
    if kind_of(plan.environment, environment) != "slot":
        return f"the environment {plan.environment} takes no slots"
    if plan.slot > max_slots(environment):
        return f"the environment {plan.environment} has {max_slots(environment)} slots"
    ref = deployed.record.source_ref
    return f"its source branch {ref} is gone" if ref and sources is not None and ref not in sources else ""


def _gone(repository: Repository, place: Place, tip: str, why: str, *, delete: bool) -> GoneSlot:
    deleted = delete and isinstance(repository.delete_branch(place.branch, tip), Pushed)
    return GoneSlot(instance=place.instance, branch=place.branch, commit=tip, why=why, deleted=deleted)
