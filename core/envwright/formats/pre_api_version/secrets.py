"""Secret documents of manifests: their keys move to `secrets[]`, and they leave the manifests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from envwright.formats.edit import map_at, mapping
from envwright.formats.pre_api_version.conditions import Condition, any_of, condition_of
from envwright.formats.pre_api_version.expressions import parsed
from envwright.formats.pre_api_version.manifest import Manifest, names_in, scalar_at
from envwright.formats.pre_api_version.manifest_text import Document, conditions_of, written
from envwright.formats.pre_api_version.rewriting import Names
from envwright.formats.pre_api_version.translator import Translator
from envwright.formats.pre_api_version.writer import text
from envwright.model.contract.secret import SecretType
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Node, Scalar, Seq
from envwright.templates.fault import Fault
from envwright.templates.tree import Action, Literal, Name, Operand, Pipe

_OWN_NAMESPACE = ("", "{{.Namespace}}")
_TYPES = get_args(SecretType)


class Key(NamedTuple):
    """A key of a Secret: the variable that its value came from, empty if none, and whether the file had a value."""

    name: str
    variable: str
    has_value: bool


class Secret(NamedTuple):
    """A Secret that the environment needs: `condition` says where. `mark` is its place in a manifest."""

    name: Scalar
    type: str
    keys: tuple[Key, ...]
    condition: Condition
    mark: Mark


class Found(NamedTuple):
    """The Secrets of a manifest, and which of its documents leave it."""

    secrets: tuple[Secret, ...]
    removed: tuple[int, ...]


def secrets_of(manifest: Manifest, conditions: Sequence[Condition], translator: Translator) -> Found:
    """Return the Secrets of a manifest of units with these conditions.

    Told as lost: Secrets of other namespaces, and those that cannot be taken out of their template and stay.
    """
    secrets = []
    removed = []
    for index, document in enumerate(manifest.documents):
        if document.kind != "Secret" or (document.node is not None and not _data(document.node)):
            continue
        name = scalar_at(document.node, "metadata", "name")
        around = conditions_of(manifest.text, document.first, document.last)
        mark = Mark(manifest.path, manifest.text.count("\n", 0, document.first) + 1) if name is None else name.mark
        if document.node is None or name is None or around is None:
            why = "the template decides how it looks: declare it in `secrets` and remove it from the manifest"
            translator.notes.lose(mark, f"a Secret in {manifest.path}", why)
            continue
        removed.append(index)
        secret = _secret(manifest, document, name, translator)
        namespace = scalar_at(document.node, "metadata", "namespace")
        place = "" if namespace is None else written(manifest.text, namespace)
        if place.replace(" ", "") not in _OWN_NAMESPACE:
            keys = ", ".join(key.name for key in secret.keys)
            why = (
                f"`secrets` is for the environment's own namespace: create it in {place} by hand, with the keys {keys}"
            )
            translator.notes.lose(mark, f'Secret "{name_of(secret)}" in the namespace {place}', why)
        else:
            terms = [_translated(term, name.mark, names_in(manifest, translator.names), translator) for term in around]
            secrets.append(secret._replace(condition=either(each.also(terms, mark) for each in conditions)))
    return Found(tuple(secrets), tuple(removed))


def merged(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """Return the Secrets with one of each name, which has the keys of all and is needed where one of them is."""
    found: dict[str, Secret] = {}
    for secret in secrets:
        known = found.get(secret.name.text)
        if known is not None:
            keys = {key.name: key for key in (*secret.keys, *known.keys)}
            secret = known._replace(keys=tuple(keys.values()), condition=either([known.condition, secret.condition]))
        found[secret.name.text] = secret
    return tuple(found.values())


def declaration(secret: Secret) -> Map:
    """Return the item of `secrets[]`."""
    nowhere = Mark("")
    keys = Seq(tuple(text(key.name, nowhere) for key in secret.keys), nowhere._replace(width=2))
    nodes: dict[str, Node] = {"name": secret.name._replace(mark=nowhere), "keys": keys}
    if secret.type not in ("", "Opaque"):
        nodes["type"] = text(secret.type, nowhere)
    if secret.condition.scalar is not None:
        nodes["when"] = secret.condition.scalar._replace(mark=nowhere)
    return mapping(nodes, nowhere)


def name_of(secret: Secret) -> str:
    """Return the Secret's name as it is written."""
    return secret.name.text


def either(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that holds where one of `conditions` does; one that is no expression counts as always."""
    terms = []
    for condition in conditions:
        if condition.expression is None:
            return Condition()
        terms.append(condition.expression.text)
    return condition_of(any_of(terms), Mark("")) if terms else Condition()


def _secret(manifest: Manifest, document: Document, name: Scalar, translator: Translator) -> Secret:
    names = names_in(manifest, translator.names)
    as_written = Scalar(written(manifest.text, name), name.mark, "")
    translated = text(translator.scalar(as_written, names).text, name.mark)
    kind = scalar_at(document.node, "type")
    type_ = "" if kind is None else written(manifest.text, kind)
    if type_ and type_ not in _TYPES:
        translator.notes.lose(
            name.mark, f'the type {type_} of Secret "{translated.text}"', f"v1 knows {', '.join(_TYPES)}"
        )
        type_ = ""
    keys = tuple(
        _key(key, written(manifest.text, value) if isinstance(value, Scalar) else "")
        for key, value in _data(document.node).items()
    )
    return Secret(translated, type_, keys, Condition(), name.mark)


def _data(node: Map | None) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for part in ("data", "stringData"):
        data = map_at(node, part) if node is not None else None
        found.update({} if data is None else {name: entry.node for name, entry in data.entries.items()})
    return found


def _key(name: str, value: str) -> Key:
    try:
        body = parsed(value).body
    except Fault:
        body = ()
    only = body[0] if len(body) == 1 else None
    if isinstance(only, Action):
        return Key(name, *_asked(only.pipe))
    return Key(name, "", has_value=bool(value))


def _asked(pipe: Pipe) -> tuple[str, bool]:
    """Return which variable `envOr` asks for, and whether the template has a value of its own where it is not set."""
    command = pipe.commands[0].operands
    if len(command) == 3 and isinstance(command[0], Name) and command[0].name == "envOr":
        asked = command[1].value if isinstance(command[1], Literal) else ""
        return str(asked), _has_value(command[2])
    return "", True


def _has_value(operand: Operand) -> bool:
    if isinstance(operand, Pipe):
        return _asked(operand)[1]
    return not isinstance(operand, Literal) or operand.value != ""


def _translated(term: str, mark: Mark, names: Names, translator: Translator) -> str:
    translated = translator.scalar(Scalar(f"{{{{ {term} }}}}", mark, ""), names).text
    return translated.removeprefix("{{ ").removesuffix(" }}")
