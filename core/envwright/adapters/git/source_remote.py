"""The remote of the source, asked without what the clone's own configuration would make git run or write."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.server import Server
from envwright.adapters.git.source import SourceRepository
from envwright.adapters.git.ssh import users_ssh
from envwright.model.diagnostic import Refused, refuse

# how CI systems give a clone the right to read its remote
HEADERS = ("config", "-z", "--local", "--includes", "--get-regexp", r"^http\..*\.extraheader$")


def remote_branches(repository: SourceRepository) -> frozenset[str] | None:
    """Return the branches of the remote `origin`, None for a repository without it.

    Its URL, with a password in it, and additional headers for it are all that counts of the clone's configuration; ssh
    is the user's. Raises Refused: EW722 where the remote cannot be read, or is none that is taken.
    """
    url = repository.origin()
    if not url:
        return None
    with tempfile.TemporaryDirectory(prefix="envwright-source-") as name:
        folder = Path(name)
        headers = folder / "headers"  # a file, for arguments are seen by everybody on the machine
        headers.touch(mode=0o600)
        headers.write_bytes(_headers(repository))
        try:
            server = Server(_remote(url, repository), folder, {"include.path": str(headers)}, users_ssh())
            found = server.refs(folder)
        except Refused as error:
            (why,) = error.diagnostics
            detail = why.detail if why.code == "EW722" else why.summary
            hint = "see whether this clone may read its remote"
            raise refuse("EW722", "the branches of the source cannot be read", hint=hint, detail=detail) from error
    if not found:  # so does a page that stands in for the server, and every slot would seem to be gone
        raise refuse("EW722", "the remote of the source shows no branch", hint="see what the remote `origin` is")
    return frozenset(found)


def _remote(url: str, repository: SourceRepository) -> Remote:
    parts = urlsplit(url)
    if parts.scheme in ("https", "http") and parts.password:
        clean = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        user, secret = unquote(parts.username or ""), unquote(parts.password)
        return Remote(url=clean, credentials=Password(scope=clean, user=user, secret=secret))
    if "://" not in url and (":" not in url or "/" in url.partition(":")[0]):
        return Remote(url=str((repository.top() / url).resolve()))
    return Remote(url=url)


def _headers(repository: SourceRepository) -> bytes:
    """Return the additional headers as a file of git's configuration."""
    found = repository.git.run(*HEADERS).out.decode("utf-8", "surrogateescape").split("\0")[:-1]
    lines = []
    for item in found:
        key, _, value = item.partition("\n")
        url = key.partition(".")[2].rpartition(".")[0]
        lines.append(f"[http {_quoted(url)}]\n\textraheader = {_quoted(value)}\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
