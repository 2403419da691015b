"""A rendered tree, as far as comparing needs it: the plan, and its manifests on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from envwright.model.diagnostic import Refused
from envwright.model.output import PLAN
from envwright.model.plan import OmittedObject, Plan, PlannedObject
from envwright.model.step import Prune, RunJob
from envwright.plan.canonical import digest_of_bytes
from envwright.plan.layout import Layout
from envwright.plan.reading import read_plan

Content = Mapping[str, Any]


class Identity(NamedTuple):
    """An object of the cluster; the API version is no part of it, since that may change."""

    group: str
    kind: str
    namespace: str
    name: str


class Tree(NamedTuple):
    """A plan, the digest of its `plan.json`, and its manifests.

    `read` gives the object in a manifest file as plain JSON values, empty where it cannot be told.
    """

    plan: Plan
    digest: str
    read: Callable[[str], Content]

    def applied(self) -> dict[Identity, PlannedObject]:
        """Return the objects that stay in the cluster, without the Jobs that the plan runs."""
        jobs = {step.manifest for step in self.plan.steps if isinstance(step, RunJob)}
        return {identity_of(item): item for item in self.plan.objects if item.file not in jobs}


def identity_of(item: PlannedObject | OmittedObject) -> Identity:
    """Return which object of the cluster `item` is."""
    return Identity(item.api_version.rpartition("/")[0], item.kind, item.namespace, item.name)


def facts_of(item: PlannedObject) -> dict[str, str]:
    """Return the fields that `item` shares with the objects of a transition."""
    names = ("api_version", "kind", "namespace", "name", "unit")
    return {name: getattr(item, name) for name in names}


def is_whole(plan: Plan) -> bool:
    """Return whether the plan is of all units; one of some units prunes nothing."""
    return any(isinstance(step, Prune) for step in plan.steps)


def rendered_tree(plan: Plan, plan_json: bytes, layout: Layout) -> Tree:
    """Return the tree of a plan that was just made; `plan_json` are its bytes."""
    contents = {manifest.path: manifest.object.content for _, manifest in layout.manifests()}
    return Tree(plan, digest_of_bytes(plan_json), contents.__getitem__)


def stored_tree(
    plan_json: bytes, read: Callable[[str], bytes | None], load: Callable[[bytes], Content], file: str = PLAN
) -> Tree:
    """Return a tree that was written before, from the bytes of its `plan.json`.

    `read` gives the bytes of a file of the tree, None where there is none; `load` makes one object of them and raises
    Refused if it cannot; `file` names the plan in diagnostics. A file that is not the one that the plan lists counts as
    unreadable: a render that was killed may have left a newer one. Raises Refused (EW702) if the plan cannot be read.
    """
    plan = read_plan(plan_json, file)

    def content(path: str) -> Content:
        found = read(path)
        if found is None or digest_of_bytes(found) != plan.files.get(path):
            return {}
        try:
            return load(found)
        except Refused:
            return {}

    return Tree(plan, digest_of_bytes(plan_json), content)
