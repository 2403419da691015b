"""Renders the objects of a vector as a slot of a small stack, by the library's own calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from envwright import api
from envwright.host import Candidate, Host
from envwright_plugins.guardrails import plugin
from tests.plugins.guardrails.vectors.vector import DOMAIN, GONE, Json
from tests.support.stacks import write

SLOT = 7
QUIET = {"network": {"defaultDeny": False}}
OWN = ("envwright.dev/environment", "envwright.dev/unit")
HOST = Host([Candidate("guardrails", plugin, "", "")])


def stack_of(mode: str, settings: Mapping[str, Any], spec: Json | None = None) -> str:
    """Return a stack with one service, `api`, whose objects stand in one file."""
    environment = {"kind": "slot", "domainTemplate": DOMAIN.replace("7", "{{ .Slot }}"), "clusterScope": mode}
    whole = {
        "environments": {"ai": environment},
        "services": [{"name": "api", "manifests": ["deploy/api.yaml"]}],
        "plugins": {"guardrails": {**QUIET, **settings}},
        **(spec or {}),
    }
    head = {"apiVersion": "envwright.dev/v1", "kind": "ServiceStack", "metadata": {"name": "shop"}}
    return yaml.safe_dump({**head, "spec": whole}, sort_keys=False)


def render(folder: Path, objects: Iterable[Json], mode: str, settings: Mapping[str, Any] = {}) -> api.Response:
    """Render slot 7. Raises Refused."""
    text = yaml.safe_dump_all(objects, sort_keys=False)
    write(folder, {"services.yaml": stack_of(mode, settings), "deploy/api.yaml": text})
    world = api.open_world(folder / "services.yaml", HOST)
    return api.render(api.Request(environment="ai", slot=SLOT), world)


def rendered(response: api.Response) -> list[Json]:
    """Return the objects that a render made, without what the engine itself says in their metadata."""
    paths = [planned.file for planned in response.plan.objects]
    return [without_owner(yaml.safe_load(response.files[path])) for path in paths]


def without_owner(manifest: Json) -> Json:
    annotations = {key: value for key, value in manifest["metadata"]["annotations"].items() if key not in OWN}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}


def at(content: Any, path: str) -> Any:
    """Return what stands at a path such as `spec.rules.0.host`, GONE if nothing does; `\\.` is a dot of a key."""
    for step in path.replace("\\.", "\0").split("."):
        step = step.replace("\0", ".")
        try:
            content = content[int(step) if isinstance(content, list) else step]
        except (KeyError, IndexError, TypeError):
            return GONE
    return content


def assert_left(manifest: Json, expected: Mapping[str, Any]) -> None:
    """Assert that values stand at their paths."""
    assert {path: at(manifest, path) for path in expected} == dict(expected)
