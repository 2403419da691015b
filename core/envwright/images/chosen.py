"""Images whose type a template chooses: what goes with another type has no effect."""

from __future__ import annotations

from envwright.contract.shapes import record
from envwright.model.contract.image import Image
from envwright.model.nodes import Entry, Map, Node, Scalar


def without_other_types(declared: Node, evaluated: Node) -> Node:
    """Return the evaluated images without the keys that do not go with the type that a template chose.

    `declared` are the same images before their templates were evaluated. Where the type is written out, such a key is
    a mistake and stays, for the check to report.
    """
    if not isinstance(declared, Map) or not isinstance(evaluated, Map):
        return evaluated
    entries = {}
    for name, entry in evaluated.entries.items():
        written = declared.entries[name].node
        kind = written.get("type") if isinstance(written, Map) else None
        chosen = isinstance(kind, Scalar) and "{{" in kind.text
        entries[name] = Entry(entry.mark, _of_type(entry.node)) if chosen else entry
    return evaluated._replace(entries=entries)


def _of_type(image: Node) -> Node:
    kind = image.get("type") if isinstance(image, Map) else None
    if not isinstance(image, Map) or not isinstance(kind, Scalar):
        return image
    foreign = {
        key.name
        for key in record(Image).keys.values()
        if any(kind.text not in values for sibling, values in key.allowed_with if sibling == "type")
    }
    return image._replace(entries={name: entry for name, entry in image.entries.items() if name not in foreign})
