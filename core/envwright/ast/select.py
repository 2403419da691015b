"""Nodes by their path: `spec.services[api].image`, `spec.services[0]`, `spec.vars["a.b"]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from envwright.ast.merge import ITEM, Named, name_of
from envwright.model.diagnostic import Refused, refuse
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.model.suggest import did_you_mean

_STEP = re.compile(r'\.?(?P<key>[^.\[\]"]+)|\[(?:"(?P<quoted>[^"]*)"|(?P<item>[^\]"]+))\]')
_MOST_SHOWN = 8


def select(root: Node, path: str, named: Named) -> Node:
    """Return the node at a path: keys after dots or in brackets, items of a list by index or by name.

    `named` says by which key a list's items are called; lists that it does not name are searched by `name`. The empty
    path is `root`. Raises Refused: EW014 for a path that leads nowhere or cannot be read.
    """
    node, walked = root, ""
    words: tuple[str, ...] = ()
    for step, written in steps_of(path):
        found = _below(node, step, named(words) or "name")
        if found is None:
            raise _nothing_there(node, step, walked, named(words) or "name")
        words = (*words, ITEM if isinstance(node, Seq) else step)
        node, walked = found, walked + written
    return node


def descend(node: Node, path: Iterable[str | int]) -> Node:
    """Return the node at a path of keys and indices, or the last node on the way there that exists."""
    for step in path:
        found = _below(node, str(step), "")
        if found is None:
            return node
        node = found
    return node


def steps_of(path: str) -> list[tuple[str, str]]:
    """Split a path into its steps: each the word it asks for and how it is written.

    Raises Refused: EW014 for a path that cannot be read.
    """
    steps = []
    place = 0
    while place < len(path):
        match = _STEP.match(path, place)
        if match is None:
            hint = 'a path looks like this: spec.services[api].image, spec.vars["a.b"]'
            raise refuse("EW014", f'the path cannot be read from "{path[place:]}" on', hint=hint)
        steps.append((match["key"] or match["quoted"] or match["item"] or "", match[0]))
        place = match.end()
    return steps


def _below(node: Node, step: str, key: str) -> Node | None:
    if isinstance(node, Map):
        return node.get(step)
    if isinstance(node, Scalar):
        return None
    for item in node.items:
        name = name_of(item, key or None)
        if name is not None and name.text == step:
            return item
    return node.items[int(step)] if step.isdecimal() and int(step) < len(node.items) else None


def _nothing_there(node: Node, step: str, walked: str, key: str) -> Refused:
    where = walked.lstrip(".") or "the file"
    if isinstance(node, Scalar):
        return refuse("EW014", f"{where} is a single value: nothing stands below it", node.mark)
    known = list(node.entries) if isinstance(node, Map) else _names(node.items, key)
    hint = did_you_mean(step, known) or _what_it_has(known)
    what = "key" if isinstance(node, Map) else "item"
    return refuse("EW014", f'{where} has no {what} "{step}"', node.mark, hint=hint)


def _names(items: Sequence[Node], key: str) -> list[str]:
    names = [name_of(item, key) for item in items]
    return [str(index) if name is None else name.text for index, name in enumerate(names)]


def _what_it_has(known: Sequence[str]) -> str:
    if not known:
        return "it is empty"
    return f"it has {', '.join(known[:_MOST_SHOWN])}" + (", …" if len(known) > _MOST_SHOWN else "")
