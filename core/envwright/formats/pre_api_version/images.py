"""`images`: the same in v1, with a type for what is copied into the team's registry and tags as written."""

from __future__ import annotations

from envwright.formats.edit import map_at, scalar, text_of
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import text
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node

NOWHERE = Mark("")
_KEPT = frozenset({"from", "local", "repository", "tagTemplate", "dockerfile", "context", "buildArgs"})
_OF_TYPE = {
    "mirror": frozenset({"from", "local"}),
    "external": frozenset({"from", "local"}),
    "build": frozenset({"repository", "tagTemplate", "dockerfile", "context", "buildArgs"}),
}


def convert_images(root: Map, added: dict[str, Map], translator: Translator) -> Map | None:
    """Return v1's `images` with those `added` for services, None if there are none."""
    declared = map_at(root, "images")
    entries = {}
    for name, entry in ({} if declared is None else declared.entries).items():
        if isinstance(entry.node, Map):
            entries[name] = Entry(entry.mark, _image(name, entry.node, translator))
    for name, image in added.items():
        entries[name] = Entry(image.mark, image)
    if not entries:
        return None
    return Map(entries, root.entries["images"].mark if "images" in root.entries else NOWHERE)


def service_image(name: str, declared: Map, root: Map, translator: Translator) -> tuple[str, Map | None]:
    """Return the name in `images` of what a service's `image` says, and the image to add if none is the same."""
    images = map_at(root, "images") or Map({}, NOWHERE)
    wanted = (text_of(declared.get("repository")), text_of(declared.get("tagTemplate")))
    for known, entry in images.entries.items():
        if isinstance(entry.node, Map) and wanted == _named(entry.node):
            return known, None
    repository, tag = (translator.tree(scalar(part, declared.mark)) for part in wanted)
    reference = f"{text_of(repository)}:{text_of(tag)}" if text_of(tag) else text_of(repository)
    nodes: dict[str, Node] = {"type": text("external", NOWHERE), "from": text(reference, NOWHERE)}
    image = Map({key: Entry(NOWHERE, node) for key, node in nodes.items()}, NOWHERE)
    if name not in images.entries:
        return name, image
    what = f"services.{name}.image"
    why = f"what it names is not what `images.{name}` builds: it became the image `{name}-service`"
    translator.notes.change(declared.mark, what, why)
    return f"{name}-service", image


def _named(image: Map) -> tuple[str, str]:
    return text_of(image.get("repository")), text_of(image.get("tagTemplate")) or text_of(image.get("tag"))


def _image(name: str, declared: Map, translator: Translator) -> Map:
    kind = _kind(declared)
    entries = {"type": Entry(NOWHERE, text(kind, NOWHERE))}
    for key, entry in declared.entries.items():
        known = "tagTemplate" if key == "tag" else key
        if key == "type":
            entries["type"] = Entry(entry.mark, text(kind, entry.mark))
        elif known not in _KEPT:
            translator.notes.lose(entry.mark, f"images.{name}.{key}", "v1 has no such key", shown=True)
        elif known not in _OF_TYPE[kind]:
            translator.notes.lose(entry.mark, f"images.{name}.{key}", f"it has no meaning for an image of type {kind}")
        elif text_of(entry.node) or isinstance(entry.node, Map):
            entries[known] = Entry(entry.mark, translator.texts(entry.node))
    if kind == "build":
        entries["tagPolicy"] = Entry(NOWHERE, text("exact", NOWHERE))
    return Map(entries, declared.mark)


def _kind(declared: Map) -> str:
    if text_of(declared.get("type")) == "build" or (not text_of(declared.get("type")) and declared.get("repository")):
        return "build"
    return "mirror" if text_of(declared.get("from")) and text_of(declared.get("local")) else "external"
