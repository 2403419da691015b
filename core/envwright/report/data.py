"""Diagnostics for tools: JSON, SARIF 2.1.0 and GitHub's workflow commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from envwright.model.codes import CODES
from envwright.model.diagnostic import Diagnostic
from envwright.model.mark import Mark
from envwright.version import __version__


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return `{"diagnostics": [...]}`; `where` is null or `{file, line, column, width}`."""
    return json.dumps({"diagnostics": [_plain(item) for item in diagnostics]}, ensure_ascii=False, indent=2) + "\n"


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a SARIF 2.1.0 log with one run.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    items = list(diagnostics)
    codes = sorted({item.code for item in items})
    driver = {
        "name": "envwright",
        "version": __version__,
        "rules": [{"id": code, "shortDescription": {"text": CODES[code]}} for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(item) for item in items]}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return one workflow command a line, which GitHub shows as annotations of the files.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(_command(item) for item in diagnostics)


def _plain(item: Diagnostic) -> dict[str, Any]:
    return {
        "code": item.code,
        "severity": item.severity,
        "summary": item.summary,
        "detail": item.detail,
        "hint": item.hint,
        "where": item.where._asdict() if item.where else None,
        "related": [{"message": near.message, "where": near.where._asdict()} for near in item.related],
    }


def _result(item: Diagnostic) -> dict[str, Any]:
    message = ": ".join(part for part in (item.summary, item.hint) if part)
    result: dict[str, Any] = {"ruleId": item.code, "level": item.severity, "message": {"text": message}}
    if item.where:
        result["locations"] = [_location(item.where)]
    if item.related:
        result["relatedLocations"] = [
            {**_location(near.where), "message": {"text": near.message}} for near in item.related
        ]
    return result


def _location(mark: Mark) -> dict[str, Any]:
    region = {"startLine": mark.line, "startColumn": mark.column, "endColumn": mark.column + mark.width}
    return {"physicalLocation": {"artifactLocation": {"uri": mark.file}, "region": region}}


def _command(item: Diagnostic) -> str:
    place = ""
    if item.where:
        place = f"file={_property(item.where.file)},line={item.where.line},col={item.where.column},"
    message = "\n".join(part for part in (item.summary, item.hint, item.detail) if part)
    return f"::{item.severity} {place}title={item.code}::{_message(message)}\n"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
