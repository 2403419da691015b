"""A plan that is not exactly one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from envwright.model.diagnostic import Refused
from envwright.plan.reading import read_plan
from envwright.plan.writing import plan_bytes
from tests.support.plans import plan_of, secret, shop

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    found: Document = json.loads(plan_bytes(plan_of(*shop(), secrets=[secret("db")])))
    return found


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_plan(content, "out/plan.json")
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == "EW702"
    assert diagnostic.where is not None
    assert diagnostic.where.file == "out/plan.json"
    assert diagnostic.hint
    return diagnostic.summary.removeprefix("out/plan.json is not a plan: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON in UTF-8"),
        (b"{", "not JSON in UTF-8"),
        (b"\xff", "not JSON in UTF-8"),
        (b"[]", "it must be an object"),
        (b'{"a": NaN}', "NaN is not a JSON value"),
        (b'{"a": 1, "a": 1}', "a key stands twice in one object"),
        (b'{"a": "\\ud800"}', "surrogates not allowed"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"schemaVersion": 2}', "a newer envwright wrote it (version 2, this one reads 1)"),
        (b'{"schemaVersion": 1}', "the key 'directories' is missing"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_plan_at_all(content: bytes, says: str) -> None:
    assert says in refusal(content)


def change(path: str, value: Any) -> Callable[[Document], None]:
    *way, last = path.split(".")

    def apply(document: Any) -> None:
        for step in way:
            document = document[int(step) if isinstance(document, list) else step]
        document[int(last) if isinstance(document, list) else last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("project", 1, "project: it must be text"),
        ("schemaVersion", 0, "schemaVersion: it must be a whole number, at least 1"),
        ("schemaVersion", True, "schemaVersion: it must be a whole number, at least 1"),
        ("slot", 1.5, "slot: it must be a whole number, at least 0"),
        ("kind", "staging", "kind: it must be one of production, development, slot"),
        ("kind", [], "kind: it must be one of production, development, slot"),
        ("extra", 1, "unknown key 'extra'"),
        ("phases", {}, "phases: it must be a list"),
        ("files", [], "files: it must be an object"),
        ("files.x", "md5:1", "files.x: it must be `sha256:` and 64 hexadecimal digits"),
        ("inputs.images.api.reference", 3, "inputs.images.api.reference: it must be text"),
        ("steps.0.keys.0.generate", 3, "steps[0].keys[0].generate: it must be an object"),
        ("steps.0.copyFrom", 3, "steps[0].copyFrom: it must be an object"),
        ("steps.1.verb", "exec", "steps[1]: it must be a step with one of the verbs ensure-secret, apply"),
        ("steps.1.verb", [], "steps[1]: it must be a step with one of the verbs ensure-secret, apply"),
        ("steps.1", None, "steps[1]: it must be a step with one of the verbs ensure-secret, apply"),
        ("steps.1.replace", "yes", "steps[1].replace: it must be true or false"),
        ("steps.1.retries", 1, "steps[1]: unknown key 'retries'"),
        ("steps.1.id", "ensure-secret/db", "steps[1].id: the id 'ensure-secret/db' stands twice"),
        ("steps.1.needs.0", "prune", "steps[1].needs: no earlier step is called 'prune'"),
        ("steps.1.manifests.0", "x.yaml", "steps[1]: 'x.yaml' is not among `objects` and `files`"),
        ("objects.0.file", "x.yaml", "is not among `objects` and `files`"),
    ],
)
def test_a_change_is_refused_at_its_place(document: Document, path: str, value: Any, says: str) -> None:
    change(path, value)(document)
    assert refusal(json.dumps(document).encode()).startswith(says) or says in refusal(json.dumps(document).encode())


def test_null_stands_only_where_it_may(document: Document) -> None:
    change("inputs.images.api.content", None)(document)
    assert read_plan(json.dumps(document).encode()).inputs.images["api"].content is None


def test_the_layout_of_the_json_does_not_matter(document: Document) -> None:
    turned = json.dumps(dict(reversed(document.items())))
    assert read_plan(turned.encode()) == plan_of(*shop(), secrets=[secret("db")])
