"""Pull requests on a GitHub that keeps state. Node and npm are needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from envwright.adapters.forge.github import GitHub
from envwright.adapters.forge.text import body_with
from envwright.model.diagnostic import Refused
from envwright.model.forge import Merge, Wanted
from tests.adapters.forge.emulator import HERE, TOKEN, Emulator, running
from tests.support.npm import node_modules

BASE, HEAD = "env/shop/production", "env/shop/production-next"
WANTED = Wanted(
    head=HEAD,
    base=BASE,
    name="shop production",
    title="shop production: 2 to change",
    body="2 to change",
    labels=("envwright",),
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    node_modules(HERE, "pull requests on GitHub")
    with running() as found:
        yield found


@pytest.fixture
def branches(emulator: Emulator) -> Iterator[tuple[str, str]]:
    """A branch that is deployed and one that is proposed, with their tips."""
    deployed = emulator.commit("deployed")
    proposed = emulator.commit("proposed", deployed)
    emulator.branch(BASE, deployed)
    emulator.branch(HEAD, proposed)
    yield deployed, proposed
    for found in emulator.ask("GET", "pulls"):  # one outlives its branch here, unlike on GitHub
        emulator.ask("PATCH", f"pulls/{found['number']}", state="closed")
    for name in (HEAD, BASE):
        emulator.client.delete(f"git/refs/heads/{name}")


@pytest.fixture
def forge(emulator: Emulator) -> Iterator[GitHub]:
    with GitHub(emulator.address, TOKEN) as found:
        yield found


def test_a_pull_request_is_opened_once_and_brought_up_to_date(
    emulator: Emulator, branches: tuple[str, str], forge: GitHub
) -> None:
    first = forge.propose(WANTED)
    assert (first.head, first.merged) == (branches[1], False)
    assert forge.propose(WANTED) == first
    again = forge.propose(WANTED.but(title="shop production: 3", body="3 to change", labels=("envwright", "risky")))
    assert (again.number, again.head) == (first.number, branches[1])
    found = emulator.ask("GET", f"pulls/{first.number}")
    assert (found["title"], found["body"]) == ("shop production: 3", body_with("", "3 to change"))
    assert sorted(label["name"] for label in found["labels"]) == ["envwright", "risky"]


def test_only_the_commit_that_was_reviewed_is_merged(
    emulator: Emulator, branches: tuple[str, str], forge: GitHub
) -> None:
    number = forge.propose(WANTED).number
    with pytest.raises(Refused) as refused:
        forge.merge(Merge(number=number, head=branches[0]))
    (found,) = refused.value.diagnostics
    assert (found.code, branches[1][:12] in found.summary) == ("EW761", True)
    assert emulator.tip(BASE) == branches[0]
    merged = forge.merge(Merge(number=number, head=branches[1]))
    assert emulator.tip(BASE) == merged
    assert forge.merge(Merge(number=number, head=branches[1])) == merged  # a second call finds it done


def test_a_squash_keeps_the_trailers_of_what_was_proposed(
    emulator: Emulator, branches: tuple[str, str], forge: GitHub
) -> None:
    wanted = Merge(number=forge.propose(WANTED).number, head=branches[1], method="squash")
    merged = forge.merge(wanted.but(message="shop production: 2 to change\n\n~ api\n\nPlan-Digest: x\n"))
    found = emulator.ask("GET", f"git/commits/{merged}")
    assert found["message"] == "shop production: 2 to change\n\n~ api\n\nPlan-Digest: x"
    assert [parent["sha"] for parent in found["parents"]] == [branches[0]]


def test_one_that_is_not_wanted_any_more_is_closed(
    emulator: Emulator, branches: tuple[str, str], forge: GitHub
) -> None:
    number = forge.propose(WANTED).number
    forge.withdraw(HEAD, BASE)
    assert emulator.ask("GET", f"pulls/{number}")["state"] == "closed"
    forge.withdraw(HEAD, BASE)  # there is none any more
    assert forge.propose(WANTED).number != number
