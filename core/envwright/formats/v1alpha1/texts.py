"""Plain scalars in places that take text.

The format's own loader (Go's yaml.v3) gives a text field what is written: `name: y` is the text `y`. Only where a type
matters does the difference between YAML 1.1 and 1.2 remain an error.
"""

from __future__ import annotations

from envwright.contract.found import ambiguity, meaning
from envwright.contract.rewrite import rewrite
from envwright.contract.shapes import AnyShape, ChoiceShape, ScalarShape, TextShape, shape_of
from envwright.formats.v1alpha1.contract import ServiceStack
from envwright.model.nodes import Map, Node, Scalar


def with_texts(tree: Map) -> Map:
    """Return the document with such scalars quoted, so that every later step reads the text."""
    quoted = rewrite(tree, shape_of(ServiceStack), _quoted)
    assert isinstance(quoted, Map)  # noqa: S101  # rewrite keeps the type of a map
    return quoted


def _quoted(scalar: Scalar, shape: ScalarShape | AnyShape, _label: str) -> Node:
    takes_text = isinstance(shape, TextShape | ChoiceShape)
    if takes_text and ambiguity(scalar) and isinstance(meaning(scalar), str):
        return scalar._replace(style='"')
    return scalar
