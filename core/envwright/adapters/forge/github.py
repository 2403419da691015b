"""GitHub's REST API, as far as pull requests of an environment need it.

https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/commits/statuses
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from envwright.adapters.forge.address import ForgeAddress
from envwright.model.diagnostic import Refused, refuse
from envwright.model.forge import CommitStatus, PullRequest, Wanted
from envwright.plan.views.escape import visible

VERSION = "2022-11-28"
TIMEOUT = 30.0  # seconds for one request
ATTEMPTS = 4
LONGEST_PAUSE = 30.0  # seconds, whatever the forge asks for
LONGEST_DESCRIPTION = 140  # characters that a status may have
BUSY = frozenset({429, 502, 503, 504})


class GitHub:
    """One repository on GitHub or GitHub Enterprise Server: an `envwright.model.forge.Forge`.

    The token goes to the API's own address alone: redirects are not followed.
    """

    def __init__(self, address: ForgeAddress, token: str, merge_method: str = "rebase") -> None:
        self.address = address
        self.merge_method = merge_method
        self.client = httpx.Client(
            base_url=f"{address.api}/repos/{address.owner}/{address.name}/",
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": "envwright",
                "X-GitHub-Api-Version": VERSION,
            },
            timeout=TIMEOUT,
            follow_redirects=False,
        )

    def __enter__(self) -> GitHub:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def propose(self, wanted: Wanted) -> PullRequest:
        """Open a pull request, or bring the open one of the same two branches up to date."""
        found = self._open(wanted.head, wanted.base)
        if found is None:
            found = self._created(wanted)
        elif (found["title"], found["body"]) != (wanted.title, wanted.body):
            text = {"title": wanted.title, "body": wanted.body}
            found = self._asked("PATCH", f"pulls/{found['number']}", text)
        there = {label["name"] for label in found["labels"]}
        if missing := [label for label in wanted.labels if label not in there]:
            self._asked("POST", f"issues/{found['number']}/labels", {"labels": missing})
        return _pull_request(found)

    def withdraw(self, head: str, base: str) -> None:
        """Close the open pull request of two branches, if there is one."""
        if (found := self._open(head, base)) is not None:
            self._asked("PATCH", f"pulls/{found['number']}", {"state": "closed"})

    def merge(self, number: int, head: str) -> str:
        """Merge a pull request, of this very commit alone, and return the commit that the base branch has then.

        One that is merged already at this commit is left as it is. Raises Refused: EW760, EW761, EW763.
        """
        found = self._asked("GET", f"pulls/{number}")
        if found["head"]["sha"] != head:
            raise _moved(number, found["head"]["sha"], head)
        if found["merged"]:
            return str(found["merge_commit_sha"])
        answer = self._sent("PUT", f"pulls/{number}/merge", {"sha": head, "merge_method": self.merge_method})
        if answer.status_code == httpx.codes.CONFLICT:  # it moved since it was looked at
            raise _moved(number, "", head)
        if answer.status_code == httpx.codes.METHOD_NOT_ALLOWED:
            fault = f"pull request {number} cannot be merged: {_message(answer)}"
            raise refuse("EW763", fault, hint="see what its page says of checks, reviews and conflicts")
        return str(self._content(answer)["sha"])

    def report(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status, in place of the one of the same name."""
        description = visible(status.description, LONGEST_DESCRIPTION)
        content = {"state": status.state, "context": status.name, "description": description}
        self._asked("POST", f"statuses/{commit}", content)

    def _open(self, head: str, base: str) -> Mapping[str, Any] | None:
        """Return the open pull request of two branches; there is one at most."""
        query = {"state": "open", "head": f"{self.address.owner}:{head}", "base": base}
        found = self._content(self._sent("GET", "pulls", query=query))
        return next((each for each in found if each["head"]["ref"] == head), None)

    def _created(self, wanted: Wanted) -> Mapping[str, Any]:
        content = {"title": wanted.title, "head": wanted.head, "base": wanted.base, "body": wanted.body}
        answer = self._sent("POST", "pulls", content)
        # somebody else was faster, or an attempt whose answer was lost was not in vain
        if (
            answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
            and (found := self._open(wanted.head, wanted.base)) is not None
        ):
            return found
        return dict(self._content(answer))

    def _asked(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        return self._content(self._sent(method, path, content))

    def _sent(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return the answer to a request; one that the forge is too busy for is made again, after the pause it names.

        Each may be made twice: what it asks for is a state, and a second pull request of two branches is refused.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self.client.request(method, path, json=content, params=query)
            except httpx.HTTPError as error:
                if attempt == ATTEMPTS:
                    raise self._unreachable(type(error).__name__) from None
                time.sleep(_pause(attempt))
                continue
            if not _is_busy(answer) or attempt == ATTEMPTS:
                return answer
            time.sleep(_pause(attempt, answer))
        raise RuntimeError("every attempt returns or raises")

    def _content(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            try:
                return answer.json()
            except ValueError:
                raise self._unreachable("the answer is no JSON") from None
        raise self._unreachable(f"{answer.status_code}, {_message(answer)}")

    def _unreachable(self, why: str) -> Refused:
        where = f"{self.address.owner}/{self.address.name}"
        hint = "see whether the token may write pull requests and statuses, and whether the address is right"
        return refuse("EW760", f"the forge at {self.address.api} did not do it for {where}: {why}", hint=hint)


def _pull_request(found: Mapping[str, Any]) -> PullRequest:
    return PullRequest(
        number=found["number"],
        url=found["html_url"],
        head=found["head"]["sha"],
        merged=bool(found.get("merged_at")),
    )


def _moved(number: int, now: str, reviewed: str) -> Refused:
    has = f"is at {now[:12]} now" if now else "moved in the meantime"
    hint = "review what it has now, and merge that commit"
    return refuse("EW761", f"pull request {number} {has}, not at {reviewed[:12]}, which was reviewed", hint=hint)


def _message(answer: httpx.Response) -> str:
    """Return what an answer says is wrong, on one line."""
    try:
        said = answer.json()
        parts = [said["message"], *(str(each.get("message", "")) for each in said.get("errors", ()))]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "without a reason"
    return visible("; ".join(part for part in parts if part), 300)


def _is_busy(answer: httpx.Response) -> bool:
    """Whether to come again: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    return answer.status_code in BUSY or (
        answer.status_code == httpx.codes.FORBIDDEN and "retry-after" in answer.headers
    )


def _pause(attempt: int, answer: httpx.Response | None = None) -> float:
    """Return for how many seconds to wait before the next attempt."""
    asked = answer.headers.get("retry-after", "") if answer is not None else ""
    return min(float(asked) if asked.isdecimal() else 0.5 * 2**attempt, LONGEST_PAUSE)
