"""Where a field of a rendered object came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from envwright.ast.explain import Origin
from envwright.ast.select import steps_of
from envwright.explain.explanation import Explanation
from envwright.explain.layers import Layer, layers
from envwright.kubernetes.objects import expanded
from envwright.kubernetes.places import Path
from envwright.model.diagnostic import Report, refuse
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.model.value import MISSING
from envwright.pipeline.rendering import all_objects
from envwright.pipeline.state import State, World
from envwright.pipeline.unit_objects import manifests_in, surroundings_of
from envwright.templates.rendered import SourceMap
from envwright.yaml.manifests import load_documents, locate

OBJECT_PATH = re.compile(r"(?P<kind>[A-Z][A-Za-z0-9]*)(?:/(?P<name>[^:]*))?(?P<colon>:)?(?P<field>.*)", re.DOTALL)


def object_path(path: str) -> tuple[str, str] | None:
    """Return the object (`Kind/name`) and the field that a path means, None for a path of services.yaml.

    The field is empty for the whole object. Raises Refused: EW014 for a kind without a name.
    """
    found = OBJECT_PATH.fullmatch(path)
    if found is None or not (found["name"] or found["colon"]):
        return None
    if not found["name"]:
        hint = f"such as {found['kind']}/NAME:{found['field'] or 'spec'}; `envwright plan` lists the objects"
        raise refuse("EW014", f'"{path}" does not say which {found["kind"]}', hint=hint)
    return f"{found['kind']}/{found['name']}", found["field"]


def explain_rendered(state: State, world: World, name: str, field: str) -> Explanation:
    """Explain a field of a rendered object, `name` as `Kind/name`: what set it, and what that changed.

    `state` is the one after step 9. Raises Refused: EW014 for an object or a field that is not there.
    """
    unit, manifest = _object(state, name)
    words = [word for word, _ in steps_of(field)]
    shown = f"{name}:{field}" if field else name
    value = _field(manifest, words, shown)
    declared = next((found for found in state.environment.units if found.name == unit), None)
    if declared is None:
        return Explanation(
            path=shown,
            value=value,
            origins=(Origin(_in_short(value), manifest.source, f"{unit}, a plugin's unit"),),
        )
    origins = tuple(_origins(state, world, declared, manifest, words))
    return Explanation(path=shown, value=value, origins=origins[::-1])


def _object(state: State, name: str) -> tuple[str, KubernetesObject]:
    found = {f"{item.kind}/{item.name}": (unit.name, item) for unit in state.units for item in all_objects(unit)}
    if name not in found:
        omitted = {f"{each.kind}/{each.name}": f"the plan goes without it: {each.reason}" for each in state.omissions}
        hint = omitted.get(name) or did_you_mean(name, found) or "`envwright plan` lists the objects"
        raise refuse("EW014", f"no object {name} in this environment", hint=hint)
    return found[name]


def _field(manifest: KubernetesObject, words: Sequence[str], shown: str) -> Any:
    value: Any = manifest.content
    for word in words:
        known = _below(value)
        if word not in known:
            raise refuse("EW014", f'{shown}: there is no "{word}"', manifest.source, hint=did_you_mean(word, known))
        value = value[known[word]]
    return value


def _below(value: Any) -> dict[str, str | int]:
    """Return what leads on from a value: the keys of a map, the positions of a list and the names of its items."""
    if isinstance(value, dict):
        return {key: key for key in value}
    if not isinstance(value, list):
        return {}
    named = ((index, item) for index, item in enumerate(value) if isinstance(item, dict) and "name" in item)
    return {**{str(index): index for index in range(len(value))}, **{str(item["name"]): index for index, item in named}}


def _at(value: Any, words: Sequence[str]) -> tuple[Path, Any]:
    """Return the path in keys and positions, and the value there; MISSING if there is none."""
    path: Path = ()
    for word in words:
        step = _below(value).get(word)
        if step is None:
            return path, MISSING
        path, value = (*path, step), value[step]
    return path, value


def _origins(
    state: State, world: World, unit: ResolvedUnit, manifest: KubernetesObject, words: Sequence[str]
) -> Iterator[Origin]:
    """Yield who set the value, the first one first."""
    before: Any = MISSING
    for layer in layers(state, world, unit):
        found = _same(layer.objects, manifest)
        path, value = ((), MISSING) if found is None else _at(found.content, words)
        if found is not None and value is not MISSING and value != before:
            yield _origin(state, world, unit, layer, found, path, value, first=before is MISSING)
        before = value


def _origin(
    state: State,
    world: World,
    unit: ResolvedUnit,
    layer: Layer,
    found: KubernetesObject,
    path: Path,
    value: Any,
    *,
    first: bool,
) -> Origin:
    written = _in_template(state, world, unit, found, path) if layer.by == "workload" else None
    if written is not None:
        return Origin(_in_short(value), written, "")
    of_the_object = first and layer.by in ("workload", "migrations and hooks")
    return Origin(_in_short(value), found.source if of_the_object else layer.place(path), layer.by)


def _same(objects: Sequence[KubernetesObject], manifest: KubernetesObject) -> KubernetesObject | None:
    """Return the object among those of a layer: by its kind and name, or by its place if it is renamed later."""
    of_kind = [item for item in objects if item.kind == manifest.kind]
    named = [item for item in of_kind if item.name == manifest.name]
    return next(iter([*named, *(item for item in of_kind if item.source == manifest.source)]), None)


def _in_template(state: State, world: World, unit: ResolvedUnit, found: KubernetesObject, path: Path) -> Mark | None:
    """Return the line of the template that made a field, None for an object that no manifest file makes."""
    files = [file for file in unit.declared.manifests if file.path == found.source.file]
    if not files:
        return None
    report = Report()
    rendered = manifests_in(surroundings_of(state, world), report).render(files[0])
    for index, (document, _) in enumerate(load_documents(rendered.text, files[0].path)):
        if not isinstance(document, dict):
            continue
        for item, base, _ in expanded(document, (), found.source, report, lambda _path: found.source):
            if (item.get("kind"), (item.get("metadata") or {}).get("name")) == (found.kind, found.name):
                place = locate(rendered.text, files[0].path, index, (*base, *path))
                return SourceMap(rendered).origin(place.line, place.column)
    return found.source


def _in_short(value: Any) -> str:
    """Return a value as a line of `explain` shows it."""
    if isinstance(value, dict | list):
        return "a map" if isinstance(value, dict) else "a list"
    return value if isinstance(value, str) else json.dumps(value)
