"""A PostgreSQL server of this machine's programs, for the time of a test run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

USER = "app"
# as root the server refuses to run, so it runs as nobody
NOBODY = 65534
# ends with the process that holds the other end of its standard input, however that ends
SERVE = 'set -e; "$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'


class Server(NamedTuple):
    """A server that trusts everybody on this machine; `psql` is the program."""

    port: int
    psql: str

    def create(self, database: str) -> str:
        """Make an empty database and return its URL."""
        self.query("postgres", f"create database {database}")
        return f"postgresql://{USER}:any@127.0.0.1:{self.port}/{database}"

    def query(self, database: str, sql: str) -> list[str]:
        """Return the rows of a query, each as text."""
        command = [
            self.psql,
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            USER,
            "-v",
            "ON_ERROR_STOP=1",
            "-XAtc",
            sql,
        ]
        done = subprocess.run([*command, database], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()


def programs() -> Path | None:
    """Return the folder of the server's programs, the newest version of Debian's packages or what is on `PATH`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Run the server whose programs are in `folder`, its data in a place of its own that goes with it."""
    data = Path(tempfile.mkdtemp(prefix="envwright-postgres-"))
    as_nobody: dict[str, object] = {}
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        init = [folder / "initdb", "-D", data / "data", "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C", "-N"]
        done = subprocess.run(init, cwd=data, capture_output=True, text=True, check=False, **as_nobody)  # type: ignore[call-overload]  # options of Popen
        assert done.returncode == 0, done.stderr
        port = free_port()
        serve = [folder / "postgres", "-D", data / "data", "-h", "127.0.0.1", "-p", str(port), "-k", data, "-F"]
        with (data / "log").open("wb") as log:
            running = subprocess.Popen(  # type: ignore[call-overload]  # as above
                ["sh", "-c", SERVE, "serve", *serve],
                cwd=data,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **as_nobody,
            )
        psql = shutil.which("psql") or str(folder / "psql")
        try:
            wait(Server(port, psql), running, data / "log")
            yield Server(port, psql)
        finally:
            running.stdin.close()
            running.wait()
    finally:
        shutil.rmtree(data)


def wait(starting: Server, running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its log if it ends instead."""
    while running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", starting.port)) == 0 and answers(starting):
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


def answers(starting: Server) -> bool:
    """Return whether the server takes queries already."""
    command = [starting.psql, "-h", "127.0.0.1", "-p", str(starting.port), "-U", USER, "-XAtc", "select 1", "postgres"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
