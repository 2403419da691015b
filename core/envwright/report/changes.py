"""What follows from changed files, as JSON for tools, and the forms in which `envwright changes` shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from envwright.model.changes import Changes, FileChange, ImageChange, Revision, UnitChange, VersionChange
from envwright.report.changes_markdown import as_markdown
from envwright.report.changes_text import as_text
from envwright.report.text import Style

SCHEMA_VERSION = 1


def as_data(changes: Changes) -> dict[str, Any]:
    """Return plain JSON values: camelCase keys, null where there is none."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "project": changes.project,
        "environment": changes.environment,
        "slot": changes.slot or None,
        "before": _revision(changes.before),
        "after": _revision(changes.after),
        "effect": changes.effect,
        "units": [_unit(unit) for unit in changes.units],
        "files": [_file(file) for file in changes.files],
        "images": [_image(image) for image in changes.images],
        "versions": [_version(version) for version in changes.versions],
        "sections": list(changes.sections),
    }


def as_json(changes: Changes) -> str:
    """Return one JSON object; of names that are not UTF-8 the bytes stand as escapes."""
    text = json.dumps(as_data(changes), ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def _revision(revision: Revision | None) -> dict[str, str] | None:
    return None if revision is None else {"revision": revision.name, "commit": revision.commit}


def _unit(unit: UnitChange) -> dict[str, Any]:
    return {
        "name": unit.name,
        "kind": unit.kind,
        "phase": unit.phase,
        "strategy": unit.strategy or None,
        "change": unit.change or None,
        "effect": unit.effect,
        "effects": list(unit.effects),
        "files": [file.path for file in unit.files],
        "reasons": [reason._asdict() for reason in unit.reasons],
        "dependents": list(unit.dependents),
    }


def _file(file: FileChange) -> dict[str, Any]:
    matches = [{"unit": match.unit, "effect": match.effect, "rule": match.rule._asdict()} for match in file.matches]
    return {
        "path": file.path,
        "status": file.status,
        "effect": file.effect,
        "matches": matches,
        "images": list(file.images),
    }


def _image(image: ImageChange) -> dict[str, Any]:
    return {
        "name": image.name,
        "base": image.base or None,
        "files": list(image.files),
        "units": list(image.units),
    }


def _version(version: VersionChange) -> dict[str, Any]:
    return {
        "name": version.name,
        "before": version.before,
        "after": version.after,
        "due": version.due,
        "files": list(version.files),
    }


# Each gives the text; only `text` has colours.
FORMS: Mapping[str, Callable[[Changes, Style], str]] = {
    "text": as_text,
    "json": lambda changes, _style: as_json(changes),
    "markdown": lambda changes, _style: as_markdown(changes),
}
