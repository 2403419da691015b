"""Runs a small Kubernetes until its standard input ends: etcd, an API server, a controller manager, and no node.

A process of its own, so that everything stops and its folder goes however the tests end: at their last line, at
Ctrl-C, or killed. Prints one line of JSON when all is ready: the API server's address, the file of its certificate
authority, and a token of an administrator.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tests.cluster.client import Answer, Client, Connection

READY_WITHIN = 120  # seconds; 4 are usual
ISSUER = "https://kubernetes.default.svc"


class Program:
    """A running program; what it prints is in `<name>.log` of the folder it works in."""

    def __init__(self, programs: Path, name: str, folder: Path, options: Sequence[str]) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [programs / name, *options], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the program has done something; raises RuntimeError with the end of its log if it does not."""
        deadline = time.monotonic() + READY_WITHIN
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                ended = self.process.returncode is not None
                end = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{self.log.stem} {'ended' if ended else 'is not ready'}:\n{end}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the program at once: nothing that it has is kept."""
        self.process.kill()
        self.process.wait()


@contextmanager
def cluster(programs: Path, folder: Path) -> Iterator[Connection]:
    """Run the three programs with all that they write in `folder`."""
    with ExitStack() as stack:

        def start(name: str, options: Sequence[str]) -> Program:
            program = Program(programs, name, folder, options)
            stack.callback(program.stop)
            return program

        store = folder / "etcd.sock"
        start("etcd", etcd_options(folder, store)).wait(store.exists)
        token, port = secrets.token_urlsafe(), free_port()
        connection = Connection(f"https://127.0.0.1:{port}", str(folder / "apiserver.crt"), token)
        start("kube-apiserver", server_options(folder, store, token, port)).wait(lambda: is_ready(connection))
        manager = start("kube-controller-manager", manager_options(folder, connection))
        manager.wait(lambda: has_admin_role(connection))
        yield connection


def etcd_options(folder: Path, store: Path) -> list[str]:
    """Listen on sockets of the folder only, and never wait for the disk."""
    return [
        f"--data-dir={folder}/etcd",
        f"--listen-client-urls=unix://{store}",
        "--advertise-client-urls=http://localhost:0",  # asked for; nobody calls there
        "--listen-peer-urls=unix://peers:0",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def server_options(folder: Path, store: Path, token: str, port: int) -> list[str]:
    """Authorise by RBAC, and serve every API that Kubernetes has, alpha ones too: discovery is what a test reads."""
    (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', encoding="utf-8")
    return [
        f"--etcd-servers=unix://{store}",
        "--bind-address=127.0.0.1",
        "--advertise-address=192.0.2.1",  # nobody calls there; a machine without a network has none to find
        f"--secure-port={port}",
        f"--cert-dir={folder}",
        # the server makes this key before it reads it
        f"--service-account-key-file={folder}/apiserver.key",
        f"--service-account-signing-key-file={folder}/apiserver.key",
        f"--service-account-issuer={ISSUER}",
        f"--token-auth-file={folder}/tokens.csv",
        "--authorization-mode=Node,RBAC",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--runtime-config=api/all=true",
    ]


def manager_options(folder: Path, connection: Connection) -> list[str]:
    """Run every controller with the rights of its own account."""
    kubeconfig = folder / "kubeconfig.json"
    kubeconfig.write_text(json.dumps(connection.kubeconfig()), encoding="utf-8")
    return [
        f"--kubeconfig={kubeconfig}",
        f"--service-account-private-key-file={folder}/apiserver.key",
        f"--root-ca-file={connection.authority}",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--secure-port=0",
    ]


def is_ready(connection: Connection) -> bool:
    """Return whether the API server is up and says that it is ready."""
    try:
        return get(connection, "/readyz").accepted
    except OSError:
        return False


def has_admin_role(connection: Connection) -> bool:
    """Return whether the controllers work: the rules of `admin` are what one of them has put together."""
    return bool(get(connection, "/apis/rbac.authorization.k8s.io/v1/clusterroles/admin").body.get("rules"))


def get(connection: Connection, path: str) -> Answer:
    """Ask once."""
    with closing(Client(connection)) as client:
        return client.ask("GET", path)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def main(programs: str) -> None:
    """Serve until standard input ends, which may be before all is ready."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(1)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=end_with_input, daemon=True).start()
    with (
        tempfile.TemporaryDirectory(prefix="envwright-cluster-", ignore_cleanup_errors=True) as folder,
        cluster(Path(programs), Path(folder)) as connection,
    ):
        print(json.dumps(connection._asdict()), flush=True)
        signal.pause()


def end_with_input() -> None:
    """Ask this process to end when nobody holds the other end of its standard input any more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(*sys.argv[1:])
