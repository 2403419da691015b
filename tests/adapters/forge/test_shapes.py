"""What the adapter sends is what GitHub's API takes, and what it reads is what that answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from envwright.adapters.forge import github
from envwright.adapters.forge.address import ForgeAddress
from envwright.adapters.forge.github import GitHub
from envwright.model.diagnostic import Refused
from envwright.model.forge import CommitStatus, Wanted
from tests.adapters.forge.described import Answer, Described, serving

SECRET = "ghp_canary"
HEAD_SHA, OTHER_SHA = "a" * 40, "b" * 40
WANTED = Wanted(head="env/shop/dev-next", base="env/shop/dev", title="shop dev", body="body", labels=("envwright",))
PULL = {"number": 7, "html_url": "https://example.org/7", "head": {"ref": WANTED.head, "sha": HEAD_SHA}, "labels": []}


@pytest.fixture
def server() -> Iterator[Described]:
    with serving() as found:
        yield found


@pytest.fixture
def forge(server: Described, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    monkeypatch.setattr(github.time, "sleep", lambda _seconds: None)
    with GitHub(ForgeAddress(server.url, "ada", "environments"), SECRET) as found:
        yield found


def refusal(call: object, *arguments: object) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        call(*arguments)  # type: ignore[operator]  # a method
    (item,) = refused.value.diagnostics
    assert SECRET not in f"{item}"
    return item.code, item.summary


def test_a_new_pull_request_is_opened_and_labelled(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(content=[]), Answer(201, PULL), Answer(content=[{"name": "envwright"}])]
    found = forge.propose(WANTED)
    assert (found.number, found.head, found.url) == (7, HEAD_SHA, "https://example.org/7")
    looked, opened, labelled = server.asked
    assert looked.query == {"state": "open", "head": "ada:env/shop/dev-next", "base": "env/shop/dev"}
    assert opened.content == {"title": "shop dev", "head": WANTED.head, "base": WANTED.base, "body": "body"}
    assert labelled.content == {"labels": ["envwright"]}
    assert looked.headers["Authorization"] == f"Bearer {SECRET}"


def test_what_is_as_wanted_is_left_alone(server: Described, forge: GitHub) -> None:
    label = {"id": 1, "node_id": "x", "url": "https://example.org", "name": "envwright", "color": "f00"}
    there = {**PULL, "title": "shop dev", "body": "body", "labels": [{**label, "description": "", "default": False}]}
    server.answers = [Answer(content=[there])]
    assert forge.propose(WANTED).number == 7
    assert [asked.operation for asked in server.asked] == ["GET pulls"]


def test_one_that_was_opened_meanwhile_is_taken(server: Described, forge: GitHub) -> None:
    exists = {"message": "Validation Failed", "errors": [{"code": "custom", "message": "there"}]}
    server.answers = [Answer(content=[]), Answer(422, exists), Answer(content=[PULL]), Answer(content=[])]
    assert forge.propose(WANTED).number == 7


def test_what_the_api_says_is_told_on_one_line(server: Described, forge: GitHub) -> None:
    said = {"message": "Invalid", "errors": [{"code": "custom", "message": "No commits\nbetween\x1b[31m them"}]}
    server.answers = [Answer(content=[]), Answer(422, said), Answer(content=[])]
    code, summary = refusal(forge.propose, WANTED)
    assert code == "EW760"
    assert summary.endswith("422, Invalid; No commits\\nbetween\\x1b[31m them")


@pytest.mark.parametrize(
    "busy",
    [
        Answer(502, {"message": "bad gateway"}),
        Answer(429, {"message": "slow down"}, {"Retry-After": "1"}),
        Answer(403, {"message": "secondary rate limit"}, {"Retry-After": "1"}),
    ],
)
def test_a_busy_forge_is_asked_again(server: Described, forge: GitHub, busy: Answer) -> None:
    server.answers = [busy, busy, Answer(201)]
    forge.report(HEAD_SHA, CommitStatus(name="envwright/shop/dev", state="success", description="in order"))
    assert len(server.asked) == 3
    server.answers = [busy] * github.ATTEMPTS
    assert refusal(forge.report, HEAD_SHA, CommitStatus(name="n", state="error", description=""))[0] == "EW760"


def test_a_refusal_is_not_asked_again(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(403, {"message": "Resource not accessible by integration"})]
    status = CommitStatus(name="envwright/shop/dev", state="failure", description="x" * 500)
    assert "Resource not accessible" in refusal(forge.report, HEAD_SHA, status)[1]
    (asked,) = server.asked
    assert asked.content["context"] == "envwright/shop/dev"
    assert len(asked.content["description"]) == 140


def test_the_token_follows_no_redirect(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(307, {"message": "Moved"}, {"Location": "http://127.0.0.1:9/"})]
    assert refusal(forge.propose, WANTED) == (
        "EW760",
        f"the forge at {server.url} did not do it for ada/environments: 307, Moved",
    )


def test_a_merge_names_the_commit_that_was_reviewed(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(content={**PULL, "merged": False}), Answer(content={"sha": OTHER_SHA})]
    assert forge.merge(7, HEAD_SHA) == OTHER_SHA
    assert server.asked[1].content == {"sha": HEAD_SHA, "merge_method": "rebase"}


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        ([Answer(content={**PULL, "head": {"sha": OTHER_SHA}})], "EW761", "is at bbbbbbbbbbbb now"),
        (
            [Answer(content=PULL), Answer(409, {"message": "Head branch was modified"})],
            "EW761",
            "moved in the meantime",
        ),
        ([Answer(content=PULL), Answer(405, {"message": "2 reviews required"})], "EW763", "2 reviews required"),
        ([Answer(404, {"message": "Not Found"})], "EW760", "404, Not Found"),
    ],
)
def test_what_may_not_be_merged_is_not(
    server: Described, forge: GitHub, answers: list[Answer], code: str, says: str
) -> None:
    server.answers = answers
    found, summary = refusal(forge.merge, 7, HEAD_SHA)
    assert (found, says in summary) == (code, True)


def test_a_forge_that_is_not_there(server: Described, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github.time, "sleep", lambda _seconds: None)
    with GitHub(ForgeAddress("http://127.0.0.1:1", "ada", "environments"), SECRET) as nobody:
        assert refusal(nobody.propose, WANTED) == (
            "EW760",
            "the forge at http://127.0.0.1:1 did not do it for ada/environments: ConnectError",
        )
