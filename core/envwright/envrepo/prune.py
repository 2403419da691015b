"""`envwright prune-branches`: the branches of slots that are gone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Pushed
from envwright.envrepo.deployed import found_at
from envwright.envrepo.place import NEXT, Place
from envwright.envrepo.record import Record
from envwright.envrepo.render import Rendering
from envwright.envrepo.requests import GoneSlot, PruneRequest, Selected
from envwright.envrepo.source import open_source, source_repository
from envwright.model.diagnostic import Refused
from envwright.model.nodes import Map
from envwright.model.output import PLAN, instance_of
from envwright.model.plan import Plan
from envwright.pipeline.environments import kind_of, max_slots

# how the branch of a slot ends
SLOT = re.compile(r"-\d+$")


def prune_branches(request: PruneRequest) -> tuple[GoneSlot, ...]:
    """Delete the branches of slots that are gone, or in a dry run tell them.

    A slot is gone if the stack has no such slot any more, or if the branch of the source that it was made of is not
    there any more. A branch that holds anything beside its slot stays. Raises Refused, among others for a source whose
    remote does not tell its branches (EW722).
    """
    with source_repository(request.source) as source, Repository(request.remote) as repository:
        rendering = Rendering(open_source(source, request.source), request.source)
        environments = rendering.loaded.inherited
        prefix = f"env/{rendering.project(rendering.request(_any(environments)))}/"
        sources = source.branches()
        tips = repository.fetch(repository.branches(prefix))
        found = []
        for place, record, plan in _slots(repository, tips):
            why = _why_gone(record, plan, environments, sources)
            if why and place.instance not in request.keep:
                found += [
                    _gone(repository, place._replace(branch=branch), tips[branch], why, delete=not request.dry_run)
                    for branch in (place.branch, place.branch + NEXT)
                    if branch in tips
                ]
        return tuple(found)


def _any(environments: Mapping[str, Map]) -> Selected:
    """Return some environment, to ask for the project."""
    name, node = next(iter(environments.items()), ("", None))
    return Selected(environment=name, slot=int(node is not None and kind_of(name, node) == "slot"))


def _slots(repository: Repository, tips: Mapping[str, str]) -> Iterator[tuple[Place, Record, Plan]]:
    """Yield the branches that hold one slot and nothing else."""
    named = [branch for branch in sorted(tips) if SLOT.search(branch)]
    places = [Place("", branch.rpartition("/")[2], branch, branch.removeprefix("env/")) for branch in named]
    with suppress(Refused):  # what is wrong with one is no fault of the others
        repository.list_all((tips[branch], "") for branch in named)
    for place, found in found_at(repository, tips, places, (PLAN,)).items():
        try:
            plan = found.stored.tree.plan if found.stored.tree else None
            alone = all(path.startswith(f"{place.path}/") for path in repository.files_in(tips[place.branch], ""))
        except Refused:
            continue  # not one of ours, so not ours to delete
        if plan is None or not found.record or not alone:
            continue
        if plan.slot and instance_of(plan.environment, plan.slot) == place.instance:
            yield place, found.record, plan


def _why_gone(record: Record, plan: Plan, environments: Mapping[str, Map], sources: Collection[str] | None) -> str:
    """Return why a slot is gone, empty if it is not; `sources` are the branches of the source, None if unknown."""
    environment = environments.get(plan.environment)
    if environment is None:
        return f"the stack has no environment {plan.environment}"
    if kind_of(plan.environment, environment) != "slot":
        return f"the environment {plan.environment} takes no slots"
    if plan.slot > max_slots(environment):
        return f"the environment {plan.environment} has {max_slots(environment)} slots"
    ref = record.source_ref
    return f"its source branch {ref} is gone" if ref and sources is not None and ref not in sources else ""


def _gone(repository: Repository, place: Place, tip: str, why: str, *, delete: bool) -> GoneSlot:
    deleted = delete and isinstance(repository.delete_branch(place.branch, tip), Pushed)
    return GoneSlot(instance=place.instance, branch=place.branch, commit=tip, why=why, deleted=deleted)
