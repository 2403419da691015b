"""What is not committed without being asked for: over a hold, more deleted than allowed, over others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from envwright.adapters.git.objects import above
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Base
from envwright.envrepo.hydrator import passed_names, rendered_file
from envwright.envrepo.place import Place, spelled
from envwright.envrepo.record import how_to_pass
from envwright.envrepo.source import OpenSource
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse
from envwright.model.hold import Hold
from envwright.model.mark import Mark
from envwright.model.output import HOLD, METADATA, PLAN, TRANSITION
from envwright.model.plan import Plan
from envwright.model.step import Prune
from envwright.model.transition import Transition
from envwright.plan.tree import Tree
from envwright.plan.views.wording import plural

MOST_NAMED = 100
ELSEWHERE = "name another directory with --path, or another branch"


def refuse_held(hold: Hold | None, place: Place) -> None:
    """Raise Refused (EW737) if an environment is held."""
    if hold is None:
        return
    why = f": {hold.reason}" if hold.reason else ""
    raise refuse(
        "EW737",
        f"{place.instance} is held since {hold.blocked[:12]} was rolled back{why}",
        Mark(HOLD),
        hint="lift it with `envwright unhold`, or commit a source with the fix: --fixed-by SHA",
    )


def refuse_unfixed(hold: Hold | None, place: Place, fix: str, source: OpenSource) -> None:
    """Raise Refused (EW753) if an environment is held and the source does not have the fix.

    A commit that the source had already when it was taken back fixes nothing: what is left in a pipeline from an
    earlier time lifts no later hold.
    """
    if hold is None:
        return
    if not source.has(fix):
        fault = f"the source does not have {fix}, which would lift the hold on {place.instance}"
        raise refuse("EW753", fault, Mark(HOLD), hint="commit from a source that has it, in a clone with its history")
    if hold.blocked_source and source.repository.is_ancestor(fix, hold.blocked_source):
        fault = f"{fix} fixes nothing: {hold.blocked_source[:12]} has it, which was rolled back on {place.instance}"
        raise refuse("EW753", fault, Mark(HOLD), hint="name the commit that came after")


def refuse_overspending(before: Tree | None, plan: Plan, transition: Transition) -> None:
    """Raise Refused (EW739), with the list, if a transition deletes more than `prunePolicy.maxPercent` of the objects.

    What counts is what the environment had: the share of its objects that will be gone from the cluster.
    """
    budget = next((step.max_percent for step in plan.steps if isinstance(step, Prune)), None)
    if before is None or budget is None:
        return
    had, gone = len(before.applied()), transition.deleted
    if not gone or len(gone) * 100 <= had * budget:
        return
    named = [f"{item.kind} {item.namespace or 'cluster'}/{item.name} of {item.unit}" for item in gone]
    raise refuse(
        "EW739",
        f"{len(gone)} of {plural(had, 'object')} would be deleted, the budget is {budget} %",
        Mark(TRANSITION),
        detail=_list(named),
        hint="pass --allow-prune if it is meant, or raise `orchestration.prunePolicy.maxPercent`",
    )


def refuse_others(files: Iterable[str], directory: str) -> None:
    """Raise Refused (EW770) if a commit of the whole directory would delete what no commit of this environment made.

    `files` are those of the directory: of environments below it, or of somebody else where there is no environment.
    """
    paths = frozenset(files)
    folders = sorted(path.removesuffix(f"/{PLAN}") for path in paths if path.endswith(f"/{PLAN}"))
    nested = [folder for folder in folders if f"{folder}/{METADATA}" in paths]
    if nested:
        below = [f"{directory}/{folder}" if directory else folder for folder in nested]
        raise _others(f"{spelled(directory)} holds other environments, which a commit there would delete", below)
    if paths and paths.isdisjoint((PLAN, METADATA)):
        raise _others(f"{spelled(directory)} holds files of somebody else, which a commit there would delete", paths)


def refuse_other_stack(deployed: Mapping[str, Any], source: OpenSource) -> None:
    """Raise Refused (EW754) if the environment is made of another stack of the same source, by `hydrator.metadata`.

    A root file that was moved is not there any more: the one that is there still is a second stack.
    """
    file = rendered_file(deployed)
    if file in ("", source.file) or deployed.get("repoURL", "") != source.url or not source.has_file(file):
        return
    fault = f"the environment is made of {file}, which {source.commit.commit[:12]} has too, not of {source.file}"
    raise refuse("EW754", fault, hint="give one of both stacks another `project`, or remove the one that is not used")


def dropped_variables(deployed: Mapping[str, Any], passed: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield a warning (EW747) for variables that the environment was made with, and that are not passed now."""
    if missing := sorted(set(passed_names(deployed)) - set(passed)):
        fault = f"the environment was made with variables that are not passed now: {', '.join(missing)}"
        yield diagnostic("warning", "EW747", fault, hint=how_to_pass(missing))


def refuse_inside(repository: Repository, base: Base) -> None:
    """Raise Refused (EW770) for a new directory inside of an environment, whose next commit would delete it."""
    if base.commit is None or base.tree is not None:
        return
    outer = [f"{folder}/" if folder else "" for folder in above(base.directory)]
    there = repository.files_among(base.commit, [folder + name for folder in outer for name in (PLAN, METADATA)])
    for folder in outer:
        if {folder + PLAN, folder + METADATA} <= there:
            place = spelled(folder.rstrip("/"))
            fault = f"{base.directory} is inside of the environment in {place}, whose next commit would delete it"
            raise refuse("EW770", fault, hint=ELSEWHERE)


def _others(fault: str, names: Iterable[str]) -> Refused:
    return refuse("EW770", fault, detail=_list(sorted(names)), hint=ELSEWHERE)


def _list(names: Sequence[str]) -> str:
    more = [f"and {len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return "\n".join([*names[:MOST_NAMED], *more])
