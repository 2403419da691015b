"""The context as JSON: a unit a line, so that a change of one is a line of a diff."""

from __future__ import annotations

import json
from typing import Any

from envwright.model.contract.document import Document
from envwright_plugins.context.facts import EFFECTS, Context, UnitContext
from envwright_plugins.context.words import LONGEST, shown

SCHEMA_VERSION = 1
ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
Json = dict[str, Any]


def context_json(context: Context) -> str:
    """Return one JSON object: camelCase keys, null where there is none."""
    parts = {
        "schemaVersion": SCHEMA_VERSION,
        "project": context.project,
        "environment": context.environment,
        "slot": context.slot or None,
        "kind": context.kind,
        "instanceScope": context.instance_scope,
        "namespace": context.namespace,
        "domain": context.domain or None,
        "planDigest": context.plan_digest,
        "rootFile": context.root or None,
        "urls": [{"url": str(url), "unit": unit.name} for unit in context.units for url in unit.urls],
        "units": [_unit(unit) for unit in context.units],
        "off": list(context.off),
        "effects": [effect._asdict() for effect in EFFECTS],
        "commands": list(context.commands),
        "forbidden": [each._asdict() for each in context.forbidden],
        "documents": [_document(document) for document in context.documents],
    }
    return "{\n" + ",\n".join(f'  "{name}": {_block(value)}' for name, value in parts.items()) + "\n}\n"


def _block(value: Any) -> str:
    """Return a value as JSON, a list of objects with one a line."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return _line(value)
    return "[\n" + ",\n".join(f"    {_line(item)}" for item in value) + "\n  ]"


def _line(value: Any) -> str:
    """Return a value as JSON on one line, its texts cleaned: most need none of that, and there may be thousands."""
    line = ENCODE(value)
    if line.isprintable() and "\\" not in line and max(map(len, line.split('"'))) < LONGEST:
        return line
    return ENCODE(_clean(value))


def _clean(value: Any) -> Any:
    """Return a value whose texts print, none of them without an end."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def _unit(unit: UnitContext) -> Json:
    return {
        "name": unit.name,
        "kind": unit.kind,
        "phase": unit.phase,
        "dependsOn": list(unit.depends_on),
        "strategy": unit.strategy or None,
        "image": unit.image or None,
        "workloads": list(unit.workloads),
        "jobs": list(unit.jobs),
        "ports": [port._asdict() for port in unit.ports],
        "urls": [str(url) for url in unit.urls],
        "source": _source(unit),
        "mounts": [mount._asdict() for mount in unit.mounts],
        "edits": [edit._asdict() for edit in unit.edits],
        "live": unit.live or None,
    }


def _source(unit: UnitContext) -> Json | None:
    if not unit.directory:
        return None
    return {
        "directory": unit.directory,
        "inputs": list(unit.inputs),
        "stack": unit.stack or None,
        "why": unit.why,
    }


def _document(document: Document) -> Json:
    elsewhere = document.elsewhere
    return {
        "path": document.path if elsewhere is None else elsewhere.path,
        "repository": None if elsewhere is None else elsewhere.repository,
        "description": document.description,
        "roles": list(document.roles),
        "template": document.template,
        "optional": document.optional,
    }
