"""Where a value of services.yaml came from, by its path."""

from __future__ import annotations

import re
from typing import Any

from envwright.ast.explain import explain
from envwright.ast.plain import plain
from envwright.ast.select import select, steps_of
from envwright.contract.naming import named_lists
from envwright.contract.shapes import AnyShape, ListShape, RecordShape, Shape, TableShape, record, shape_of
from envwright.explain.explanation import Explanation
from envwright.model.contract.stack import ServiceStack, Spec
from envwright.model.diagnostic import Refused
from envwright.model.nodes import Map, Node
from envwright.model.value import MISSING, Value
from envwright.pipeline.declared_code import built_image, declared_code, services_of, text_of
from envwright.pipeline.state import World

STACK_PATH = re.compile(r"(?:spec\.)?services\[(?P<service>[^\]]+)\]\.stack")
NAMED = named_lists(ServiceStack)


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
    words = [word for word, _ in steps_of(path)]
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
