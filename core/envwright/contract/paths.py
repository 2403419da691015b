"""Relative paths: from the file that declares them to the root file's directory."""

from __future__ import annotations

import posixpath
from typing import Any

from envwright.contract.found import has_template
from envwright.contract.rewrite import rewrite
from envwright.contract.shapes import AnyShape, ScalarShape, TextShape, shape_of
from envwright.model.nodes import Node, Scalar


def rebase(node: Node, annotation: Any, directory: str) -> Node:
    """Return `node`, a value of `annotation`, with its paths below `directory` instead of below their own file's.

    `directory` is relative to the root file's, empty for the same one. What is no path, or an absolute one, stays: the
    check reports it.
    """

    def change(scalar: Scalar, shape: ScalarShape | AnyShape, _label: str) -> Node:
        if not isinstance(shape, TextShape) or shape.path is None or not scalar.text or scalar.text.startswith("/"):
            return scalar
        joined = posixpath.join(directory, scalar.text)
        # a template may begin with `..`: its text is put into normal form when its value is known
        return scalar._replace(text=joined if has_template(scalar) else posixpath.normpath(joined))

    return rewrite(node, shape_of(annotation), change) if directory else node
