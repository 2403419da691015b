"""What makes a unit's objects, one after the other: files, patches, mounts, plugins, the environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from envwright.kubernetes.mounts import mount_claims
from envwright.kubernetes.places import Path, Place
from envwright.kubernetes.transform import apply_patch, exclude
from envwright.model.contract.unit import Patch
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedUnit
from envwright.pipeline.rendering import all_objects
from envwright.pipeline.state import State, World
from envwright.pipeline.unit_objects import Making, surroundings_of

Objects = tuple[KubernetesObject, ...]


class Layer(NamedTuple):
    """A unit's objects after one of the things that make them.

    `by` says what that is: `workload` for the first, manifest files among it; `place` answers for a path in the object
    with where it is written.
    """

    by: str
    place: Place
    objects: Objects


def layers(state: State, world: World, unit: ResolvedUnit) -> Iterator[Layer]:
    """Yield the layers of a unit in their order. `state` is the one after step 9, which reported what is wrong."""
    making = Making(surroundings_of(state, world), unit)
    report, place = making.report, making.place
    own = tuple(making.made_objects())
    yield Layer("workload", _at(unit.mark), own)
    for selector in unit.declared.exclude:
        own = exclude(own, selector, unit.mark, report)
    for layer in _patches(own, unit, place, report):
        own = layer.objects
        yield layer
    for index, mount in enumerate(unit.declared.mounts):
        own = mount_claims(own, (mount,), place, report)
        yield Layer(f"mounts[{index}]", _at(place(("mounts", index))), own)
    facts = making.facts(own)
    objects = making.with_jobs(facts, own)
    yield Layer("migrations and hooks", _at(unit.mark), objects)
    for each in world.host.transforms:
        objects = each.value.transform(facts, objects).objects
        yield Layer(f"plugin {each.plugin}", _at(unit.mark), objects)
    final = next(rendered for rendered in state.units if rendered.name == unit.name)
    yield Layer("the environment", _environment(state), tuple(all_objects(final)))


def _patches(objects: Objects, unit: ResolvedUnit, place: Place, report: Report) -> Iterator[Layer]:
    for index, patch in enumerate(unit.declared.patches):
        for number, part in enumerate(_operations(patch)):
            objects = apply_patch(objects, part, unit.mark, report)
            if part.json is None:
                yield Layer(f"patches[{index}].merge", _below(place, ("patches", index, "merge")), objects)
            else:
                where = ("patches", index, "json", number)
                yield Layer(f"patches[{index}].json[{number}], {part.json[0].op}", _at(place(where)), objects)


def _operations(patch: Patch) -> tuple[Patch, ...]:
    return (patch,) if patch.json is None else tuple(patch.but(json=(operation,)) for operation in patch.json)


def _at(mark: Mark) -> Place:
    return lambda _path: mark


def _below(place: Place, base: Path) -> Place:
    return lambda path: place((*base, *path))


def _environment(state: State) -> Place:
    """Return the places of what the environment itself sets: the namespace by its template, all else by isolation."""
    tree = state.environment_tree
    keys: dict[Path, str] = {("metadata", "namespace"): "namespaceTemplate"}

    def place(path: Path) -> Mark:
        return (tree.get(keys.get(path[:2], "clusterScope")) or tree).mark

    return place
