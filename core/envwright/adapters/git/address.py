"""From what a user types to a remote: a path, a URL, or the short form of ssh, and credentials from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from envwright.adapters.git.remote import Password, Remote, SshFiles, is_short_ssh

# names of variables
USER, PASSWORD = "ENVWRIGHT_GIT_USER", "ENVWRIGHT_GIT_PASSWORD"
SSH_KEY, KNOWN_HOSTS = "ENVWRIGHT_GIT_SSH_KEY", "ENVWRIGHT_GIT_KNOWN_HOSTS"
# what the forges take for the user of a token
TOKEN_USER = "x-access-token"  # a user name


def remote_of(address: str) -> Remote:
    """Return the remote of an address: a URL, a path on this machine, or `[user@]host:path`.

    Credentials come from ENVWRIGHT_GIT_PASSWORD (a password or token) and ENVWRIGHT_GIT_USER, and are given to this
    very repository alone; for ssh from ENVWRIGHT_GIT_SSH_KEY and ENVWRIGHT_GIT_KNOWN_HOSTS, which name files.
    """
    if is_short_ssh(address) or address.startswith("ssh://"):
        return Remote(url=address, credentials=_ssh_files())
    if "://" not in address:
        return Remote(url=os.path.abspath(address))  # noqa: PTH100  # Path keeps `..`
    secret = os.environ.get(PASSWORD, "")
    if not secret or not address.startswith(("https://", "http://")):
        return Remote(url=address)
    user = os.environ.get(USER) or TOKEN_USER
    return Remote(url=address, credentials=Password(scope=address, user=user, secret=secret))


def _ssh_files() -> SshFiles:
    key, hosts = os.environ.get(SSH_KEY), os.environ.get(KNOWN_HOSTS)
    return SshFiles(key=Path(key) if key else None, known_hosts=Path(hosts) if hosts else None)
