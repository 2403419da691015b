"""What differs between two states of a stack, unit by unit: what a change of its own files comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from envwright.changes.known import Known, KnownUnit, reads
from envwright.contract.shapes import record
from envwright.model.contract.stack import Spec
from envwright.model.value import Value

# parts of the stack that are compared unit by unit, or that show in units
SHOWN_IN_UNITS = frozenset({"imports", "components", "environments", "vars", "versions", "images", "infrastructure"})
OF_UNITS = SHOWN_IN_UNITS | {"services", "plugins", "project"}
# settings of an environment that every object of it shows
OF_OBJECTS = ("instanceScope", "clusterScope", "imagePullPolicy", "sharesNamespaceOf")
# and those that none shows
OF_ENVIRONMENT = ("kind", "slots", "ttl")


class Difference(NamedTuple):
    """What differs. `units` maps the names of enabled units to what of them differs, as paths of the contract.

    `added` and `removed` are units that came or went; `images` maps image names to the keys that differ; `sections` are
    parts of the stack that belong to no unit.
    """

    units: Mapping[str, tuple[str, ...]]
    added: frozenset[str]
    removed: tuple[KnownUnit, ...]
    images: Mapping[str, tuple[str, ...]]
    sections: tuple[str, ...]


def difference(before: Known, after: Known) -> Difference:
    """Return what differs between two states of one environment."""
    everywhere = tuple(_of_all_units(before, after))
    named = tuple(_names(before, after))
    images = dict(_images(before, after))
    units = {}
    for name, unit in after.units.items():
        former = before.units.get(name)
        if former is None:
            continue
        keys = (*_keys(former, unit), *everywhere, *_read(unit, named), *_of_images(unit, images))
        if keys:
            units[name] = tuple(dict.fromkeys(keys))
    removed = tuple(unit for name, unit in before.units.items() if name not in after.units)
    return Difference(
        units, frozenset(after.units.keys() - before.units.keys()), removed, images, tuple(_sections(before, after))
    )


def _keys(before: KnownUnit, after: KnownUnit) -> Iterator[str]:
    if before.unit.phase != after.unit.phase:
        yield "deployGroup"
    yield from (key for key in differing(before.declared, after.declared) if key != "deployGroup")


def differing(before: Value, after: Value, path: str = "") -> Iterator[str]:
    """Yield the keys of the contract whose values differ, those of a record below it as `workload.replicas`."""
    if type(before) is not type(after):
        yield path or "kind"
        return
    for key in record(type(after)).keys.values():
        old, new = getattr(before, key.attribute), getattr(after, key.attribute)
        name = f"{path}.{key.name}" if path else key.name
        if old == new:
            continue
        if isinstance(old, Value) and isinstance(new, Value) and not path:
            yield from differing(old, new, name)
        else:
            yield name


def _of_all_units(before: Known, after: Known) -> Iterator[str]:
    """Yield what every unit shows."""
    old, new = before.state, after.state
    if old.namespace != new.namespace:
        yield "the namespace"
    for name in differing(old.environment.declared, new.environment.declared):
        if name in OF_OBJECTS:
            yield f"environments.{new.environment.environment}.{name}"
    if old.environment.project != new.environment.project:
        yield "project"
    for name in sorted(old.settings.keys() | new.settings.keys()):
        if old.settings.get(name) != new.settings.get(name):
            yield f"plugins.{name}"


class _Name(NamedTuple):
    """A name of the template context whose value differs, and how a template reads it."""

    shown: str
    read: re.Pattern[str]


def _names(before: Known, after: Known) -> Iterator[_Name]:
    old, new = before.state.context, after.state.context
    for table, shown in (("Vars", "vars"), ("Versions", "versions")):
        for name in sorted(_differing_names(old[table], new[table])):
            yield _Name(f"{shown}.{name}", reads(table, name))
    if old["Domain"] != new["Domain"]:
        yield _Name("the domain", re.compile(r"\bDomain\b"))


def _differing_names(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _read(unit: KnownUnit, names: tuple[_Name, ...]) -> Iterator[str]:
    return (each.shown for each in names if each.read.search(unit.templates))


def _images(before: Known, after: Known) -> Iterator[tuple[str, tuple[str, ...]]]:
    old, new = before.state.typed.images, after.state.typed.images
    for name, image in new.items():
        if name not in old:
            yield name, ("added",)
        elif keys := tuple(differing(old[name], image)):
            yield name, keys


def _of_images(unit: KnownUnit, images: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"images.{name}" for name in sorted(unit.images & images.keys()))


def _sections(before: Known, after: Known) -> Iterator[str]:
    old, new = before.state.typed, after.state.typed
    for key in record(Spec).keys.values():
        if key.name not in OF_UNITS and getattr(old, key.attribute) != getattr(new, key.attribute):
            yield key.name
    environment = after.state.environment
    for name in differing(before.state.environment.declared, environment.declared):
        if name in OF_ENVIRONMENT:
            yield f"environments.{environment.environment}.{name}"
