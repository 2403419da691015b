"""What other environments hold in a shared namespace, and what is left to them.

An object is theirs as soon as their render has one of its identity, whatever its content: two environments that apply
one object would undo each other's changes at every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from envwright.kubernetes.objects import ENVIRONMENT_ANNOTATION, UNIT_ANNOTATION
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, Omission, RenderedImage, RenderedUnit, RequiredSecret
from envwright.pipeline.rendering import RenderedUnits, all_objects
from envwright.plan.tree import Identity

_OWNERS = frozenset({ENVIRONMENT_ANNOTATION, UNIT_ANNOTATION})


class Item(NamedTuple):
    """An object, or a Secret that must exist: `content` as plain JSON values, less what names its owner."""

    identity: Identity
    api_version: str
    content: Mapping[str, Any]
    source: Mark


class Difference(NamedTuple):
    """An object that a unit makes otherwise than its owner does."""

    item: Item
    owner: str
    path: str


class Owned:
    """Collects what the owners of `namespace` hold, then takes it out of what another environment makes.

    Owners are added nearest first: where two have one object, the later one's counts. `omissions` are what was left to
    them.
    """

    def __init__(self, namespace: str) -> None:
        self.omissions: list[Omission] = []
        self._namespace = namespace
        self._held: dict[Identity, tuple[str, Item]] = {}
        self._made: dict[str, str] = {}
        self._differing: dict[str, list[Difference]] = defaultdict(list)

    def add(self, owner: str, found: RenderedUnits) -> None:
        """Take note of all that an owner's render has."""
        for item in self._items(found):
            self._held[item.identity] = (owner, item)
        for image in found.images:
            self._made.update(dict.fromkeys(image.job.produces, owner))

    def without(self, unit: RenderedUnit) -> RenderedUnit:
        """Return a unit with what it adds."""
        return unit._replace(
            objects=self._objects_without(unit.name, unit.objects),
            jobs=tuple(job for job in unit.jobs if self._adds(unit.name, _object(job.object))),
            secrets=self.secrets_without(unit.name, unit.secrets),
        )

    def secrets_without(self, unit: str, secrets: Iterable[RequiredSecret]) -> tuple[RequiredSecret, ...]:
        """Return the Secrets that a unit adds, or the stack if `unit` is empty."""
        return tuple(secret for secret in secrets if self._adds(unit, self._secret(secret)))

    def images_without(self, images: Iterable[RenderedImage], used: Collection[str]) -> tuple[RenderedImage, ...]:
        """Return the images that have to be made here: `used` by what is added, and made by no owner."""
        return tuple(
            image._replace(objects=self._objects_without("", image.objects))
            for image in images
            if any(reference in used and not self._leaves_image(image, reference) for reference in image.job.produces)
        )

    def warn(self, report: Report) -> None:
        """Report each unit that makes objects otherwise than their owner does (EW510)."""
        for unit, found in self._differing.items():
            first, owner = found[0].item, found[0].owner
            what = f"{first.identity.kind} {first.identity.name}" if len(found) == 1 else f"{len(found)} objects"
            maker = f'unit "{unit}"' if unit else "the stack"
            report.warning(
                "EW510",
                f'{maker} makes {what} otherwise than "{owner}", which owns the namespace',
                first.source,
                hint=f'it stays as "{owner}" has it: leave it alike, give it another name, or switch it off here',
                detail="\n".join(f"{each.item.identity.kind} {each.item.identity.name}: {each.path}" for each in found),
            )

    def _objects_without(self, unit: str, objects: Iterable[KubernetesObject]) -> tuple[KubernetesObject, ...]:
        return tuple(found for found in objects if self._adds(unit, _object(found)))

    def _leaves_image(self, image: RenderedImage, reference: str) -> bool:
        owner = self._made.get(reference)
        if owner is not None:
            for found in (*image.objects, image.job.object):
                self._leave("", _object(found), f"{owner} makes the image {image.name}")
        return owner is not None

    def _adds(self, unit: str, item: Item) -> bool:
        """Return whether no owner holds an object; one that is held is noted."""
        if item.identity not in self._held:
            return True
        owner, theirs = self._held[item.identity]
        path = first_difference(theirs.content, item.content)
        self._leave(unit, item, f"{owner} has it, with another {path}" if path else f"{owner} has it")
        if path:
            self._differing[unit].append(Difference(item, owner, path))
        return False

    def _leave(self, unit: str, item: Item, reason: str) -> None:
        _, kind, namespace, name = item.identity
        self.omissions.append(Omission(unit, item.api_version, kind, namespace, name, "owner", reason))

    def _items(self, found: RenderedUnits) -> Iterator[Item]:
        for unit in found.units:
            yield from map(_object, all_objects(unit))
            yield from map(self._secret, unit.secrets)
        yield from map(self._secret, found.secrets)
        for image in found.images:
            yield from map(_object, image.objects)

    def _secret(self, secret: RequiredSecret) -> Item:
        source = dict(zip(("namespace", "name"), secret.copy_from, strict=True)) if secret.copy_from else None
        content = {"type": secret.type, "keys": list(secret.keys), "copyFrom": source}
        return Item(Identity("", "Secret", self._namespace, secret.name), "v1", content, secret.source)


def _object(found: KubernetesObject) -> Item:
    metadata = found.content["metadata"]
    annotations = {key: value for key, value in metadata["annotations"].items() if key not in _OWNERS}
    content = {**found.content, "metadata": {**metadata, "annotations": annotations}}
    identity = Identity(found.group, found.kind, found.namespace, found.name)
    return Item(identity, found.api_version, content, found.source)


def first_difference(old: Any, new: Any) -> str:
    """Return the dotted path of the first place where two JSON values differ, empty where they are alike."""
    return _first_difference(old, new).removeprefix(".")


def _first_difference(old: Any, new: Any) -> str:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        places = ((f".{key}", old.get(key), new.get(key)) for key in sorted({*old, *new}))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        places = ((f"[{index}]", *pair) for index, pair in enumerate(zip(old, new, strict=True)))
    else:
        return ""
    return next((place + _first_difference(before, after) for place, before, after in places if before != after), "")
