"""What stands at a place, in a user's words."""

from __future__ import annotations

from functools import lru_cache

from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.yaml.scalars import NULLS, Plain, core_value
from envwright.yaml.versions import disagreement

_LONGEST_QUOTE = 40


def is_null(node: Node) -> bool:
    """Whether the node is YAML's null, written out or left empty: it unsets its key."""
    return isinstance(node, Scalar) and not node.style and node.text in NULLS


def has_template(node: Node) -> bool:
    """Whether the node is a scalar with the beginning of a template action in it."""
    return isinstance(node, Scalar) and "{{" in node.text


# a stack says few words very often, and says them again for every environment
_core_value = lru_cache(maxsize=4096)(core_value)
_disagreement = lru_cache(maxsize=4096)(disagreement)


def meaning(scalar: Scalar) -> Plain:
    """Return what the scalar means: a quoted one its text, a plain one what YAML 1.2's core schema says."""
    return scalar.text if scalar.style else _core_value(scalar.text)


def ambiguity(scalar: Scalar) -> str:
    """Say how YAML 1.1 and 1.2 read the scalar, empty where they agree; they agree about quoted ones."""
    return "" if scalar.style else _disagreement(scalar.text)


def describe(node: Node) -> str:
    """Return what the node is, with its text where that helps: `the number 3`, `the text "three"`, `a list`."""
    if isinstance(node, Map):
        return "a map"
    if isinstance(node, Seq):
        return "a list"
    value = meaning(node)
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return f"`{node.text}`" if isinstance(value, bool) else f"the number {node.text}"


def quoted(text: str) -> str:
    """Return the first line of a text in quotes, cut where it is long."""
    line = text.partition("\n")[0]
    cut = line[:_LONGEST_QUOTE]
    return f'"{cut}…"' if cut != text else f'"{cut}"'
