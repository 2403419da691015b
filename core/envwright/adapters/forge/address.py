"""From the environment repository's address to the API of its forge, and the token that opens it."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from envwright.model.diagnostic import refuse

TOKEN = "ENVWRIGHT_FORGE_TOKEN"  # a variable's name
# the same token opens the repository and the API of most forges
OTHER_TOKEN = "ENVWRIGHT_GIT_PASSWORD"  # the same
GITHUB = "github.com"
PATH = re.compile(r"/?(?P<owner>[A-Za-z0-9_.-]+)/(?P<name>[A-Za-z0-9_.-]+?)(\.git)?/?")
SHORT = re.compile(r"^([^/:]+):(?!//)")  # `user@host:path`, without a slash before its colon
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ForgeAddress(NamedTuple):
    """A repository on a forge: the root of the API without a `/` at its end, the owner, the repository's name."""

    api: str
    owner: str
    name: str


def forge_address(url: str, api: str = "") -> ForgeAddress:
    """Return where the API for a repository is: api.github.com, or `/api/v3` of another host, unless `api` says.

    `url` is that of a remote. Raises Refused: EW762 for a repository that is on no forge, and for an API that would be
    told the token in the clear.
    """
    parts = urlsplit(SHORT.sub(r"ssh://\1/", url))
    found = PATH.fullmatch(parts.path)
    if not parts.hostname or found is None:
        hint = "a pull request needs a repository such as https://github.com/OWNER/NAME"
        raise refuse("EW762", f"{url} is no repository of a forge", hint=hint)
    root = api.rstrip("/") or (
        "https://api.github.com" if parts.hostname == GITHUB else f"https://{parts.hostname}/api/v3"
    )
    where = urlsplit(root)
    if where.scheme != "https" and where.hostname not in LOOPBACK:
        raise refuse("EW762", f"{root} would be told the token in the clear", hint="use https://")
    return ForgeAddress(root, found["owner"], found["name"])


def token() -> str:
    """Return the token that the environment has. Raises Refused: EW762 if there is none."""
    found = os.environ.get(TOKEN) or os.environ.get(OTHER_TOKEN)
    if not found:
        raise refuse("EW762", f"no token for the forge: {TOKEN} is not set", hint="pass it in that variable")
    return found
