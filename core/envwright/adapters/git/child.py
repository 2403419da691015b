"""Git as a child process that sees what it is given, and no configuration, hook or secret of the user."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from envwright.model.diagnostic import refuse

if TYPE_CHECKING:
    from git.cmd import Git as Runner

# what a child may know of the caller's environment: where programs, proxies, certificates and the ssh agent are
PROXIES = frozenset(("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"))
KEPT = PROXIES | {"PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK"}
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a version that does not know of the line above finds no way either
    "GIT_GRAFT_FILE": "/dev/null/none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    # git takes and gives back 256 KiB for each object that it compresses: glibc would map them anew each time, and the
    # commit of 5,000 files take three times as long
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
    "MALLOC_TOP_PAD_": "16777216",
}
SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "safe.bareRepository": "explicit",
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
OLDEST = (2, 34)  # a version of git: signatures by ssh keys
MAX_FILE = 1 << 30  # bytes: the largest file that a child may write, so that a hostile pack does not fill the disk
MAX_MEMORY = 1 << 32  # bytes of addresses: some kilobytes of deltas or trees become any number of bytes
MAX_OUTPUT = 1 << 26  # bytes: a tree of some kilobytes can list billions of files
MAX_MESSAGES = 1 << 16  # bytes
# a limit that cannot be set is lower already, or unknown to the system
LIMITED = 'ulimit -f "$0" 2>/dev/null; ulimit -v "$1" 2>/dev/null; shift; exec "$@"'
SHELL = ("/bin/sh", "-c", LIMITED, str(MAX_FILE // 512), str(MAX_MEMORY // 1024))
TIMEOUT = 600.0  # seconds
CHUNK = 1 << 16
T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Output(NamedTuple):
    """What a child left: its exit status (negative: the signal that ended it), its output, and its messages."""

    status: int
    out: bytes
    err: str


class Git:
    """Runs git in one directory. `environment` and `settings` add to those that hold for every child."""

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

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        pipes: tuple[int, ...] = (),
        limit: int = MAX_OUTPUT,
    ) -> Output:
        """Run git with arguments; what it makes of them is the caller's to judge.

        `pipes` are file descriptors that the child inherits, `limit` is for its output, in bytes. Raises Refused: EW720
        there is no git, EW722 it takes too long, EW730 it has too much to say.
        """
        if any("\0" in word for word in arguments):
            return Output(129, b"", "an argument holds a null character")  # no process could be given it
        options = [item for pair in ({**self.settings, **(settings or {})}).items() for item in ("-c", "=".join(pair))]
        given = {**self.environment, **(environment or {})}
        # GitPython adds to the caller's environment and takes nothing from it
        unset = [item for name in os.environ if name and name not in KEPT | given.keys() for item in ("-u", name)]
        runner = _runner(self.directory)
        process = runner.execute(  # ends its child when it goes, so it has to stay
            [*SHELL, "env", *unset, runner.GIT_PYTHON_GIT_EXECUTABLE, *options, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            env=given,
            start_new_session=True,  # a process group of its own: what git starts ends with it
            pass_fds=pipes,
        )
        child = _open(process.proc)
        try:
            out, err = _exchange(child, stdin, time.monotonic() + self.timeout, limit)
            status = child.wait(self.timeout)
        except (TimeoutError, subprocess.TimeoutExpired):
            hint = "see whether the server answers"
            raise refuse("EW722", f"git took more than {self.timeout:g} seconds", hint=hint) from None
        finally:
            _end(child)
        return Output(status, out, shown(err))


def shown(text: bytes) -> str:
    """Return a child's messages as they may be printed: they hold what a server said, so no control characters."""
    lines = text.decode("utf-8", "replace").replace("\r", "\n").splitlines()
    return "\n".join(clean for line in lines if (clean := CONTROL.sub("", line).rstrip()))


def _exchange(child: subprocess.Popen[bytes], stdin: bytes, until: float, limit: int) -> tuple[bytes, bytes]:
    """Feed a child and return its output and messages. Raises TimeoutError; Refused: EW730 for an endless output."""
    out, err, rest = bytearray(), bytearray(), memoryview(stdin)
    given, output, messages = _open(child.stdin), _open(child.stdout), _open(child.stderr)
    with selectors.DefaultSelector() as waiting:
        waiting.register(output, selectors.EVENT_READ, out)
        waiting.register(messages, selectors.EVENT_READ, err)
        waiting.register(given, selectors.EVENT_WRITE)
        os.set_blocking(given.fileno(), False)
        while waiting.get_map():
            ready = waiting.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if key.data is None:
                    rest = _fed(key.fd, rest)
                    if not rest:
                        waiting.unregister(given)
                        given.close()
                    continue
                chunk = os.read(key.fd, CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    waiting.unregister(key.fileobj)
            if len(out) > limit:
                raise refuse("EW730", "the repository holds more than can be read", hint="see what is in the directory")
            del err[:-MAX_MESSAGES]
    return bytes(out), bytes(err)


def _fed(handle: int, rest: memoryview) -> memoryview:
    if rest:
        try:
            return rest[os.write(handle, rest[: 16 * CHUNK]) :]
        except BrokenPipeError:
            pass  # its status and messages say why it ended
    return rest[:0]


def _open(found: T | None) -> T:
    assert found is not None  # noqa: S101  # GitPython's types allow for what was not asked of it
    return found


def _end(child: subprocess.Popen[bytes]) -> None:
    """End what is left of a child and of those it started."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _runner(directory: Path) -> Runner:
    try:
        # GitPython costs 0.1 s to import and asks git for its version: only who uses git pays for it
        from git.cmd import Git as Runner
    except ImportError as error:
        raise refuse("EW720", "git cannot be run", hint=f"install git {_written(OLDEST)} or newer") from error
    # whichever git these name, it is asked once
    version = _version(os.environ.get("PATH"), os.environ.get("GIT_PYTHON_GIT_EXECUTABLE"))
    if version and version < OLDEST:
        hint = f"install git {_written(OLDEST)} or newer"
        raise refuse("EW720", f"git {_written(version)} is too old", hint=hint)
    return Runner(str(directory))


@cache
def _version(_path: str | None, _program: str | None) -> tuple[int, ...]:
    from git.cmd import Git as Runner  # as above
    from git.exc import GitError

    try:
        return Runner().version_info
    except GitError as error:
        raise refuse("EW720", "git cannot be run", hint=f"install git {_written(OLDEST)} or newer") from error


def _written(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
