"""Where a value came from: of services.yaml by its path, of a rendered object by its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from envwright.ast.explain import Origin, explain
from envwright.ast.plain import plain
from envwright.ast.select import select
from envwright.contract.naming import named_lists
from envwright.contract.shapes import AnyShape, ListShape, RecordShape, Shape, TableShape, record, shape_of
from envwright.kubernetes.places import Path
from envwright.model.contract.stack import ServiceStack, Spec
from envwright.model.diagnostic import Refused, Report, refuse
from envwright.model.nodes import Map, Node
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.model.value import MISSING, Value
from envwright.pipeline.declared_code import built_image, declared_code, services_of, text_of
from envwright.pipeline.rendering import Rendering, all_objects
from envwright.pipeline.state import State, World
from envwright.templates.rendered import SourceMap
from envwright.yaml.manifests import load_documents, locate

STACK_PATH = re.compile(r"(?:spec\.)?services\[(?P<service>[^\]]+)\]\.stack")
WORD = re.compile(r'\.?([^.\[\]"]+)|\["([^"]*)"\]|\[([^\]"]+)\]')


NAMED = named_lists(ServiceStack)


class Explanation(Value):
    """A value and how it came about.

    `value` is the value that holds, as plain JSON values, after templates if an environment was selected. `origins` is
    what was written: the declaration that holds first, then each that it overrode; empty for a default of the contract.
    `default` says that no file declares it, `note` how it was found out then.
    """

    path: str
    value: Any
    origins: tuple[Origin, ...] = ()
    default: bool = False
    note: str = ""


def explain_declared(written: Map, evaluated: Map | None, path: str) -> Explanation:
    """Explain a value of a stack by its path, with or without `spec.` in front.

    `written` is the AST of the stack before step 6, `evaluated` its `spec` after it, None if no environment was
    selected. A key that no file sets is explained by its default. Raises Refused: EW014 for a path that leads nowhere.
    """
    full = path if path.partition(".")[0] in record(ServiceStack).keys else f"spec.{path}"
    try:
        node = select(written, full, NAMED)
    except Refused:
        default = _default(full, written)
        if default is MISSING:
            raise
        return Explanation(path=path, value=default, default=True)
    return Explanation(path=path, value=_value(evaluated, full, node), origins=explain(node))


def explain_stack(spec: Map, world: World, path: str) -> Explanation | None:
    """Explain the stack of a service that does not say it by its files; None for any other path.

    `spec` is the AST before templates are evaluated: an image whose place a template makes tells nothing.
    """
    found = STACK_PATH.fullmatch(path)
    if found is None:
        return None
    for number, service in enumerate(services_of(spec)):
        if found["service"] in (text_of(service, "name"), str(number)) and service.get("stack") is None:
            answer = declared_code(service, built_image(spec, text_of(service, "image") or ""), world).answer
            note = f"detected by {answer.why}" if answer.stack is not None else f"not detected: {answer.why}"
            return Explanation(path=path, value=answer.name or None, default=True, note=note)
    return None


def _value(evaluated: Map | None, path: str, node: Node) -> Any:
    if evaluated is None:
        return plain(node)
    try:
        return plain(select(evaluated, path.removeprefix("spec."), named_lists(Spec)))
    except Refused:
        return plain(node)  # what step 6 does not evaluate: components, imports


def _default(path: str, written: Map) -> Any:
    """Return the contract's default of the last key of a path whose parent is declared, MISSING if it has none."""
    words = [next(filter(None, found.groups())) for found in WORD.finditer(path)]
    parent = path[: max(path.rfind("."), path.rfind("["), 0)]
    try:
        select(written, parent, NAMED)
    except Refused:
        return MISSING
    shape: Shape | None = shape_of(ServiceStack)
    for word in words[:-1]:
        shape = _below(shape, word)
    key = shape.keys.get(words[-1]) if isinstance(shape, RecordShape) and words else None
    return MISSING if key is None or isinstance(key.shape, AnyShape) else _shown(key.default)


def _below(shape: Shape | None, word: str) -> Shape | None:
    if isinstance(shape, RecordShape):
        return shape.keys[word].shape if word in shape.keys else None
    return shape.item if isinstance(shape, ListShape | TableShape) else None


def _shown(default: Any) -> Any:
    if isinstance(default, tuple):
        return [_shown(item) for item in default]
    return {} if isinstance(default, Value) else default


def explain_rendered(state: State, world: World, name: str, field: str) -> Explanation:
    """Explain a field of a rendered object, `name` as `Kind/name`: which line of which template made it.

    `state` is the one after step 9. Raises Refused: EW014 for an object or a field that is not there.
    """
    unit, manifest = _object(state, name)
    steps = [next(filter(None, found.groups())) for found in WORD.finditer(field)]
    path, value = _field(manifest, steps, f"{name}:{field}")
    declared = next((found for found in state.environment.units if found.name == unit), None)
    if declared is None:
        origins: tuple[Origin, ...] = (Origin(_in_short(value), manifest.source, f"{unit}, a unit that a plugin adds"),)
    else:
        origins = tuple(_origins(state, world, declared, manifest, path, value))
    return Explanation(path=f"{name}:{field}", value=value, origins=origins)


def _object(state: State, name: str) -> tuple[str, KubernetesObject]:
    found = {f"{item.kind}/{item.name}": (unit.name, item) for unit in state.units for item in all_objects(unit)}
    if name not in found:
        hint = did_you_mean(name, found) or "`envwright plan` lists the objects"
        raise refuse("EW014", f"no object {name} in this environment", hint=hint)
    return found[name]


def _field(manifest: KubernetesObject, steps: list[str], shown: str) -> tuple[Path, Any]:
    """Follow keys, and in lists indices or the names of items; return the path in indices and the value."""
    value: Any = manifest.content
    path: Path = ()
    for step in steps:
        known: dict[str, str | int] = {}
        if isinstance(value, dict):
            known = {key: key for key in value}
        elif isinstance(value, list):
            known = {str(index): index for index in range(len(value))}
            known |= {str(item["name"]): index for index, item in enumerate(value) if _is_named(item)}
        if step not in known:
            raise refuse("EW014", f'{shown}: there is no "{step}"', manifest.source, hint=did_you_mean(step, known))
        path = (*path, known[step])
        value = value[known[step]]
    return path, value


def _is_named(item: Any) -> bool:
    return isinstance(item, dict) and "name" in item


def _origins(
    state: State, world: World, unit: ResolvedUnit, manifest: KubernetesObject, path: Path, value: Any
) -> Iterator[Origin]:
    """Yield who set the value that holds, then what the template had there."""
    shown = _in_short(value)
    files = [file for file in unit.declared.manifests if file.path == manifest.source.file]
    if not files:
        yield Origin(shown, manifest.source, "workload")
        return
    rendered = Rendering(state, world, Report()).manifests.render(files[0])
    for index, (document, _) in enumerate(load_documents(rendered.text, files[0].path)):
        if not _is_same(document, manifest):
            continue
        there, written = _at(document, path)
        if not there or written != value:
            yield Origin(shown, unit.mark, "patches, mounts, plugins or the environment")
        if there:
            place = locate(rendered.text, files[0].path, index, path)
            yield Origin(str(written), SourceMap(rendered).origin(place.line, place.column), "")


def _in_short(value: Any) -> str:
    return value if isinstance(value, str) else "a map" if isinstance(value, dict) else str(value)


def _is_same(document: Any, manifest: KubernetesObject) -> bool:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    return isinstance(metadata, dict) and (document.get("kind"), metadata.get("name")) == (manifest.kind, manifest.name)


def _at(value: Any, path: Path) -> tuple[bool, Any]:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False, None
    return True, value
