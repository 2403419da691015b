"""GitHub's REST API, as far as pull requests of an environment need it.

https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/commits/statuses
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from envwright.adapters.forge.address import ForgeAddress
from envwright.adapters.forge.rest import Rest, message_of
from envwright.adapters.forge.text import body_with, title_with
from envwright.model.diagnostic import Refused, refuse
from envwright.model.forge import CommitStatus, Merge, PullRequest, Wanted
from envwright.plan.views.escape import visible

LONGEST_DESCRIPTION = 140  # characters that a status may have
# the API answers so if a merge is not possible, and if it has been done already
NOT_MERGED = frozenset({httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.CONFLICT})


class Found(NamedTuple):
    """A pull request as the API tells it: `head` is the commit at its tip, `branch` and `base` are branches."""

    number: int
    url: str
    title: str
    body: str
    labels: frozenset[str]
    head: str
    branch: str
    base: str
    merged: bool
    merge_commit: str

    @property
    def pull_request(self) -> PullRequest:
        """What the port tells of it."""
        return PullRequest(number=self.number, url=self.url, head=self.head, base=self.base, merged=self.merged)


class GitHub:
    """One repository on GitHub or GitHub Enterprise: an `envwright.model.forge.Forge`."""

    def __init__(self, address: ForgeAddress, token: str) -> None:
        self.address = address
        self.rest = Rest(address, token)

    def __enter__(self) -> GitHub:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest.client.close()

    def propose(self, wanted: Wanted) -> PullRequest:
        """Open a pull request, or bring the open one of the same two branches up to date.

        What people wrote around our part of the body stays, and a title that somebody rewrote; labels are only added.
        """
        found = self._open(wanted.head, wanted.base) or self._created(wanted)
        text = {
            "title": title_with(found.title, wanted.title, wanted.name),
            "body": body_with(found.body, wanted.body),
        }
        if (found.title, found.body.replace("\r\n", "\n")) != (text["title"], text["body"]):
            found = self._found(self.rest.ask("PATCH", f"pulls/{found.number}", text))
        if missing := [label for label in wanted.labels if label.casefold() not in found.labels]:
            self.rest.ask("POST", f"issues/{found.number}/labels", {"labels": missing})
        return found.pull_request

    def open(self, head: str, base: str) -> PullRequest | None:
        """Return the open pull request of two branches, None if there is none."""
        found = self._open(head, base)
        return found and found.pull_request

    def withdraw(self, head: str, base: str) -> None:
        """Close the open pull request of two branches, if there is one."""
        if (found := self._open(head, base)) is not None:
            self.rest.ask("PATCH", f"pulls/{found.number}", {"state": "closed"})

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request by its number."""
        return self._numbered(number).pull_request

    def merge(self, wanted: Merge) -> str:
        """Merge a pull request, of this very commit alone, and return the commit that the base branch has then.

        One that is merged already at this commit is left as it is. Raises Refused: EW760, EW761, EW763.
        """
        found = self._reviewed(wanted)
        if found.merged:
            return found.merge_commit
        answer = self.rest.send("PUT", f"pulls/{wanted.number}/merge", _merge_content(wanted))
        if answer.status_code in NOT_MERGED:
            # it moved since it was looked at; or an attempt whose answer was lost was not in vain
            found = self._reviewed(wanted)
            if found.merged:
                return found.merge_commit
            fault = f"pull request {wanted.number} cannot be merged: {message_of(answer)}"
            raise refuse("EW763", fault, hint="see what its page says of checks, reviews and conflicts")
        try:
            return str(self.rest.content(answer)["sha"])
        except (KeyError, TypeError):
            raise self._strange() from None

    def report(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status, in place of the one of the same name; one that it has already is not given again.

        GitHub takes 1,000 of a name, and every one of them is an event for whoever listens.
        """
        description = visible(status.description, LONGEST_DESCRIPTION)
        content = {"state": status.state, "context": status.name, "description": description}
        there = self.rest.ask("GET", f"commits/{commit}/status", query={"per_page": "100"})
        given = there.get("statuses") if isinstance(there, dict) else None
        if not isinstance(given, list) or not any(_has(each, content) for each in given):
            self.rest.ask("POST", f"statuses/{commit}", content)

    def _reviewed(self, wanted: Merge) -> Found:
        """Return a pull request that still is at the commit that was reviewed. Raises Refused: EW760, EW761."""
        found = self._numbered(wanted.number)
        if found.head != wanted.head:
            raise _moved(found, wanted.head)
        return found

    def _numbered(self, number: int) -> Found:
        return self._found(self.rest.ask("GET", f"pulls/{number}"))

    def _open(self, head: str, base: str) -> Found | None:
        """Return the open pull request of two branches; there is one at most."""
        query = {"state": "open", "head": f"{self.address.owner}:{head}", "base": base}
        answer = self.rest.ask("GET", "pulls", query=query)
        if not isinstance(answer, list):
            raise self._strange()
        return next((found for found in map(self._found, answer) if found.branch == head), None)

    def _created(self, wanted: Wanted) -> Found:
        body = body_with("", wanted.body)
        content = {"title": wanted.title, "head": wanted.head, "base": wanted.base, "body": body}
        answer = self.rest.send("POST", "pulls", content)
        # somebody else was faster, or an attempt whose answer was lost was not in vain
        if (
            answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
            and (found := self._open(wanted.head, wanted.base)) is not None
        ):
            return found
        return self._found(self.rest.content(answer))

    def _found(self, answer: Any) -> Found:
        try:
            return _read(answer)
        except (KeyError, TypeError, AttributeError):
            raise self._strange() from None

    def _strange(self) -> Refused:
        hint = "see whether this is the root of GitHub's REST API: --forge-api"
        return self.rest.refused("the answer is not of the form that GitHub's API has", hint)


def _read(answer: Any) -> Found:
    return Found(
        number=int(answer["number"]),
        url=str(answer["html_url"]),
        title=answer["title"],
        body=answer["body"] or "",
        labels=frozenset(each["name"].casefold() for each in answer["labels"]),
        head=str(answer["head"]["sha"]),
        branch=str(answer["head"]["ref"]),
        base=str(answer["base"]["ref"]),
        merged=bool(answer.get("merged") or answer.get("merged_at")),
        merge_commit=str(answer.get("merge_commit_sha") or ""),
    )


def _merge_content(wanted: Merge) -> dict[str, str]:
    content = {"sha": wanted.head, "merge_method": wanted.method}
    if wanted.method != "squash" or not wanted.message:
        return content
    # of a squash the forge makes a message of its own, which need not have the trailers
    title, _, body = wanted.message.partition("\n")
    return {**content, "commit_title": title, "commit_message": body.strip("\n")}


def _has(given: Any, content: Mapping[str, str]) -> bool:
    return isinstance(given, dict) and all(given.get(key) == value for key, value in content.items())


def _moved(found: Found, reviewed: str) -> Refused:
    fault = f"pull request {found.number} is at {found.head[:12]} now, not at {reviewed[:12]}, which was reviewed"
    return refuse("EW761", fault, hint="review what it has now, and merge that commit")
