"""From what a user types to a remote: a path, a URL, or the short form of ssh, and credentials from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from envwright.adapters.git.remote import Password, Remote, SshFiles, is_short_ssh

# What the names of the variables begin with that open a repository. Each opens its own and no other, even on the same
# host: what may write the environments need not read the source.
ENVIRONMENTS, SOURCE = "ENVWRIGHT_GIT", "ENVWRIGHT_SOURCE"
# what the forges take for the user of a token
TOKEN_USER = "x-access-token"  # a user name


def remote_of(address: str, variables: str = ENVIRONMENTS) -> Remote:
    """Return the remote of an address: a URL, a path on this machine, or `[user@]host:path`.

    Credentials come from the variables that begin with `variables`: `_PASSWORD` (a password or token) and `_USER`, and
    are given to this very repository alone; for ssh from `_SSH_KEY` and `_KNOWN_HOSTS`, which name files.
    """
    given = {name: os.environ.get(f"{variables}_{name}", "") for name in ("USER", "PASSWORD", "SSH_KEY", "KNOWN_HOSTS")}
    if is_short_ssh(address) or address.startswith("ssh://"):
        key, hosts = (Path(given[name]) if given[name] else None for name in ("SSH_KEY", "KNOWN_HOSTS"))
        return Remote(url=address, credentials=SshFiles(key=key, known_hosts=hosts))
    if "://" not in address:
        return Remote(url=os.path.abspath(address))  # noqa: PTH100  # Path keeps `..`
    if not given["PASSWORD"] or not address.startswith(("https://", "http://")):
        return Remote(url=address)
    user = given["USER"] or TOKEN_USER
    return Remote(url=address, credentials=Password(scope=address, user=user, secret=given["PASSWORD"]))


def is_same_repository(one: str, other: str) -> bool:
    """Return whether two URLs lead to the same path of the same host, by whatever protocol; or are the same path."""
    places = _place(one), _place(other)
    return places[0] is not None and places[0] == places[1]


def _place(url: str) -> tuple[str, str] | None:
    """Return host and path of a URL as they are compared, None for what is no URL."""
    if is_short_ssh(url):
        host, _, path = url.rpartition("@")[2].partition(":")
    else:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        usual = {"https": 443, "http": 80, "ssh": 22}.get(parts.scheme)
        host, path = parts.hostname or "", parts.path
        host += "" if port in (None, usual) else f":{port}"
    return host.lower(), path.strip("/").removesuffix(".git")
