"""A real sshd on the loopback: as the user who runs the tests, with keys, configuration and port of its own.

Nothing in /etc/ssh or ~/.ssh is read or written.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

SEPARATION = Path("/run/sshd")  # a folder that sshd wants to be there when root starts it
# what the hooks of a repository may end: the process that serves this connection
COMMAND = 'export SESSION=$PPID; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'


def sshd() -> str:
    """Return the path of sshd, which has to be absolute to start it; skip the test without it, and fail it in CI."""
    found = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None or shutil.which("ssh") is None:
        _missing("sshd and ssh are needed (Debian: openssh-server)")
    shell = Path(pwd.getpwuid(os.geteuid()).pw_shell or "/bin/sh").name
    if shell in ("nologin", "false"):
        _missing("sshd runs commands by the user's login shell, and this user has none")
    return found


def _missing(what: str) -> NoReturn:
    said = f"{what}: repositories over ssh are not tested"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)


def make_key(path: Path, passphrase: str = "") -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path]
    subprocess.run(command, check=True)
    return path


class SshServer:
    """Runs sshd on a port of its own; `key` opens it, `known_hosts` knows it, `log` is what it said."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self.key = make_key(folder / "key")
        self.known_hosts = folder / "known_hosts"
        self.log = folder / "log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        shutil.copy(folder / "key.pub", folder / "authorized_keys")
        self.take_host_key("host")
        self.know()

    def url(self, path: Path | str) -> str:
        return f"ssh://{self.user}@127.0.0.1:{self.port}/{str(path).lstrip('/')}"

    def take_host_key(self, name: str) -> None:
        """Let the server show another key; a running one has to be started again."""
        self.host_key = make_key(self.folder / name)

    def know(self) -> None:
        """Write the key that the server shows into the file of known hosts."""
        public = self.host_key.with_suffix(".pub").read_text()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}")

    @contextmanager
    def running(self, *settings: str) -> Iterator[None]:
        """Run it while the block runs, with further settings of sshd_config(5)."""
        config = self.folder / "sshd_config"
        config.write_text("\n".join((*settings, *self._settings())) + "\n")
        if os.geteuid() == 0:
            SEPARATION.mkdir(mode=0o755, exist_ok=True)  # it stays, for others may use it by now
        with self.log.open("ab") as log:
            process = subprocess.Popen([sshd(), "-D", "-e", "-f", config], stderr=log)
        try:
            self._wait(process)
            yield
        finally:
            process.terminate()
            process.wait()

    def _settings(self) -> tuple[str, ...]:
        return (
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.host_key}",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "PidFile none",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "StrictModes no",  # the folders of tests are below /tmp
            "UsePAM no",
            "AcceptEnv GIT_PROTOCOL",  # as forges do
            f"ForceCommand {COMMAND}",
        )

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as connection:
                if connection.recv(4) == b"SSH-":
                    return
            time.sleep(0.02)
        pytest.fail(f"sshd does not start: {self.log.read_text()}")
