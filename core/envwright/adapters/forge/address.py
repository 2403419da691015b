"""From the environment repository's address to the API of its forge, and the token that opens it."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from envwright.model.diagnostic import refuse
from envwright.plan.views.escape import visible

TOKEN = "ENVWRIGHT_FORGE_TOKEN"  # a variable's name
# the same token opens the repository and the API of most forges
OTHER_TOKEN = "ENVWRIGHT_GIT_PASSWORD"  # the same
# its pages, and ssh where the usual port is closed
GITHUB = frozenset({"github.com", "www.github.com", "ssh.github.com"})
API = "https://api.github.com"
TENANTS = ".ghe.com"  # GitHub Enterprise Cloud with data residency: an API for each tenant
PATH = re.compile(r"/?(?P<owner>[A-Za-z0-9_.-]+)/(?P<name>[A-Za-z0-9_.-]+?)(\.git)?/?")
SHORT = re.compile(r"^([^/:]+):(?!//)")  # `user@host:path`, without a slash before its colon
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# what a header of HTTP takes
HEADER = re.compile(r"[\x21-\x7e]+")


class ForgeAddress(NamedTuple):
    """A repository on a forge: the root of the API without a `/` at its end, the owner, the repository's name."""

    api: str
    owner: str
    name: str


def forge_address(url: str, api: str = "") -> ForgeAddress:
    """Return where the API for a repository is, unless `api` says: `url` is that of a remote.

    That is api.github.com, `api.` before a tenant of ghe.com, and `/api/v3` of another host. Raises Refused: EW762 for
    a repository that is on no forge, and for an API that would be told the token in the clear.
    """
    parts = _split(SHORT.sub(r"ssh://\1/", url))
    found = PATH.fullmatch(parts.path)
    if not parts.hostname or found is None:
        hint = "a pull request needs a repository such as https://github.com/OWNER/NAME"
        raise refuse("EW762", f"{url} is no repository of a forge", hint=hint)
    root = api.rstrip("/") or _api_of(parts, parts.hostname)
    where = _split(root)
    if where.scheme != "https" and where.hostname not in LOOPBACK:
        raise refuse("EW762", f"{root} would be told the token in the clear", hint="use https://")
    return ForgeAddress(root, found["owner"], found["name"])


def _split(url: str) -> SplitResult:
    """Return the parts of a URL. Raises Refused: EW762."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, for it may be no number
    except ValueError as error:
        raise refuse("EW762", f"{visible(url)} is no URL: {error}") from None
    return parts


def _api_of(parts: SplitResult, host: str) -> str:
    if host in GITHUB:
        return API
    if host.endswith(TENANTS):
        return f"https://api.{host}"
    port = f":{parts.port}" if parts.port and parts.scheme == "https" else ""
    return f"https://{host}{port}/api/v3"


def token() -> str:
    """Return the token that the environment has. Raises Refused: EW762 if there is none."""
    found = os.environ.get(TOKEN) or os.environ.get(OTHER_TOKEN)
    if not found:
        raise refuse("EW762", f"no token for the forge: {TOKEN} is not set", hint="pass it in that variable")
    if not HEADER.fullmatch(found):
        fault = "the token for the forge holds a space, a line break or another character that no token has"
        raise refuse("EW762", fault, hint=f"see what sets {TOKEN}, or {OTHER_TOKEN}")
    return found
