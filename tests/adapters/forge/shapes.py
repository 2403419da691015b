"""Takes the calls of the adapter out of GitHub's description of its REST API, for `shapes.json`.

npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
python -m tests.adapters.forge.shapes package/generated/api.github.com.json SOURCE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "shapes.json"
CALLS = (
    "GET commits/{ref}/status",
    "GET pulls",
    "GET pulls/{pull_number}",
    "PATCH pulls/{pull_number}",
    "POST issues/{issue_number}/labels",
    "POST pulls",
    "POST statuses/{sha}",
    "PUT pulls/{pull_number}/merge",
)
UNUSED = frozenset({"deprecated", "description", "example", "examples", "summary", "title"})


def shapes_of(description: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the parameters, the request and the answers of each call, and every schema that they refer to."""
    calls = {call: _call(description, *call.split(" ")) for call in CALLS}
    schemas = description["components"]["schemas"]
    names: set[str] = set()
    waiting = list(_references(calls))
    while waiting:
        if (name := waiting.pop()) not in names:
            names.add(name)
            waiting += _references(schemas[name])
    return {"source": source, "operations": calls, "components": {name: _plain(schemas[name]) for name in names}}


def _call(description: Mapping[str, Any], method: str, path: str) -> dict[str, Any]:
    found = description["paths"][f"/repos/{{owner}}/{{repo}}/{path}"][method.lower()]
    parameters = [_resolved(description, each) for each in found.get("parameters", ())]
    answers = {status: _schema(_resolved(description, each)) for status, each in found["responses"].items()}
    return {
        "parameters": [
            {"name": each["name"], "schema": _plain(_resolved(description, each["schema"]))}
            for each in parameters
            if each["in"] == "query"
        ],
        "request": _schema(_resolved(description, found.get("requestBody", {}))),
        "responses": {status: schema for status, schema in answers.items() if schema is not None},
    }


def _schema(body: Mapping[str, Any]) -> Any:
    content = body.get("content", {}).get("application/json")
    return content and _plain(content["schema"])


def _resolved(description: Mapping[str, Any], value: Any) -> Any:
    while "$ref" in value:
        path, value = value["$ref"].removeprefix("#/").split("/"), description
        for step in path:
            value = value[step]
    return value


def _plain(value: Any, *, named: bool = False) -> Any:
    """Return a schema without what only people read; `named` are properties, which may be called so too."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if named or not (key in UNUSED or key.startswith("x-"))}
    return {key: _plain(each, named=key == "properties" and not named) for key, each in kept.items()}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _references(each)


if __name__ == "__main__":
    found = shapes_of(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
