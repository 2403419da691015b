"""`infrastructure` and `services`, with their manifests: the units of the stack."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from envwright.formats.edit import items_at, map_at, mapping, text_of, with_key
from envwright.formats.pre_api_version.conditions import Condition, condition
from envwright.formats.pre_api_version.hooks import tell_hooks
from envwright.formats.pre_api_version.images import service_image
from envwright.formats.pre_api_version.manifest import Manifest, converted, read_manifest
from envwright.formats.pre_api_version.overlays import Service, convert_overlays, drops, mount_edits
from envwright.formats.pre_api_version.pods import pods_of, with_image
from envwright.formats.pre_api_version.secrets import Secret, merged, secrets_of
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import as_text, text
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.model.ports import Reader

NOWHERE = Mark("")
SECTIONS = ("infrastructure", "services")
_KEYS = frozenset({"name", "when", "manifests", "hooks", "image", "overlays", "ingress"})


class Unit(NamedTuple):
    """A unit of the older file. `paths` are its manifests that could be read."""

    section: str
    name: str
    declared: Map
    condition: Condition
    paths: tuple[str, ...]


class Units(NamedTuple):
    """The units in v1's form, and what else came of converting them.

    `sections` are `infrastructure` and `services`, `overrides` those of units by environment, `images` the ones that
    services brought, `files` the manifests by their new paths.
    """

    sections: Mapping[str, Seq]
    overrides: Mapping[str, Map]
    images: Mapping[str, Map]
    secrets: tuple[Secret, ...]
    files: Mapping[str, str]


class UnitConverter:
    """Converts the units of a file, one after the other: what one adds to a manifest stays there for the next."""

    def __init__(self, root: Map, environments: Sequence[str], reader: Reader, translator: Translator) -> None:
        self.root = root
        self.environments = environments
        self.translator = translator
        self.notes = translator.notes
        self.manifests = dict(_manifests(root, reader, translator))
        self.edits = {path: list(translator.file(found.text, path)) for path, found in self.manifests.items()}
        self.units = [self._unit(section, item) for section in SECTIONS for item in _maps(root, section)]
        self.images: dict[str, Map] = {}
        self.image_of: dict[str, str] = {}
        self.overrides: dict[str, dict[str, Entry]] = {}
        self.places: dict[str, str] = {}
        self.files: dict[str, str] = {}

    def convert(self) -> Units:
        """Return everything; what cannot be read or carried over is told."""
        for unit in self.units:
            self._set_image(unit)
            self._override(unit)
        secrets = [secret for path in self.manifests for secret in self._write(path)]
        sections = {}
        for section in SECTIONS:
            units = tuple(self._converted(unit) for unit in self.units if unit.section == section)
            if units:
                sections[section] = Seq(units, self.root.entries[section].mark._replace(width=1))
        overrides = {name: Map(entries, NOWHERE) for name, entries in self.overrides.items()}
        return Units(sections, overrides, self.images, merged(secrets), self.files)

    def _unit(self, section: str, declared: Map) -> Unit:
        paths = tuple(path for _, path in _paths(declared) if path in self.manifests)
        when = condition(declared.get("when"), self.translator)
        return Unit(section, text_of(declared.get("name")), declared, when, paths)

    def _manifests_of(self, unit: Unit) -> list[Manifest]:
        return [self.manifests[path] for path in unit.paths]

    def _set_image(self, unit: Unit) -> None:
        declared = map_at(unit.declared, "image")
        if declared is None or not text_of(declared.get("repository")):
            return
        pods = [(manifest, pod) for manifest in self._manifests_of(unit) for pod in pods_of(manifest, unit.name)]
        if not pods:
            why = "it had no effect: the older tool set it in a Deployment that is called as the service; there is none"
            self.notes.change(unit.declared.entries["image"].mark, f"services.{unit.name}.image", why)
            return
        name, image = service_image(unit.name, declared, self.root, self.translator)
        if image is not None:
            self.images[name] = image
        self.image_of[unit.name] = name
        for manifest, pod in pods:
            self.edits[manifest.path] += with_image(manifest, pod, name)

    def _override(self, unit: Unit) -> None:
        overlays = map_at(unit.declared, "overlays")
        if overlays is None:
            return
        service = Service(unit.name, unit.condition, self._manifests_of(unit))
        found = convert_overlays(service, overlays, self.environments, self.translator)
        for environment, entry in found.items():
            self.overrides.setdefault(environment, {})[unit.name] = entry
        for path, edits in mount_edits(service, found, self.environments).items():
            self.edits[path] += edits

    def _write(self, path: str) -> tuple[Secret, ...]:
        """Make the new file of a manifest, and return the Secrets that were in it."""
        conditions = [_without_dropped(unit) for unit in self.units if path in unit.paths]
        found = secrets_of(self.manifests[path], conditions, self.translator)
        new = converted(self.manifests[path], self.edits[path], found.removed)
        if new is not None:
            self.places[path], self.files[new[0]] = new
        return found.secrets

    def _converted(self, unit: Unit) -> Map:
        entries: dict[str, Entry] = {}
        for key, entry in unit.declared.entries.items():
            place = f"{unit.section}.{unit.name}.{key}"
            if key == "name":
                entries[key] = Entry(entry.mark, as_text(entry.node))
            elif key == "when" and unit.condition.scalar is not None:
                entries[key] = Entry(entry.mark, unit.condition.scalar._replace(mark=entry.node.mark))
            elif key == "manifests":
                entries.update(self._manifest_list(unit, entry))
            elif key == "image" and unit.name in self.image_of:
                entries[key] = Entry(entry.mark, text(self.image_of[unit.name], NOWHERE))
            elif key == "ingress":
                self.notes.lose(entry.mark, place, "the hosts stand in the manifests", shown=True)
            elif key not in _KEYS:
                self.notes.lose(entry.mark, place, "v1 has no such key", shown=True)
        waited = tell_hooks(
            f"{unit.section}.{unit.name}", map_at(unit.declared, "hooks") or Map({}, NOWHERE), self.notes
        )
        if waited is not None:
            entries["readiness"] = Entry(NOWHERE, mapping({"timeout": waited._replace(mark=NOWHERE)}, NOWHERE))
        return self._after_namespace(unit, Map(entries, unit.declared.mark))

    def _manifest_list(self, unit: Unit, entry: Entry) -> dict[str, Entry]:
        items: list[Node] = []
        for scalar, path in _paths(unit.declared):
            if path in self.places:
                items.append(mapping({"path": scalar._replace(text=self.places[path])}, scalar.mark))
            elif path not in self.manifests and "{{" in path:
                items.append(mapping({"path": self.translator.scalar(scalar)}, scalar.mark))
        listed = Seq(tuple(items), entry.node.mark._replace(width=1))
        return {"manifests": Entry(entry.mark, listed)} if items else {}

    def _after_namespace(self, unit: Unit, node: Map) -> Map:
        """Make infrastructure wait for the unit with the Namespace: v1 does not follow the order of the file."""
        owner = next((other for other in self.units if self._has_namespace(other)), None)
        if (
            unit.section != "infrastructure"
            or owner is None
            or owner.name == unit.name
            or owner.section != unit.section
        ):
            return node
        name = text(owner.name, NOWHERE)
        optional = {"name": name, "optional": Scalar("true", NOWHERE)}
        same = owner.condition.scalar is None or owner.condition.expression == unit.condition.expression
        needed: Node = name if same else mapping(optional, NOWHERE)
        return with_key(node, "dependsOn", Seq((needed,), NOWHERE._replace(width=2 if same else 1)))

    def _has_namespace(self, unit: Unit) -> bool:
        return any(document.kind == "Namespace" for found in self._manifests_of(unit) for document in found.documents)


def _manifests(root: Map, reader: Reader, translator: Translator) -> Iterator[tuple[str, Manifest]]:
    """Yield the manifests of all units by their paths, each once."""
    seen: set[str] = set()
    for section in SECTIONS:
        for unit in _maps(root, section):
            for scalar, path in _paths(unit):
                if "{{" in path:
                    why = "its manifests could not be found: convert them by hand"
                    translator.notes.lose(scalar.mark, f"the path {path}", why)
                elif path.startswith(("/", "../")):
                    translator.notes.lose(
                        scalar.mark, f"the manifest {path}", "it lies outside of the stack's directory"
                    )
                elif path not in seen:
                    seen.add(path)
                    manifest = read_manifest(path, reader, translator.notes)
                    if manifest is not None:
                        yield path, manifest


def _paths(unit: Map) -> Iterator[tuple[Scalar, str]]:
    for item in items_at(unit, "manifests"):
        path = item.get("path") if isinstance(item, Map) else item
        if isinstance(path, Scalar) and text_of(path):
            yield path, posixpath.normpath(text_of(path)) if "{{" not in path.text else path.text


def _maps(root: Map, section: str) -> list[Map]:
    return [item for item in items_at(root, section) if isinstance(item, Map)]


def _without_dropped(unit: Unit) -> Condition:
    """Return where a unit's Secrets are needed: where it is on, and no overlay drops them."""
    dropped = drops(map_at(unit.declared, "overlays"), "Secret")
    return unit.condition.also([f'ne .Env "{environment}"' for environment in dropped], unit.declared.mark)
