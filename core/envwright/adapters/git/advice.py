"""What to do about a server that cannot be read, by what git and ssh say of it: they speak English, without a locale.

Nothing but the hint of a diagnostic depends on it.
"""

from __future__ import annotations

ADVICE = (
    # ssh
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the host shows another key than the known one: ask who runs it why, before the file of known hosts is changed",
    ),
    (
        "Host key verification failed",
        "put the host's key, as its owner publishes it, into the file that {variables}_KNOWN_HOSTS names",
    ),
    (
        "UNPROTECTED PRIVATE KEY FILE",
        "make the file of the key readable for its owner alone: chmod 600",
    ),
    (
        "Permission denied (",
        "see whether the server knows the key that {variables}_SSH_KEY names, and it has no passphrase",
    ),
    # of the shell that should have run it
    ("ssh: not found", "install the client of OpenSSH, or use an https:// URL"),
    ("ssh: command not found", "install the client of OpenSSH, or use an https:// URL"),
    # HTTP
    ("could not read Username", "pass a password or token in {variables}_PASSWORD"),
    ("Authentication failed", "see whether {variables}_USER and {variables}_PASSWORD are what the server takes"),
    ("returned error: 403", "see whether the account of {variables}_PASSWORD may read and write the repository"),
    ("unable to update url base from redirection", "the repository has moved: use the URL that the server leads to"),
    ("The requested URL returned error: 30", "the repository has moved: use the URL that the server leads to"),
    ("transport '", "the server leads to another protocol: use the repository's own URL"),
    # both
    ("Could not resolve host", "see whether the host's name is right, and can be resolved from here"),
    ("not found", "see whether the path is right, and the account may read it"),
    ("does not appear to be a git repository", "see whether the path is right, and the account may read it"),
)
OTHER = "see whether the server can be reached from here, and whether the account may read the repository"


def advice(said: str, variables: str) -> str:
    """Return what to do about a failure, by its messages; `variables` is what those of the credentials begin with."""
    hint = next((hint for sign, hint in ADVICE if sign.casefold() in said.casefold()), OTHER)
    return hint.replace("{variables}", variables)
