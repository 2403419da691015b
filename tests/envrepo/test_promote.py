"""Versions and images that move from one environment to another."""

from __future__ import annotations

import json

import pytest

from envwright import api, envrepo
from envwright.envrepo.place import place_of
from envwright.model.pins import Pins
from tests.support.stacks import codes, refused
from tests.support.two_repositories import Repositories

STAGING = place_of("demo", "staging")
PRODUCTION = place_of("demo", "production")
DEPLOYMENT = "demo/production/manifests/internal/api/deployment-api.yaml"


def promote(repositories: Repositories, *, unpin: bool = False, **options: object) -> envrepo.Committed:
    variables = options.pop("variables", {})
    source = envrepo.Source(file=str(repositories.file), variables=variables)  # type: ignore[arg-type]  # by name
    place = None if unpin else STAGING
    request = envrepo.PromoteRequest(
        remote=repositories.remote,
        to=PRODUCTION,
        from_place=place,
        source=source,
        **options,  # type: ignore[arg-type]  # by name
    )
    return envrepo.promote(request)


@pytest.fixture
def ahead(repositories: Repositories) -> Repositories:
    """Staging has version 1.5 and three replicas, production 1.4 and one."""
    repositories.commit()
    repositories.edit('"1.4"', '"1.5"')
    repositories.edit("replicas: 1", "replicas: 3")
    repositories.commit("staging")
    return repositories


def test_versions_and_images_move_and_nothing_else(ahead: Repositories) -> None:
    done = promote(ahead)
    deployment = ahead.show(DEPLOYMENT)
    assert "registry.example.org/api:1.5" in deployment
    assert "replicas: 1" in deployment  # the target's own recorded source
    pins = json.loads(ahead.show("demo/production/pins.json"))
    assert pins == {
        "schemaVersion": 1,
        "promotedFrom": "staging",
        "commit": ahead.tip("env/demo/staging"),
        "versions": {"api": "1.5"},
        "images": {"api": "registry.example.org/api:1.5"},
    }
    inputs = json.loads(ahead.show("demo/production/plan.json"))["inputs"]
    assert (inputs["pinnedVersions"], inputs["pinnedImages"]) == (["api"], ["api"])
    assert ahead.verify(done.commit or "").plan_digest == done.plan_digest


def test_pins_are_kept_until_they_are_lifted(ahead: Repositories) -> None:
    promote(ahead)
    ahead.edit('"1.5"', '"1.6"')
    ahead.commit()
    assert "api:1.5" in ahead.show(DEPLOYMENT)
    assert "replicas: 3" in ahead.show(DEPLOYMENT)
    promote(ahead, unpin=True)
    assert "api:1.6" in ahead.show(DEPLOYMENT)
    assert "pins.json" not in ahead.git("ls-tree", "-r", "--name-only", "env/demo/production", at=ahead.bare)
    assert ahead.verify("env/demo/production")


def test_the_same_promotion_again_is_no_commit(ahead: Repositories) -> None:
    first = promote(ahead)
    assert promote(ahead).changed is False
    assert ahead.tip() == first.commit


def test_pins_that_are_there_already_are_no_commit_whatever_came_since(ahead: Repositories) -> None:
    first = promote(ahead)
    ahead.edit("replicas: 3", "replicas: 4")
    assert ahead.commit("staging").changed
    again = promote(ahead)
    assert (again.changed, again.commit) == (False, first.commit)


def test_another_engine_is_told(ahead: Repositories) -> None:
    message = ahead.git("log", "-1", "--format=%B", "env/demo/production", at=ahead.bare)
    ahead.push(ahead.checkout(), message.replace("Engine: envwright/", "Engine: envwright/0.0."))
    assert [item.code for item in promote(ahead).warnings] == ["EW773"]


def test_one_name_may_move_alone(ahead: Repositories) -> None:
    ahead.edit('{type: external, from: "registry', '{type: external, from: "other/registry')
    ahead.commit("staging")
    promote(ahead, only=("api",))
    assert codes(refused(promote, ahead, only=("ap",))) == ["EW752"]
    assert codes(refused(promote, ahead, unpin=True, only=("ap",))) == ["EW752"]


def test_a_held_environment_is_not_promoted_to(ahead: Repositories) -> None:
    ahead.commit()
    envrepo.rollback(envrepo.RollbackRequest(remote=ahead.remote, place=PRODUCTION))
    assert codes(refused(promote, ahead)) == ["EW737"]


def test_both_have_to_be_there(repositories: Repositories) -> None:
    assert codes(refused(promote, repositories)) == ["EW740"]
    repositories.commit()
    assert codes(refused(promote, repositories)) == ["EW740"]


def test_variables_of_the_target_are_asked_for(repositories: Repositories) -> None:
    repositories.commit(variables={"SMTP_HOST": "mail"})
    repositories.edit('"1.4"', '"1.5"')
    repositories.commit("staging")
    assert codes(refused(promote, repositories)) == ["EW747"]
    assert promote(repositories, variables={"SMTP_HOST": "mail"}).changed


def test_a_rollback_brings_the_pins_of_its_time_back(ahead: Repositories) -> None:
    promote(ahead)
    envrepo.rollback(envrepo.RollbackRequest(remote=ahead.remote, place=PRODUCTION))
    assert "api:1.4" in ahead.show(DEPLOYMENT)
    assert "pins.json" not in ahead.git("ls-tree", "-r", "--name-only", "env/demo/production", at=ahead.bare)
    assert ahead.verify("env/demo/production")


def test_pins_that_cannot_be_read_are_refused(ahead: Repositories) -> None:
    promote(ahead)
    place = ahead.checkout()
    file = place / "demo/production/pins.json"
    for text in ("{", "{}", file.read_text().replace('"1.5"', '"{{ .Env }}"'), file.read_text().replace('"1.5"', "1")):
        file.write_text(text)
        ahead.push(place)
        assert codes(ahead.commit().failed) == ["EW749"]


def test_a_pin_of_a_name_that_is_gone_is_a_warning(ahead: Repositories) -> None:
    promote(ahead)
    ahead.edit('{api: {type: external, from: "registry.example.org/api:{{ .Versions.api }}"}}', "{}")
    ahead.edit(
        "      image: api\n      workload: {kind: deployment,", "      workload: {kind: deployment, image: 'x:1',"
    )
    done = ahead.commit()
    assert codes(done.warnings) == ["EW736"]
    assert ahead.verify(done.commit or "")


def test_explain_tells_who_pinned_a_value(ahead: Repositories) -> None:
    pins = Pins(promoted_from="staging", versions={"api": "1.9"}, images={"api": "r/api:1.9"})
    request = api.Request(environment="production", pins=pins)
    world = api.open_world(ahead.file)
    for path, value, before in (("versions.api", "1.9", "1.5"), ("images.api.from", "r/api:1.9", "registry.exam")):
        found = api.explain(request, world, path)
        assert found.value == value
        assert str(found.origins[0].mark) == "pins.json:1:1"
        assert found.origins[0].via == "promoted from staging"
        assert found.origins[1].value.startswith(before)
