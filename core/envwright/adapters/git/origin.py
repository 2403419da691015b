"""The remote of a clone of the source, asked without what the clone's own configuration would make git run or write."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.server import Server
from envwright.adapters.git.ssh import users_ssh
from envwright.model.diagnostic import Refused, refuse

# how CI systems give a clone the right to read its remote
HEADERS = ("config", "-z", "--local", "--includes", "--get-regexp", r"^http\..*\.extraheader$")


def branches_of(url: str, top: Path, headers: bytes) -> frozenset[str]:
    """Return the branches of the remote `origin` of a clone, whose work tree is in `top`.

    Its URL, with a password in it, and additional headers for it (what git prints for HEADERS) are all that counts of
    the clone's configuration; ssh is the user's. Raises Refused: EW722 where the remote cannot be read, or is none that
    is taken.
    """
    with tempfile.TemporaryDirectory(prefix="envwright-source-") as name:
        folder = Path(name)
        included = folder / "headers"  # a file, for arguments are seen by everybody on the machine
        included.touch(mode=0o600)
        included.write_bytes(_configuration(headers))
        try:
            server = Server(_remote(url, top), folder, {"include.path": str(included)}, users_ssh())
            found = server.refs(folder)
        except Refused as error:
            (why,) = error.diagnostics
            detail = why.detail if why.code == "EW722" else why.summary
            hint = "see whether this clone may read its remote, or name it: --source-repo URL"
            raise refuse("EW722", "the branches of the source cannot be read", hint=hint, detail=detail) from error
    if not found:  # so does a page that stands in for the server, and every slot would seem to be gone
        raise refuse("EW722", "the remote of the source shows no branch", hint="see what the remote `origin` is")
    return frozenset(found)


def _remote(url: str, top: Path) -> Remote:
    parts = urlsplit(url)
    if parts.scheme in ("https", "http") and parts.password:
        clean = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        user, secret = unquote(parts.username or ""), unquote(parts.password)
        return Remote(url=clean, credentials=Password(scope=clean, user=user, secret=secret))
    if "://" not in url and (":" not in url or "/" in url.partition(":")[0]):
        return Remote(url=str((top / url).resolve()))
    return Remote(url=url)


def _configuration(headers: bytes) -> bytes:
    """Return the additional headers as a file of git's configuration."""
    lines = []
    for item in headers.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        key, _, value = item.partition("\n")
        url = key.partition(".")[2].rpartition(".")[0]
        lines.append(f"[http {_quoted(url)}]\n\textraheader = {_quoted(value)}\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
