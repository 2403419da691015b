"""How git calls ssh: without the user's configuration, and without a question."""

from __future__ import annotations

import shlex
from pathlib import Path

from envwright.adapters.git.remote import Remote, SshFiles

# nothing is asked, and hosts have to be known
OPTIONS = (
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "ForwardAgent=no",
    "ForwardX11=no",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "ConnectTimeout=30",
    "ServerAliveInterval=15",
)


def ssh_variables(remote: Remote) -> dict[str, str]:
    """Return the variables that make git call ssh with a remote's files."""
    options = list(OPTIONS)
    command = ["ssh", "-F", "/dev/null"]
    given = remote.credentials if isinstance(remote.credentials, SshFiles) else SshFiles()
    if given.key is not None:
        # as an option, for `-i` ignores a file that it does not find as it is written
        options += ["IdentitiesOnly=yes", "IdentityAgent=none", f"IdentityFile={_quoted(given.key)}"]
    if given.known_hosts is not None:
        options += ["GlobalKnownHostsFile=/dev/null", f"UserKnownHostsFile={_quoted(given.known_hosts)}"]
    command += [word for option in options for word in ("-o", option)]
    return {"GIT_SSH_COMMAND": shlex.join(command), "GIT_SSH_VARIANT": "ssh"}


def users_ssh() -> dict[str, str]:
    """Return the variables that make git call ssh as the user has it set up, and ask nothing."""
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "GIT_SSH_VARIANT": "ssh"}


def _quoted(path: Path) -> str:
    """Return a path as ssh_config(5) takes it, where `%` is the start of a token."""
    return '"' + str(path.absolute()).replace("%", "%%") + '"'
