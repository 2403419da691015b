"""The conversion: a file of the format before apiVersion, with its manifests, as a v1 stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from envwright.formats.edit import map_at, mapping, text_of
from envwright.formats.pre_api_version.comments import Comments, comments_of
from envwright.formats.pre_api_version.environments import convert_environments, environments_of
from envwright.formats.pre_api_version.expressions import expression
from envwright.formats.pre_api_version.hooks import duration, tell_hooks
from envwright.formats.pre_api_version.images import convert_images
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.prelude import Definition, read_prelude
from envwright.formats.pre_api_version.rewriting import SECTIONS, Names
from envwright.formats.pre_api_version.secrets import declaration
from envwright.formats.pre_api_version.sections import stack_vars, values_that_vars_cannot_hold
from envwright.formats.pre_api_version.summary import summary
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.units import UnitConverter, Units
from envwright.formats.pre_api_version.writer import as_text, text, write
from envwright.model.contract.stack import API_VERSION, KIND
from envwright.model.diagnostic import Diagnostic, Report, refuse
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.model.ports import Reader
from envwright.yaml.reader import read

NOWHERE = Mark("")
ROOT_FILE = "services.yaml"
SUMMARY_FILE = "MIGRATION.md"

_CARRIED = frozenset(
    {"project", "versions", "environments", "namespace", "maxSlots", "images", "infrastructure", "services", "hooks"}
)
_LOST = {
    "codex": "settings of the agent that the older tool ran: they belong to whoever runs the agent",
    "registry": "every image names its own registry, and the manifests do too",
    "state": "the reconciler keeps an environment's state in the platform's namespace",
    "dataPaths": "v1 keeps data in claims, not in folders of a node",
    "envFiles": "the caller passes them: `--env-file FILE`",
}


class Migration(NamedTuple):
    """What a conversion gives: the new files by path, and a warning (EW801) for each part not carried over."""

    files: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]


def migrate(source: str, reader: Reader, path: str = ROOT_FILE) -> Migration:
    """Convert the file `path` with the text `source`; `reader` gives its manifests.

    Raises Refused: EW100 for a file of another format, what reading files raises (EW001-EW013), EW200 for a template
    that does not parse.
    """
    root = read(source, path)
    if not isinstance(root, Map) or root.get("apiVersion") is not None or root.get("project") is None:
        hint = "a file of the format before apiVersion has `project` at its top"
        raise refuse("EW100", "this is not a file of the format before apiVersion", root.mark, hint=hint)
    notes = Notes(source.splitlines())
    comments = comments_of(source, root)
    definitions, translator = _translator(source, root, notes)
    units = UnitConverter(root, list(environments_of(root)), reader, translator).convert()
    spec = _spec(root, units, definitions, translator)
    notes.report.raise_if_failed()
    files = {ROOT_FILE: write(_stack(root, spec), _without_prelude(comments, notes)), **units.files}
    files[SUMMARY_FILE] = summary(path, notes, units.secrets, _variables_in(spec))
    return Migration(dict(sorted(files.items())), notes.diagnostics())


def conflicts(migration: Migration, existing: Callable[[str], str | None]) -> tuple[Diagnostic, ...]:
    """Return an error (EW802) for each file that is there already and differs.

    `existing` gives the text of a file in the output folder, None if there is none. A conversion that ran before made
    the same files, so that running it again is no conflict.
    """
    report = Report()
    for path, content in migration.files.items():
        if existing(path) not in (None, content):
            hint = "choose an empty folder, or remove the file"
            report.error("EW802", f"{path} is there already and differs", hint=hint)
    return tuple(report.items)


def _translator(source: str, root: Map, notes: Notes) -> tuple[dict[str, Definition], Translator]:
    """Return the prelude's variables and a translator that knows what templates may name."""
    names = Names({}, root, {})
    definitions = read_prelude(source, root, names, notes)
    names = names._replace(variables={name: known.expression for name, known in definitions.items()})
    inlined = values_that_vars_cannot_hold(root, SECTIONS, Translator(names, notes))
    in_vars = {name: expression(f".Vars.{known.var}") for name, known in definitions.items() if known.var}
    return definitions, Translator(Names({**names.variables, **in_vars}, root, inlined), notes)


def _spec(root: Map, units: Units, definitions: dict[str, Definition], translator: Translator) -> Map:
    project = root.entries["project"]
    entries = {"project": Entry(project.mark, as_text(project.node))}
    environments = convert_environments(root, units.overrides, translator)
    images = convert_images(root, dict(units.images), translator)
    versions = map_at(root, "versions")
    orchestration = _orchestration(root, translator.notes)
    for key, entry in root.entries.items():
        if key in _LOST and key not in {path[0] for path in translator.sections}:
            translator.notes.lose(entry.mark, key, _LOST[key], shown=True)
        elif key not in _CARRIED | _LOST.keys() | SECTIONS:
            translator.notes.lose(entry.mark, key, "the older tool did not know this key either", shown=True)
    parts: dict[str, Node | None] = {
        "vars": stack_vars(root, environments_of(root), definitions, translator),
        "versions": None if versions is None else translator.texts(versions),
        "environments": environments,
        "images": images,
        "secrets": Seq(tuple(map(declaration, units.secrets)), NOWHERE),
        **units.sections,
        "orchestration": orchestration,
    }
    for key, node in parts.items():
        if node is not None and (isinstance(node, Scalar) or (node.items if isinstance(node, Seq) else node.entries)):
            entries[key] = Entry(root.entries[key].mark if key in root.entries else NOWHERE, node)
    return Map(entries, NOWHERE)


def _orchestration(root: Map, notes: Notes) -> Map | None:
    """Return `orchestration` with the time that the older tool waited; tell what becomes of the stack's hooks."""
    tell_hooks("the stack", map_at(root, "hooks") or Map({}, NOWHERE), notes)
    codex = map_at(root, "codex")
    timeouts = map_at(codex, "timeouts") if codex is not None else None
    waited = None if timeouts is None else duration(timeouts.get("deployWait"), NOWHERE)
    if waited is None or timeouts is None:
        return None
    why = "it is `orchestration.readiness.timeout`"
    notes.change(timeouts.entries["deployWait"].mark, "codex.timeouts.deployWait", why)
    return mapping({"readiness": mapping({"timeout": waited}, NOWHERE)}, NOWHERE)


def _stack(root: Map, spec: Map) -> Map:
    nodes: dict[str, Node] = {
        "apiVersion": text(API_VERSION, NOWHERE),
        "kind": text(KIND, NOWHERE),
        "metadata": mapping({"name": text(text_of(root.get("project")), NOWHERE)}, NOWHERE),
        "spec": spec,
    }
    return Map({name: Entry(NOWHERE, node) for name, node in nodes.items()}, NOWHERE)


def _without_prelude(comments: Comments, notes: Notes) -> Comments:
    """Return the comments without those that were the prelude; an action in any other ran too, and is told."""
    head = tuple(comment for comment in comments.head if "{{" not in comment)
    for line, above in comments.above.items():
        if any("{{" in comment for comment in above):
            mark = Mark(comments.file, line)
            notes.lose(mark, "an action in a comment", "a template ran in comments too; in v1 a comment is a comment")
    return comments._replace(head=head)


def _variables_in(spec: Map) -> list[str]:
    """Return the environment variables that values of `vars` read."""
    found: set[str] = set()
    waiting: list[Node | None] = [spec.get("vars")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            found |= set(re.findall(r'envOr "([^"]+)"', node.text))
        elif isinstance(node, Map):
            waiting += [entry.node for entry in node.entries.values()]
        elif node is not None:
            waiting += node.items
    return sorted(found)
