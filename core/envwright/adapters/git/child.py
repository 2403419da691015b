"""Git as a child process that sees what it is given, and no configuration, hook or secret of the user."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envwright.model.diagnostic import refuse

if TYPE_CHECKING:
    from git.cmd import Git as Runner

# what a child may know of the caller's environment: where programs, proxies, certificates and the ssh agent are
KEPT = {"PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK", "no_proxy", "NO_PROXY"} | {
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
}
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
}
SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "credential.helper": "",
    "credential.useHttpPath": "true",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "protocol.version": "2",
    "transfer.bundleURI": "false",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
MAX_FILE = 1 << 30  # no file that a child writes is larger: a pack of a hostile repository does not fill the disk
SHELL = ("/bin/sh", "-c", 'ulimit -f "$0" && exec "$@"', str(MAX_FILE // 512))
TIMEOUT = 600.0


class Output(NamedTuple):
    """What a child left: its exit status (negative: the signal that ended it), its output, and its messages."""

    status: int
    out: bytes
    err: str


class Git:
    """Runs git in one directory, or in none. `environment` and `settings` add to those that hold for every child."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.directory = directory
        self.environment = {**ENVIRONMENT, **(environment or {})}
        self.settings = {**SETTINGS, **(settings or {})}
        self.timeout = timeout

    def run(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> Output:
        """Run git with arguments; what it makes of them is the caller's to judge. Raises Refused: EW720, EW722."""
        runner = _runner(self.directory)
        settings = [item for key, value in self.settings.items() for item in ("-c", f"{key}={value}")]
        unset = [item for name in os.environ if name and name not in KEPT for item in ("-u", name)]
        child = runner.execute(
            [*SHELL, "env", *unset, "git", *settings, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            env={**self.environment, **(environment or {})},
            start_new_session=True,  # a process group of its own: what git starts ends with it
        )
        try:
            out, err = child.communicate(stdin, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            raise refuse(
                "EW722",
                f"git {arguments[0]} took more than {self.timeout:g} seconds",
                hint="see whether the server answers",
            ) from None
        finally:
            if child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        return Output(child.returncode, out, err.decode("utf-8", "replace"))


def _runner(directory: Path) -> Runner:
    try:
        # GitPython costs 0.1 s to import and asks git for its version: only who uses git pays for it
        from git.cmd import Git as Runner
    except ImportError as error:
        raise refuse("EW720", "git cannot be run", hint="install git 2.34 or newer") from error
    return Runner(str(directory))
