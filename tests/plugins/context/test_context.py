"""What the context tells of an environment is what the render and `envwright changes` say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from envwright import api
from envwright.adapters.entry_points import installed
from envwright.cli.main import run
from envwright.images.pattern import matcher
from tests.support.goldens import ROOT, Golden
from tests.support.stacks import stack, write

SHOP = Golden("shop", "ai", 7)
STACKS = Golden("stacks", "ai", 7)


def context(response: api.Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.files["context/context.json"])
    return found


def units(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {unit["name"]: unit for unit in found["units"]}


def test_who_where_and_which_plan() -> None:
    response = SHOP.render()
    found = context(response)
    assert (found["project"], found["environment"], found["slot"], found["kind"]) == ("shop", "ai", 7, "slot")
    assert (found["namespace"], found["domain"]) == ("shop-ai-7", "pr-7.shop.example.org")
    assert found["planDigest"] == response.rendered.digest
    assert list(units(found))[1:] == list(response.environment.order)
    assert Golden("shop", "production", 0).render().plan.directories == ("context",)


def test_urls_have_the_scheme_of_their_host() -> None:
    assert context(SHOP.render())["urls"] == [
        {"url": "https://pr-7.shop.example.org/api", "unit": "gateway"},
        {"url": "https://pr-7.shop.example.org/", "unit": "frontend"},
    ]


def test_a_unit_under_its_reloader_says_where_its_source_is() -> None:
    catalog = units(context(SHOP.render()))["catalog"]
    assert catalog["strategy"] == "hot-reload"
    assert catalog["mounts"] == [{"path": "/app", "source": "claim workspace", "part": "services/catalog"}]
    assert catalog["source"]["stack"] == "python"
    assert catalog["workloads"] == ["deployment/catalog"]
    assert catalog["ports"] == [{"service": "catalog", "name": "http", "port": 80}]
    assert "-dev-" in catalog["image"]
    assert "reloads" in catalog["live"]


def test_in_production_nothing_reloads() -> None:
    found = context(Golden("shop", "production", 0).render())
    assert {edit["effect"] for unit in found["units"] for edit in unit["edits"]} == {"re-render", "rebuild", "migrate"}
    assert "Hot-reload." in [each["forbidden"] for each in found["forbidden"]]


def test_a_slot_names_the_hosts_that_it_may_serve() -> None:
    guidance = {each["forbidden"]: each["allowed"] for each in context(SHOP.render())["forbidden"]}
    (hosts,) = [allowed for forbidden, allowed in guidance.items() if forbidden.startswith("Hosts")]
    assert hosts == ["pr-7.shop.example.org"]
    production = context(Golden("shop", "production", 0).render())
    assert not [each for each in production["forbidden"] if each["forbidden"].startswith("Hosts")]


@pytest.mark.parametrize("golden", [SHOP, STACKS, Golden("shop", "production", 0)], ids=str)
def test_edits_are_those_that_changes_tells(golden: Golden) -> None:
    directory = ROOT / "golden" / golden.stack
    world = api.open_world(directory / "services.yaml")
    prefix = f"golden/{golden.stack}"
    files = [path.relative_to(directory).as_posix() for path in sorted(directory.rglob("*")) if path.is_file()]
    request = api.Request(environment=golden.environment, slot=golden.slot)
    changes = api.changes_of(request, world, [f"{prefix}/{file}" for file in files]).changes
    known = units(context(golden.render()))
    compared = 0
    for file in changes.files:
        for match in file.matches:
            if match.rule.owner == "declaration" or match.effect == "none":
                continue
            edits = known[match.unit]["edits"]
            told = [edit["effect"] for edit in edits for pattern in edit["patterns"] if matcher(pattern)(file.path)]
            assert match.effect in told, (match, file.path)
            compared += 1
    assert compared > 10


def test_the_command_prints_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    files = SHOP.render().files
    call = ["context", "-f", str(ROOT / "golden/shop/services.yaml"), "--env", "ai", "--slot", "7"]
    assert run(call) == 0
    assert capsys.readouterr().out.encode() == files["context/context.md"]
    assert run([*call, "-o", "json"]) == 0
    assert capsys.readouterr().out.encode() == files["context/context.json"]


DOCUMENTS = """
documents:
  - {path: docs/architecture.md, description: How it fits together, roles: [dev, qa]}
  - {elsewhere: {repository: policies, path: prd.md}, template: true, roles: [pm]}
  - {path: docs/more.md, optional: true}
environments: {dev: {}}
"""
OLDER = """\
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {name: demo}
spec:
  environments: {dev: {}}
  projectDocs:
    - {path: docs/architecture.md, description: How it fits together, roles: [dev, qa]}
    - {path: docs/more.md, optional: true}
  roleDocTemplates:
    pm: [{repository: policies, path: prd.md}]
"""


@pytest.mark.parametrize("text", [stack(DOCUMENTS), OLDER], ids=["v1", "v1alpha1"])
def test_documents_come_with_their_roles(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"services.yaml": text})
    response = api.render(api.Request(environment="dev"), api.open_world(tmp_path, installed()))
    documents = sorted(context(response)["documents"], key=lambda document: document["path"])
    nothing = {"repository": None, "description": "", "roles": [], "template": False, "optional": False}
    assert documents == [
        {**nothing, "path": "docs/architecture.md", "description": "How it fits together", "roles": ["dev", "qa"]},
        {**nothing, "path": "docs/more.md", "optional": True},
        {**nothing, "path": "prd.md", "repository": "policies", "roles": ["pm"], "template": True},
    ]
    assert "| `prd.md` | `policies` | – | `pm` | template |" in response.files["context/context.md"].decode()


def test_a_unit_of_a_plugin_and_one_without_code_are_listed() -> None:
    found = units(context(SHOP.render()))
    assert found["slot-network"]["edits"] == []
    assert found["redis"]["source"] is None
