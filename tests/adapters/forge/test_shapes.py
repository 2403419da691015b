"""What the adapter sends is what GitHub's API takes, and what it reads is what that answers."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema
import pytest

from envwright.adapters.forge import rest
from envwright.adapters.forge.address import ForgeAddress
from envwright.adapters.forge.github import GitHub
from envwright.adapters.forge.text import body_with
from envwright.model.diagnostic import Refused
from envwright.model.forge import CommitStatus, Merge, Wanted
from tests.adapters.forge.described import SHAPES, Answer, Described, check_request, serving

SECRET = "ghp_canary"
HEAD_SHA, OTHER_SHA = "a" * 40, "b" * 40
WANTED = Wanted(
    head="env/shop/dev-next",
    base="env/shop/dev",
    name="shop dev",
    title="shop dev: 2 to change",
    body="ours",
    labels=("envwright",),
)
OURS = body_with("", "ours")
PULL = {
    "number": 7,
    "html_url": "https://example.org/7",
    "title": WANTED.title,
    "body": OURS,
    "head": {"ref": WANTED.head, "sha": HEAD_SHA},
    "base": {"ref": WANTED.base},
    "labels": [],
}
MOVED = {**PULL, "head": {"ref": WANTED.head, "sha": OTHER_SHA}}
MERGE = Merge(number=7, head=HEAD_SHA)
STATUS = CommitStatus(name="envwright/shop/dev", state="success", description="in order")
NO_STATUS = Answer(content={"statuses": []})


@pytest.fixture
def server() -> Iterator[Described]:
    with serving() as found:
        yield found


@pytest.fixture
def forge(server: Described, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    monkeypatch.setattr(rest.time, "sleep", lambda _seconds: None)
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
    assert opened.content == {"title": WANTED.title, "head": WANTED.head, "base": WANTED.base, "body": OURS}
    assert labelled.content == {"labels": ["envwright"]}
    assert looked.headers["Authorization"] == f"Bearer {SECRET}"


def label(name: str) -> dict[str, object]:
    texts = {"node_id": "x", "url": "https://example.org", "color": "f00", "description": ""}
    return {"id": 1, "name": name, "default": False, **texts}


def test_what_is_as_wanted_is_left_alone(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(content=[{**PULL, "labels": [label("Envwright"), label("theirs")]}])]
    assert forge.propose(WANTED).number == 7
    assert [asked.operation for asked in server.asked] == ["GET pulls"]


def test_what_people_wrote_stays(server: Described, forge: GitHub) -> None:
    theirs = {"title": "Friday: orders", "body": f"Before\r\n- [x] told support\r\n\r\n{OURS}\r\n\r\nAfter"}
    there = {**PULL, **theirs, "labels": [label("envwright")]}
    server.answers = [Answer(content=[there]), Answer(content=there)]
    forge.propose(WANTED.but(title="shop dev: 3 to change", body="newer"))
    assert server.asked[1].content == {
        "title": "Friday: orders",
        "body": f"Before\n- [x] told support\n\n{body_with('', 'newer')}\n\nAfter",
    }


def test_one_that_was_opened_meanwhile_is_taken(server: Described, forge: GitHub) -> None:
    exists = {"message": "Validation Failed", "errors": [{"code": "custom", "message": "there"}]}
    server.answers = [Answer(content=[]), Answer(422, exists), Answer(content=[{**PULL, "body": None}])]
    server.answers += [Answer(content=PULL), Answer(content=[])]
    assert forge.propose(WANTED).number == 7
    assert server.asked[3].content["body"] == OURS


def test_what_the_api_says_is_told_on_one_line(server: Described, forge: GitHub) -> None:
    said = {"message": "Invalid", "errors": [{"code": "custom", "message": "No commits\nbetween\x1b[31m them"}]}
    server.answers = [Answer(content=[]), Answer(422, said), Answer(content=[])]
    code, summary = refusal(forge.propose, WANTED)
    assert code == "EW760"
    assert summary.endswith("422, Invalid; No commits\\nbetween\\x1b[31m them")


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (["first", "second"], "Invalid; first; second"),
        ("only one", "Invalid; only one"),
        ([{"resource": "PullRequest", "field": "head", "code": "invalid"}], "Invalid; PullRequest head invalid"),
        (None, "Invalid"),
    ],
)
def test_every_form_of_errors_is_told(server: Described, forge: GitHub, errors: object, told: str) -> None:
    # 409 is not described, so that any form can be answered
    server.answers = [Answer(409, {"message": "Invalid", "errors": errors})]
    assert refusal(forge.pull_request, 7)[1].endswith(f"409, {told}")


@pytest.mark.parametrize(
    ("busy", "pauses"),
    [
        (Answer(502, {"message": "bad gateway"}), [1.0, 2.0]),
        (Answer(429, {"message": "slow down"}, {"Retry-After": "7"}), [7.0, 7.0]),
        (Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "61"}), [61.0, 61.0]),
        (Answer(403, {"message": "You have exceeded a secondary rate limit"}), [60.0, 60.0]),
        (Answer(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0"}), [60.0, 60.0]),
    ],
)
def test_a_busy_forge_is_asked_again_when_it_wants(
    server: Described, forge: GitHub, monkeypatch: pytest.MonkeyPatch, busy: Answer, pauses: list[float]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(rest.time, "sleep", waited.append)
    server.answers = [busy, busy, NO_STATUS, Answer(201)]
    forge.report(HEAD_SHA, STATUS)
    assert (waited, len(server.asked)) == (pauses, 4)
    server.answers = [busy] * rest.ATTEMPTS
    assert refusal(forge.report, HEAD_SHA, STATUS)[0] == "EW760"


def test_a_forge_that_wants_to_be_left_alone_for_long_is_left_alone(server: Described, forge: GitHub) -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(rest.time.time()) + 1_800)}
    server.answers = [Answer(403, {"message": "API rate limit exceeded"}, reset)]
    with pytest.raises(Refused) as refused:
        forge.report(HEAD_SHA, STATUS)
    assert refused.value.diagnostics[0].hint == "come again in 30 minutes, or with another token"
    assert refusal(forge.propose, WANTED)[0] == "EW760"
    assert len(server.asked) == 1


def test_a_refusal_is_not_asked_again_and_names_the_right_that_is_missing(server: Described, forge: GitHub) -> None:
    missing = {"X-Accepted-GitHub-Permissions": "statuses=write"}
    server.answers = [NO_STATUS, Answer(403, {"message": "Resource not accessible by integration"}, missing)]
    status = CommitStatus(name="envwright/shop/dev", state="failure", description="x" * 500)
    with pytest.raises(Refused) as refused:
        forge.report(HEAD_SHA, status)
    (item,) = refused.value.diagnostics
    assert "Resource not accessible" in item.summary
    assert item.hint == "the token needs the permission statuses=write"
    asked = server.asked[-1]
    assert asked.content["context"] == "envwright/shop/dev"
    assert len(asked.content["description"]) == 140


def test_a_status_that_is_there_is_not_given_again(server: Described, forge: GitHub) -> None:
    shape = {"url": "u", "id": 1, "node_id": "n", "target_url": None, "avatar_url": None}
    dates = {"created_at": "2026-11-24T00:00:00Z", "updated_at": "2026-11-24T00:00:00Z"}
    there = {**shape, **dates, "context": STATUS.name, "state": "success", "description": "in order"}
    server.answers = [Answer(content={"statuses": [there]})]
    forge.report(HEAD_SHA, STATUS)
    server.answers = [Answer(content={"statuses": [{**there, "state": "failure"}]}), Answer(201)]
    forge.report(HEAD_SHA, STATUS)
    assert [asked.operation.partition(" ")[0] for asked in server.asked] == ["GET", "GET", "POST"]


def test_the_token_follows_no_redirect(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(307, {"message": "Moved"}, {"Location": "http://127.0.0.1:9/"})]
    with pytest.raises(Refused) as refused:
        forge.propose(WANTED)
    (item,) = refused.value.diagnostics
    assert item.summary == f"the forge at {server.url} did not do it for ada/environments: 307, Moved"
    assert item.hint == "the repository has moved or was renamed: give its new address"


def test_a_merge_names_the_commit_that_was_reviewed(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(content={**PULL, "merged": False}), Answer(content={"sha": OTHER_SHA})]
    assert forge.merge(MERGE) == OTHER_SHA
    assert server.asked[1].content == {"sha": HEAD_SHA, "merge_method": "rebase"}


def test_a_squash_has_the_message_of_what_was_proposed(server: Described, forge: GitHub) -> None:
    server.answers = [Answer(content=PULL), Answer(content={"sha": OTHER_SHA})]
    forge.merge(MERGE.but(method="squash", message="shop dev: 2 to change\n\nbody\n\nPlan-Digest: x\n"))
    assert server.asked[1].content == {
        "sha": HEAD_SHA,
        "merge_method": "squash",
        "commit_title": "shop dev: 2 to change",
        "commit_message": "body\n\nPlan-Digest: x",
    }


def test_a_merge_whose_answer_was_lost_is_found_done(server: Described, forge: GitHub) -> None:
    merged = {**PULL, "merged": True, "merge_commit_sha": OTHER_SHA}
    server.answers = [Answer(content=PULL), Answer(502), Answer(405, {"message": "not mergeable"})]
    server.answers += [Answer(content=merged)]
    assert forge.merge(MERGE) == OTHER_SHA


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        ([Answer(content=MOVED)], "EW761", "is at bbbbbbbbbbbb now"),
        (
            [Answer(content=PULL), Answer(409, {"message": "Head branch was modified"}), Answer(content=MOVED)],
            "EW761",
            "is at bbbbbbbbbbbb now",
        ),
        (
            [Answer(content=PULL), Answer(405, {"message": "2 reviews required"}), Answer(content=PULL)],
            "EW763",
            "2 reviews required",
        ),
        ([Answer(404, {"message": "Not Found"})], "EW760", "404, Not Found"),
    ],
)
def test_what_may_not_be_merged_is_not(
    server: Described, forge: GitHub, answers: list[Answer], code: str, says: str
) -> None:
    server.answers = answers
    found, summary = refusal(forge.merge, MERGE)
    assert (found, says in summary) == (code, True)


def test_a_forge_that_is_not_there(server: Described, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest.time, "sleep", lambda _seconds: None)
    with GitHub(ForgeAddress("http://127.0.0.1:1", "ada", "environments"), SECRET) as nobody:
        assert refusal(nobody.propose, WANTED) == (
            "EW760",
            "the forge at http://127.0.0.1:1 did not do it for ada/environments: ConnectError",
        )


@pytest.mark.parametrize("strange", [{"login": "ada"}, ["text"], "text", None, [{**PULL, "labels": [7]}]])
def test_an_answer_of_something_else_is_no_traceback(
    server: Described, forge: GitHub, monkeypatch: pytest.MonkeyPatch, strange: object
) -> None:
    monkeypatch.setitem(SHAPES["operations"]["GET pulls"], "responses", {})
    server.answers = [Answer(content=strange)]
    assert refusal(forge.propose, WANTED)[1].endswith("the answer is not of the form that GitHub's API has")


@pytest.mark.parametrize(
    ("operation", "query", "content"),
    [
        ("PATCH pulls/{pull_number}", {}, {"titel": "x"}),
        ("PATCH pulls/{pull_number}", {}, {"state": "merged"}),
        ("PUT pulls/{pull_number}/merge", {}, {"sha": "x", "merge_method": "fast-forward"}),
        ("POST pulls", {}, {"title": "x", "head": "y"}),
        ("POST issues/{issue_number}/labels", {}, {"label": ["x"]}),
        ("POST statuses/{sha}", {}, {"state": "ok"}),
        ("GET pulls", {"state": "merged"}, None),
        ("GET pulls", {"branch": "x"}, None),
    ],
)
def test_a_request_that_the_api_would_not_take_is_a_fault(
    operation: str, query: dict[str, str], content: object
) -> None:
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        check_request(SHAPES["operations"][operation], query, content)
