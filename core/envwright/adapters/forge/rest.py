"""Requests to a forge's REST API: made again while it is busy, and what it refuses told on one line.

When to come again: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from envwright.adapters.forge.address import ForgeAddress
from envwright.model.diagnostic import Refused, refuse
from envwright.plan.views.escape import visible

VERSION = "2022-11-28"
TIMEOUT = 30.0  # seconds for one request
ATTEMPTS = 4
LONGEST_PAUSE = 120.0  # seconds; a forge that asks for more is not waited for
LIMITED_PAUSE = 60.0  # seconds, where the forge says that it is asked too much and not for how long
BUSY = frozenset({500, 502, 503, 504})
LIMITED = frozenset({403, 429})
RIGHTS = "see whether the token may write pull requests and statuses, and whether the address is right"
MOVED = "the repository has moved or was renamed: give its new address"


class Rest:
    """The API of one repository.

    The token goes to the API's own address alone: redirects are not followed. Raises Refused: EW760 for a forge that
    does not do what it is asked.
    """

    def __init__(self, address: ForgeAddress, token: str) -> None:
        self.address = address
        self.closed_until = 0.0  # seconds since 1970: before that the forge wants no request
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

    def ask(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """Return what the API answers to a request that has to succeed."""
        return self.content(self.send(method, path, content, query))

    def send(
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
            self._respect_limit()
            try:
                answer = self.client.request(method, path, json=content, params=query)
            except httpx.HTTPError as error:
                if attempt == ATTEMPTS:
                    raise self.refused(type(error).__name__) from None
                time.sleep(_growing(attempt))
                continue
            pause = _pause(attempt, answer)
            if pause is None:
                return answer
            if pause > LONGEST_PAUSE:
                self.closed_until = time.time() + pause
                self._respect_limit()
            if attempt == ATTEMPTS:
                return answer
            time.sleep(pause)
        raise RuntimeError("every attempt returns or raises")

    def content(self, answer: httpx.Response) -> Any:
        """Return what a successful answer holds."""
        if answer.is_redirect:
            raise self.refused(f"{answer.status_code}, {message_of(answer)}", MOVED)
        if not answer.is_success:
            raise self.refused(f"{answer.status_code}, {message_of(answer)}", _rights(answer))
        try:
            return answer.json()
        except ValueError:
            raise self.refused("the answer is no JSON") from None

    def refused(self, why: str, hint: str = RIGHTS) -> Refused:
        """Make the exception for what the forge did not do; the caller raises it."""
        where = f"{self.address.owner}/{self.address.name}"
        return refuse("EW760", f"the forge at {self.address.api} did not do it for {where}: {why}", hint=hint)

    def _respect_limit(self) -> None:
        left = self.closed_until - time.time()
        if left > 0:
            raise self.refused("it is asked too much", f"come again in {left / 60:.0f} minutes, or with another token")


def message_of(answer: httpx.Response) -> str:
    """Return what an answer says is wrong, on one line.

    Its `errors` are objects with a message or with the name of a field, or plain texts:
    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
    """
    try:
        said = answer.json()
    except ValueError:
        return "without a reason"
    if not isinstance(said, dict) or not said.get("message"):
        return "without a reason"
    errors = said.get("errors") or []
    parts = [said["message"], *map(_error, errors if isinstance(errors, list) else (errors,))]
    return visible("; ".join(str(part) for part in parts if part), 300)


def _error(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    named = (error.get("resource"), error.get("field"), error.get("code"))
    return str(error.get("message") or " ".join(str(each) for each in named if each))


def _rights(answer: httpx.Response) -> str:
    """Return a hint; GitHub says which permission a token lacks."""
    needed = answer.headers.get("x-accepted-github-permissions", "")
    return f"the token needs the permission {visible(needed)}" if needed else RIGHTS


def _pause(attempt: int, answer: httpx.Response) -> float | None:
    """Return for how many seconds to wait before the request is made again, None if it is not."""
    if answer.status_code in BUSY:
        return _asked(answer) or _growing(attempt)
    if answer.status_code not in LIMITED:
        return None
    if asked := _asked(answer):
        return asked
    limited = answer.status_code == httpx.codes.TOO_MANY_REQUESTS or "rate limit" in message_of(answer).lower()
    return LIMITED_PAUSE if limited else None


def _asked(answer: httpx.Response) -> float:
    """Return for how many seconds the forge wants to be left alone, 0 if it does not say."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    if answer.headers.get("x-ratelimit-remaining") != "0":
        return 0.0
    reset = answer.headers.get("x-ratelimit-reset", "")
    return max(1.0, float(reset) - time.time()) if reset.isdecimal() else LIMITED_PAUSE


def _growing(attempt: int) -> float:
    return 0.5 * 2.0**attempt
