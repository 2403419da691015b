"""Where the environment repository is, and what opens it."""

from __future__ import annotations

import ipaddress
import posixpath
import re
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from envwright.model.diagnostic import Refused, refuse
from envwright.model.value import Value

# [user@]host:path, as git and its users write it; `::` would choose a helper program
SCP = re.compile(r"(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?![:-])[^\s\x00-\x1f\x7f]+")
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]")
PATH = re.compile(r"[A-Za-z0-9._~/-]+")
MAX_SECRET = 2000  # bytes: what fits into a pipe some times over


class Password(Value):
    """A user and a password or token, given to URLs below `scope` (`https://host/path/`) and to no other."""

    scope: str
    user: str
    secret: str

    def __repr__(self) -> str:
        return f"Password(scope={self.scope!r})"


class SshFiles(Value):
    """The file of a private key, which then is the only one that is tried, and that of the hosts' keys.

    Without `key` ssh tries what it would by itself: an agent's keys and those in `~/.ssh`; without `known_hosts` a host
    is known from there, or from /etc/ssh.
    """

    key: Path | None = None
    known_hosts: Path | None = None


Credentials: TypeAlias = Password | SshFiles


class Remote(Value):
    """A repository on a server (`https://`, `ssh://`, `user@host:path`), or a bare one here (`file://`, absolute path).

    A user name is part of an ssh URL; no other holds one, and none holds a password.
    """

    url: str
    credentials: Credentials | None = None


def scheme_of(remote: Remote) -> str:
    """Return the protocol of a remote, the only one that git may use for it.

    Raises Refused: EW721 for a URL that is not taken, for credentials that are not for it, and for files of ssh that
    cannot be read.
    """
    url = remote.url
    if url.startswith("/"):
        scheme = "file"
    elif is_short_ssh(url):
        scheme = "ssh"
    else:
        scheme = _checked(url).scheme
    if isinstance(remote.credentials, Password):
        _check_scope(url, remote.credentials)
    elif remote.credentials and scheme != "ssh":
        raise refuse("EW721", "an ssh key opens no repository that is not reached by ssh", hint="use an ssh:// URL")
    elif remote.credentials:
        _check_files(remote.credentials)
    return scheme


def is_short_ssh(url: str) -> bool:
    """Return whether this is `[user@]host:path`, by git's own rule: a path with a colon is written `./a:b`."""
    return SCP.fullmatch(url) is not None and "://" not in url


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # a property that raises
    except ValueError:
        raise _strange() from None
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            raise _strange()
        return parts
    if parts.scheme not in ("https", "http", "ssh") or not url.isprintable() or " " in url:
        raise _strange()
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise refuse("EW721", "the repository's URL holds a user or a password", hint="pass credentials beside it")
    if parts.username is not None and not re.fullmatch(r"\w[\w.-]*", parts.username):
        raise _strange()
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}")
    if not HOST.fullmatch(host) or parts.query or parts.fragment:
        raise _strange()
    return parts


def _check_scope(url: str, credentials: Password) -> None:
    """Refuse credentials for another host or path, or over a network in the clear."""
    parts, scope = urlsplit(url), urlsplit(credentials.scope)
    if parts.scheme not in ("https", "http") or not PATH.fullmatch(parts.path):
        raise refuse("EW721", "a password opens https:// URLs of plain characters alone", hint="use an ssh key")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise refuse("EW721", "a password is not sent in the clear", hint="use the https:// URL of the repository")
    above = posixpath.normpath(scope.path or "/").rstrip("/")
    inside = posixpath.normpath(parts.path).startswith(f"{above}/") or posixpath.normpath(parts.path) == above
    if (parts.scheme, parts.hostname, parts.port) != (scope.scheme, scope.hostname, scope.port) or not inside:
        hint = f"they are for {credentials.scope}"
        raise refuse("EW721", "the credentials are for another repository than this", hint=hint)
    for text in (credentials.user, credentials.secret):
        if not text or len(text.encode("utf-8", "replace")) > MAX_SECRET or not text.isprintable():
            hint = "a user and a password are one line each"
            raise refuse("EW721", "the credentials hold line breaks, or nothing", hint=hint)


def _check_files(files: SshFiles) -> None:
    """Refuse what ssh would pass over in silence, or take for another file."""
    for path in (files.key, files.known_hosts):
        if path is None:
            continue
        if not str(path).isprintable() or '"' in str(path):
            raise refuse("EW721", f"{str(path)!r} cannot be given to ssh", hint="rename the file")
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise refuse("EW721", f"{path} cannot be read: {why}", hint="name a file that ssh can read") from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _strange() -> Refused:
    # the URL is not repeated: what could not be read may hold a password
    hint = "use https://, ssh://, or an absolute path"
    return refuse("EW721", "the repository's URL is none that is taken", hint=hint)
