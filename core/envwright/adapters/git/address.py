"""From what a user types to a remote: a path, a URL, or the short form of ssh, and credentials from the environment."""

from __future__ import annotations

import os
import re

from envwright.adapters.git.remote import Password, Remote

USER, PASSWORD = "ENVWRIGHT_GIT_USER", "ENVWRIGHT_GIT_PASSWORD"  # names of variables
# what the forges take for the user of a token
TOKEN_USER = "x-access-token"  # a user name
SCP = re.compile(r"(?P<user>[A-Za-z0-9._-]+)@(?P<host>[A-Za-z0-9.-]+):(?P<path>[^/].*)")


def remote_of(address: str) -> Remote:
    """Return the remote of an address: a URL, a path on this machine, or `user@host:path`.

    Credentials come from ENVWRIGHT_GIT_PASSWORD (a password or token) and ENVWRIGHT_GIT_USER, and are given to this
    very repository alone.
    """
    if (short := SCP.fullmatch(address)) is not None:
        return Remote(url=f"ssh://{short['user']}@{short['host']}/{short['path']}")
    if "://" not in address:
        return Remote(url=os.path.abspath(address))  # noqa: PTH100  # Path keeps `..`
    secret = os.environ.get(PASSWORD, "")
    if not secret or not address.startswith(("https://", "http://")):
        return Remote(url=address)
    user = os.environ.get(USER) or TOKEN_USER
    return Remote(url=address, credentials=Password(scope=address, user=user, secret=secret))
