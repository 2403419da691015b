"""`environments`, `namespace.patterns`, `maxSlots` and `baseDomain`: the targets of the stack."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.formats.edit import map_at, mapping, text_of
from envwright.formats.namespaces import SLOT_ENVIRONMENT, lineage, owners, takes_slots
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import text
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar

NOWHERE = Mark("")
_DEFAULT = "{{ .Project }}-{{ .Env }}"
_DEFAULT_SLOT = "{{ .Project }}-dev-{{ .Slot }}"
_LOST = {
    "kubeconfig": "the platform knows the cluster of an environment, the stack does not",
    "context": "the platform knows the cluster of an environment, the stack does not",
    "localRegistry": "v1 has no registry on a developer's machine",
}


def environments_of(root: Map) -> dict[str, Entry]:
    """Return the environments that the file names, declared ones first, each with its declaration or an empty one."""
    found: dict[str, Entry] = {}
    declared = map_at(root, "environments")
    for name, entry in ({} if declared is None else declared.entries).items():
        node = entry.node if isinstance(entry.node, Map) else Map({}, entry.mark)
        found[name] = Entry(entry.mark, node)
    for name, entry in _patterns(root).items():
        found.setdefault(name, Entry(entry.mark, Map({}, entry.mark)))
    return found


def convert_environments(root: Map, overrides: Mapping[str, Map], translator: Translator) -> Map:
    """Return v1's `environments`; `overrides` are those of units, by environment."""
    environments = environments_of(root)
    templates = {name: _template(root, name, translator) for name in environments}
    shared = owners(templates, text_of(root.get("project")), _parents(environments))
    entries = {}
    for name, declared in environments.items():
        assert isinstance(declared.node, Map)  # noqa: S101  # see environments_of
        _tell(name, declared.node, translator)
        nodes = _converted(root, name, templates[name], shared.get(name, ""), translator)
        if name in overrides:
            nodes["overrides"] = overrides[name]
        entries[name] = Entry(declared.mark, mapping(nodes, declared.mark))
    place = root.entries.get("environments") or root.entries.get("namespace")
    return Map(entries, NOWHERE if place is None else place.mark)


def _parents(environments: Mapping[str, Entry]) -> dict[str, str]:
    nodes = {name: entry.node for name, entry in environments.items()}
    return {name: text_of(node.get("from")) if isinstance(node, Map) else "" for name, node in nodes.items()}


def _image_pull_policy(name: str, environments: Mapping[str, Entry]) -> Scalar | None:
    """Return an environment's own or inherited pull policy: all that `from` took over in the older format."""
    for ancestor in lineage(name, _parents(environments)):
        node = environments[ancestor].node
        found = node.get("imagePullPolicy") if isinstance(node, Map) else None
        if isinstance(found, Scalar) and text_of(found):
            return found
    return None


def _converted(root: Map, name: str, template: Scalar, owner: str, translator: Translator) -> dict[str, Node]:
    has_slots = takes_slots(name, template.text)
    nodes: dict[str, Node] = {}
    if has_slots:
        nodes["kind"] = text("slot", NOWHERE)
        most = root.get("maxSlots")
        if isinstance(most, Scalar) and text_of(most) not in ("", "0"):
            nodes["slots"] = Map({"max": Entry(NOWHERE, most._replace(mark=NOWHERE))}, NOWHERE)
    elif name == "production":
        nodes["kind"] = text("production", NOWHERE)
    nodes["namespaceTemplate"] = template
    if owner:
        nodes["sharesNamespaceOf"] = text(owner, NOWHERE)
    domain = _domain(root, name, has_slots, translator)
    if domain is not None:
        nodes["domainTemplate"] = domain
    policy = _image_pull_policy(name, environments_of(root))
    if policy is not None:
        nodes["imagePullPolicy"] = translator.scalar(policy)
    return nodes


def _tell(name: str, declared: Map, translator: Translator) -> None:
    for key, entry in declared.entries.items():
        if key in _LOST:
            translator.notes.lose(entry.mark, f"environments.{name}.{key}", _LOST[key])
        elif key == "from":
            why = "written out: in v1 it would take over overrides and the namespace too"
            translator.notes.change(entry.mark, f"environments.{name}.from", why)
        elif key == "slotBootstrapInfra":
            why = "not needed: infrastructure comes before services in every environment"
            translator.notes.change(entry.mark, f"environments.{name}.slotBootstrapInfra", why)
        elif key != "imagePullPolicy":
            translator.notes.lose(entry.mark, f"environments.{name}.{key}", "v1 has no such key", shown=True)


def _patterns(root: Map) -> Mapping[str, Entry]:
    namespace = map_at(root, "namespace")
    patterns = map_at(namespace, "patterns") if namespace is not None else None
    return {} if patterns is None else patterns.entries


def _template(root: Map, name: str, translator: Translator) -> Scalar:
    declared = _patterns(root).get(name)
    if declared is not None and isinstance(declared.node, Scalar) and text_of(declared.node):
        return translator.scalar(declared.node)
    return Scalar(_DEFAULT_SLOT if name == SLOT_ENVIRONMENT else _DEFAULT, NOWHERE, '"')


def _domain(root: Map, name: str, has_slots: bool, translator: Translator) -> Scalar | None:
    """Return the template of an environment's domain; a slot's is one level below the base domain."""
    base = map_at(root, "baseDomain")
    entry = None if base is None else base.entries.get(name)
    if entry is None or not text_of(entry.node):
        return None
    inlined = translator.names.inlined.get(("baseDomain", name))
    if inlined is not None:
        value = inlined.text
    else:
        translator.sections.add(("baseDomain", name))
        value = f".Vars.baseDomain.{name}" if name.isidentifier() else f'index .Vars.baseDomain "{name}"'
    host = f"{{{{ {value} }}}}"
    return Scalar(f"dev-{{{{ .Slot }}}}.{host}" if has_slots else host, NOWHERE, "'")
