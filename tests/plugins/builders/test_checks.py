"""What the settings must keep apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.model.diagnostic import Refused
from tests.plugins.stacks.making import HOST
from tests.support.stacks import places, stack, world

API = "api: {type: build, repository: registry.example.org/dev/api, context: api}"
DEV = "development: {repositories: [registry.example.org/dev]}"


def found(folder: Path, levels: str, images: str = API, more: str = "", environment: str = "dev") -> list[str]:
    """Return code and place of what validating an environment reports."""
    spec = (
        "environments: {dev: {}, production: {}, ai: {kind: slot, domainTemplate: 'pr-{{ .Slot }}.example.org'}}\n"
        f"images:\n  {images}\n"
        f"plugins:\n  builders:\n    trustLevels:\n      {levels}\n{more}"
    )
    request = api.Request(environment=environment, slot=1 if environment == "ai" else 0)
    try:
        diagnostics = api.validate(request, world(folder, {"services.yaml": stack(spec)}, HOST))
    except Refused as error:
        diagnostics = error.diagnostics
    return [each for each in places(diagnostics) if "EW34" in each]


@pytest.mark.parametrize(
    ("images", "wrong"),
    [
        (API, False),
        ("api: {type: build, repository: registry.example.org/dev, context: api}", False),
        ("api: {type: build, repository: registry.example.org/devil/api, context: api}", True),
        ("api: {type: build, repository: registry.example.org/production/api, context: api}", True),
        ("api: {type: mirror, from: 'redis:8', local: 'registry.example.org/dev/redis:8'}", False),
        ("api: {type: mirror, from: 'redis:8', local: 'registry.example.org/redis:8'}", True),
        ("api: {type: external, from: 'redis:8'}", False),
        ("api: {type: skip}", False),
    ],
)
def test_an_image_is_pushed_where_its_trust_level_may(images: str, wrong: bool, tmp_path: Path) -> None:
    assert found(tmp_path, DEV, images) == (["EW340 services.yaml:8:5"] if wrong else [])


def test_a_trust_level_that_is_not_listed_pushes_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, DEV, environment="production") == []


@pytest.mark.parametrize(
    ("production", "wrong"),
    [
        ("repositories: [registry.example.org/production]", False),
        ("repositories: [registry.example.org/dev]", True),
        ("repositories: [registry.example.org/dev/production]", True),
        ("repositories: [registry.example.org/production, registry.example.org]", True),
        ("repositories: [registry.example.org/p], cache: registry.example.org/dev/cache", True),
        ("repositories: [registry.example.org/p], cache: registry.example.org/p/cache", True),
        ("repositories: [registry.example.org/p, registry.example.org/p/q]", False),
        ("repositories: [registry.example.org/p], cache: registry.example.org/cache", False),
    ],
)
def test_no_two_trust_levels_share_a_repository(production: str, wrong: bool, tmp_path: Path) -> None:
    reported = found(tmp_path, f"{{{DEV}, production: {{{production}}}}}")
    assert [each.partition(" ")[0] for each in reported] == (["EW341"] if wrong else [])


@pytest.mark.parametrize(
    ("path", "image", "wrong"),
    [
        ("", "context: api", False),
        ("", "context: .", False),
        ("", "context: ../api", True),
        ("deploy", "context: ../api", False),
        ("deploy", "context: ../../api", True),
        ("", "context: api, dockerfile: ../Dockerfile", True),
        ("deploy", "context: api, dockerfile: ../Dockerfile", False),
    ],
)
def test_what_is_built_is_in_the_repository(path: str, image: str, wrong: bool, tmp_path: Path) -> None:
    images = f"api: {{type: build, repository: registry.example.org/dev/api, {image}}}"
    reported = found(tmp_path / "deploy", DEV, images, more=f"    source: {{path: '{path}'}}\n")
    assert reported == (["EW342 services.yaml:8:5"] if wrong else [])


def test_builds_of_a_slot_have_a_namespace_of_their_own(tmp_path: Path) -> None:
    images = "api: {type: build, repository: registry.example.org/slots/api, context: api}"
    level = "slot: {repositories: [registry.example.org/slots]"
    assert found(tmp_path, f"{level}}}", images, environment="ai") == ["EW343 services.yaml:12:15"]
    assert found(tmp_path, f"{level}, namespace: builds}}", images, environment="ai") == []
