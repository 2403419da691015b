"""How git calls ssh: without the user's configuration, and without a question."""

from __future__ import annotations

import shlex
from pathlib import Path

from envwright.adapters.git.remote import Remote, SshKey

# an agent's keys are tried where no key is given; hosts have to be known
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
    """Return the variables that make git call ssh with a remote's key."""
    options = list(OPTIONS)
    command = ["ssh", "-F", "/dev/null"]
    if isinstance(remote.credentials, SshKey):
        # as an option, for `-i` ignores a file that it does not find as it is written
        options += ["IdentitiesOnly=yes", "IdentityAgent=none", "GlobalKnownHostsFile=/dev/null"]
        options.append(f"IdentityFile={_quoted(remote.credentials.key)}")
        options.append(f"UserKnownHostsFile={_quoted(remote.credentials.known_hosts)}")
    command += [word for option in options for word in ("-o", option)]
    return {"GIT_SSH_COMMAND": shlex.join(command), "GIT_SSH_VARIANT": "ssh"}


def _quoted(path: Path) -> str:
    """Return a path as ssh_config(5) takes it, where `%` is the start of a token."""
    return '"' + str(path.absolute()).replace("%", "%%") + '"'
