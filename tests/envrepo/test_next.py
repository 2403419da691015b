"""`commit --next`: what is proposed stands on what the environment's branch has, its hold and its pins among it."""

from __future__ import annotations

import pytest

from envwright import envrepo
from envwright.adapters.git.remote import Remote
from envwright.envrepo.place import place_of
from envwright.envrepo.requests import PromoteRequest, RollbackRequest, UnholdRequest
from tests.support.two_repositories import Repositories

NEXT = "env/demo/production-next"


@pytest.fixture
def two(repositories: Repositories) -> Repositories:
    """Two commits of the environment, and a newer source that is proposed."""
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    repositories.edit("replicas: 2", "replicas: 3")
    repositories.commit(proposed=True)
    return repositories


def parent(repositories: Repositories, commit: str | None) -> str:
    return repositories.git("rev-parse", f"{commit}^", at=repositories.bare)


def remote(repositories: Repositories) -> Remote:
    return Remote(url=str(repositories.bare))


def test_a_hold_keeps_proposals_back(two: Repositories) -> None:
    envrepo.rollback(RollbackRequest(remote=remote(two), place=place_of("demo", "production")))
    two.edit("replicas: 3", "replicas: 4")
    for dry_run in (True, False):
        done = two.commit(proposed=True, dry_run=dry_run)
        assert [item.code for item in done.failed] == ["EW737"]


def test_what_is_proposed_after_a_rollback_stands_on_it(two: Repositories) -> None:
    request = RollbackRequest(remote=remote(two), place=place_of("demo", "production"))
    envrepo.rollback(request)
    lifted = envrepo.unhold(UnholdRequest(remote=request.remote, place=request.place))
    done = two.commit(proposed=True)
    assert parent(two, done.commit) == lifted.commit
    assert [item.code for item in done.warnings] == ["EW772"]
    assert "replicas: 3" in two.show("demo/production/manifests/internal/api/deployment-api.yaml", NEXT)


def test_pins_are_in_what_is_proposed(two: Repositories) -> None:
    two.edit('api: "1.4"', 'api: "1.5"')
    two.commit("staging")
    places = {"to": place_of("demo", "production"), "from_place": place_of("demo", "staging")}
    source = envrepo.Source(file=str(two.file))
    envrepo.promote(PromoteRequest(remote=remote(two), source=source, **places))
    two.edit('api: "1.5"', 'api: "1.6"')
    done = two.commit(proposed=True)
    assert '"api": "1.5"' in two.show("demo/production/pins.json", NEXT)
    assert two.verify(done.commit or "")


def test_a_proposal_that_was_merged_is_followed(two: Repositories) -> None:
    merged = two.tip(NEXT)
    two.git("update-ref", "refs/heads/env/demo/production", merged, at=two.bare)
    two.edit("replicas: 3", "replicas: 4")
    done = two.commit(proposed=True)
    assert (parent(two, done.commit), done.warnings) == (merged, ())


def test_proposals_follow_one_another_until_they_are_merged(two: Repositories) -> None:
    before = two.tip(NEXT)
    two.edit("replicas: 3", "replicas: 4")
    assert parent(two, two.commit(proposed=True).commit) == before


def test_a_dry_run_compares_with_the_environment(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit("replicas: 1", "replicas: 2")
    done = repositories.commit(proposed=True, dry_run=True)
    assert done.transition is not None
    assert (len(done.transition.changed), done.transition.created) == (1, ())
    assert NEXT not in repositories.git("for-each-ref", at=repositories.bare)
