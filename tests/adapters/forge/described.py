"""A server over GitHub's description of its REST API: it refuses what the API does not take, and answers in its shapes.

`shapes.json` is that description for the calls that the adapter makes; `shapes.py` takes it out of the whole. A request
with a field that the description lacks is a fault, though the API itself would pass over it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import jsonschema

SHAPES = json.loads((Path(__file__).parent / "shapes.json").read_text(encoding="utf-8"))
ROOT = "/repos/ada/environments/"
SAMPLES = {"string": "text", "integer": 7, "number": 7, "boolean": False}
FORMATS = {"uri": "https://example.org/", "date-time": "2026-11-24T00:00:00Z"}


class Answer(NamedTuple):
    """What the server answers: a status, what replaces parts of the shape, headers."""

    status: int = 200
    content: Mapping[str, Any] | list[Any] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})


class Asked(NamedTuple):
    """A request that was made."""

    operation: str
    query: dict[str, str]
    content: Any
    headers: Mapping[str, str]


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference means."""
    while "$ref" in schema:
        schema = SHAPES["components"][schema["$ref"].rpartition("/")[2]]
    return schema


def sample(schema: Mapping[str, Any]) -> Any:
    """Return the smallest value of a shape."""
    schema = resolved(schema)
    if schema.get("nullable"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return sample(schema[several][0])
    if "allOf" in schema:
        return {key: value for each in schema["allOf"] for key, value in sample(each).items()}
    if schema.get("type") == "array":
        return []
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: sample(properties[name]) for name in schema.get("required", ()) if name in properties}
    return FORMATS.get(schema.get("format", ""), SAMPLES[schema["type"]])


def merged(value: Any, changes: Any) -> Any:
    """Return a value with some of its parts replaced."""
    if isinstance(value, dict) and isinstance(changes, Mapping):
        return {**value, **{key: merged(value.get(key), change) for key, change in changes.items()}}
    return changes


def check(value: Any, schema: Mapping[str, Any]) -> None:
    """Raise ValidationError for a value that is not of a shape; `nullable` is OpenAPI's own word."""
    jsonschema.Draft4Validator(_plain({**schema, "components": {"schemas": SHAPES["components"]}})).validate(value)


def check_request(shape: Mapping[str, Any], query: Mapping[str, str], content: Any) -> None:
    """Raise ValidationError or AssertionError for a request that the call does not take."""
    parameters = {parameter["name"]: parameter["schema"] for parameter in shape["parameters"]}
    assert query.keys() <= parameters.keys(), query
    for name, value in query.items():
        if "enum" in parameters[name]:
            check(value, parameters[name])
    if shape["request"] is None:
        assert content is None, content
        return
    check(content, shape["request"])
    known = [each.get("properties", {}) for each in (shape["request"], *shape["request"].get("oneOf", ()))]
    assert content.keys() <= {name for properties in known for name in properties}, content


def _plain(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


class Described:
    """The server's side: `answers` in their order, `asked` what came; `before_answer` is told of each request."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self.before_answer: Callable[[Asked], None] = lambda _asked: None
        self.url = ""

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """Return the next answer to a request, in its shape."""
        parts = urlsplit(target)
        operation = f"{method} {operation_of(parts.path.removeprefix(ROOT))}"
        content = json.loads(body) if body else None
        query = dict(parse_qsl(parts.query))
        self.asked.append(Asked(operation, query, content, headers))
        self.before_answer(self.asked[-1])
        shape = SHAPES["operations"][operation]
        try:
            check_request(shape, query, content)
        except (jsonschema.ValidationError, AssertionError) as error:
            self.faults.append(f"{operation}: {error}")
        given = self.answers.pop(0)
        described = shape["responses"].get(str(given.status))
        if described is None:
            return given.status, json.dumps(given.content).encode(), dict(given.headers)
        value = given.content
        if isinstance(value, list):
            value = [merged(sample(resolved(described)["items"]), each) for each in value]
        else:
            value = merged(sample(described), value)
        check(value, described)
        return given.status, json.dumps(value).encode(), dict(given.headers)


def operation_of(path: str) -> str:
    """Return the path of an operation with its parameters by name."""
    first, *rest = path.split("/")
    names = {"commits": "{ref}", "issues": "{issue_number}", "pulls": "{pull_number}", "statuses": "{sha}"}
    return "/".join([first, *([names[first], *rest[1:]] if rest else [])])


@contextmanager
def serving() -> Iterator[Described]:
    """Serve on a free port of the loopback until the block ends."""
    described = Described()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content, headers = described.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return None

    for method in ("GET", "PATCH", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        described.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield described
        finally:
            server.shutdown()
            thread.join()
    assert described.faults == []
