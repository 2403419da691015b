"""A v1alpha1 document as the v1-shaped tree that the pipeline works on.

Every node keeps its place in the user's file; what the format implies and v1 says is added with the origin `VIA`. What
has no counterpart in v1 stands beside `spec`, under `CARRIED`, as it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from envwright.formats.edit import map_at, scalar, text_of, with_key, without_keys
from envwright.formats.v1alpha1.documents import convert_documents
from envwright.formats.v1alpha1.environments import convert_environments
from envwright.formats.v1alpha1.origin import VIA
from envwright.formats.v1alpha1.units import convert_units
from envwright.model.diagnostic import Related, Report
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq

CARRIED = "v1alpha1"
CARRIED_KEYS = ("secretResolution",)
_NO_EFFECT = {
    "external": ("repository", "tagTemplate", "dockerfile", "context", "buildArgs"),
    "build": ("from", "local"),
    "skip": ("from", "local"),
}


def to_v1(root: Map, report: Report) -> Map:
    """Return a checked document, components filled in, in v1's shape.

    Reports EW102 for a condition that ParseBool does not know and EW105 for keys that are one in any case.
    """
    spec = map_at(root, "spec")
    if spec is None:
        return root
    spec = _each(spec, "versions", _version)
    spec = _each(spec, "images", _image)
    spec = _lower_keys(spec, "webhookRuntime", ("triggerModes", "namespaceTTLByRole"), report)
    metadata = map_at(root, "metadata")
    project = text_of(spec.get("project")) or text_of(metadata.get("name") if metadata else None)
    spec = convert_documents(convert_units(convert_environments(spec, project), report))
    carried = {key: spec.entries[key] for key in CARRIED_KEYS if key in spec.entries}
    root = with_key(root, "spec", without_keys(spec, CARRIED_KEYS))
    return with_key(root, CARRIED, Map(carried, spec.mark, VIA)) if carried else root


def _each(spec: Map, section: str, convert: Callable[[Node], Node]) -> Map:
    declared = map_at(spec, section)
    if declared is None:
        return spec
    entries = {name: Entry(entry.mark, convert(entry.node)) for name, entry in declared.entries.items()}
    return with_key(spec, section, declared._replace(entries=entries))


def _version(node: Node) -> Node:
    """Return the version with globs in `bumpOn`: a directory there stands for all files below it."""
    bump_on = node.get("bumpOn") if isinstance(node, Map) else None
    if not isinstance(node, Map) or not isinstance(bump_on, Seq):
        return node
    items: list[Node] = []
    for item in bump_on.items:
        if isinstance(item, Scalar) and text_of(item):
            path = posixpath.normpath(text_of(item))
            items += [item._replace(text=path), item._replace(text=posixpath.join(path, "**"), via=VIA)]
    return with_key(node, "bumpOn", bump_on._replace(items=tuple(items)))


def _image(node: Node) -> Node:
    """Return the image with a type, and without the keys that had no effect beside it: v1 refuses them."""
    if not isinstance(node, Map):
        return node
    kind = text_of(node.get("type"))
    if not kind:
        built = text_of(node.get("repository")) and not text_of(node.get("from")) and not text_of(node.get("local"))
        kind = "build" if built else "external"
        node = with_key(node, "type", scalar(kind, node.mark, VIA))
    return without_keys(node, _NO_EFFECT.get(kind, ()))


def _lower_keys(spec: Map, section: str, tables: tuple[str, ...], report: Report) -> Map:
    declared = map_at(spec, section)
    if declared is None:
        return spec
    for name in tables:
        table = map_at(declared, name)
        if table is not None:
            declared = with_key(declared, name, _lowered(table, report))
    return with_key(spec, section, declared)


def _lowered(table: Map, report: Report) -> Map:
    entries: dict[str, Entry] = {}
    for name, entry in table.entries.items():
        plain = name.strip().lower()
        if plain in entries:
            related = [Related("the first one", entries[plain].mark)]
            report.error("EW105", f'"{plain}" stands twice, in another case', entry.mark, related=related)
        entries.setdefault(plain, entry)
    return table._replace(entries=entries)
