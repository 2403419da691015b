"""Where the environment repository is, and what opens it."""

from __future__ import annotations

from urllib.parse import urlsplit

from envwright.model.diagnostic import refuse
from envwright.model.value import Value

SCHEMES = ("https", "http", "ssh", "file")


class Password(Value):
    """A user name and a password or token, given to URLs below `scope` (`https://host/path/`) and to no other."""

    scope: str
    user: str
    secret: str

    def __repr__(self) -> str:
        return f"Password(scope={self.scope!r})"


class Remote(Value):
    """A repository on a server, or a bare one on this machine: an absolute path or a URL without a user's password."""

    url: str
    credentials: Password | None = None


def scheme_of(url: str) -> str:
    """Return the protocol of a remote's URL: one of SCHEMES. Raises Refused: EW721 for anything else."""
    if url.startswith("/"):
        return "file"
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise refuse("EW721", "the repository's URL is none that is taken", hint="use https://, ssh://, or a path")
    parts = urlsplit(url)
    if parts.password is not None or (parts.username is not None and scheme != "ssh"):
        raise refuse("EW721", "the repository's URL holds a user or a password", hint="pass credentials beside it")
    return scheme
