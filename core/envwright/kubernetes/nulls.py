"""Nulls in manifests: one that an empty variable made is an error, any other means what it means to an API server.

In a map a null is a field that is not set, so it goes; in a list its place has a meaning, so it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from envwright.kubernetes.places import Path, dotted
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark


class EmptyVariable(NamedTuple):
    """A variable that a template printed and that was empty: its name, and the place of the expression."""

    name: str
    where: Mark


ExplainNull = Callable[[Path], EmptyVariable | None]
"""Answers which empty variable made the null at a path, None if the manifest says null itself."""


def nothing_to_explain(_: Path) -> None:
    """Answer for documents that no template made."""


def has_null(value: Any) -> bool:
    """Return whether a map or list holds a null at any depth: most do not, and this costs no copy."""
    for item in value.values() if type(value) is dict else value:
        if type(item) is str:  # first, for most are
            continue
        if item is None or ((type(item) is dict or type(item) is list) and has_null(item)):
            return True
    return False


def resolve_nulls(content: dict[str, Any], path: Path, explain: ExplainNull, report: Report) -> dict[str, Any]:
    """Return the object at `path` of its document without the nulls of its maps.

    Reports EW503 for each that an empty variable made. An entry of a ConfigMap that says null is an empty text.
    """
    if not has_null(content):
        return content
    data = content.get("data")
    if content.get("kind") == "ConfigMap" and isinstance(data, dict):
        empty = {name for name, value in data.items() if value is None and explain((*path, "data", name)) is None}
        content = {**content, "data": {name: "" if name in empty else value for name, value in data.items()}}
    resolved: dict[str, Any] = without_nulls(content, path, explain, report)
    return resolved


def without_nulls(value: Any, path: Path, explain: ExplainNull, report: Report) -> Any:
    """Do the same for what stands at `path`."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if item is None:
                report_null((*path, index), explain, report)
        return [without_nulls(item, (*path, index), explain, report) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, item in value.items():
        if item is None:
            report_null((*path, name), explain, report)
        else:
            kept[name] = without_nulls(item, (*path, name), explain, report)
    return kept


def report_null(path: Path, explain: ExplainNull, report: Report) -> None:
    """Report the null at `path` if an empty variable made it, and if it is not a namespace, which has a default."""
    if path[-2:] == ("metadata", "namespace"):
        return
    empty = explain(path)
    if empty is not None:
        summary = f"{dotted(path)} is null because the variable {empty.name} is empty"
        report.error(
            "EW503", summary, empty.where, hint=f"pass {empty.name}, give it a default, or quote the expression"
        )
