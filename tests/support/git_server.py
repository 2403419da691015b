"""A git server over HTTP on the loopback: git's own `http-backend` behind basic authentication.

`Proxy` stands before it and cuts connections of pushes, before the server saw them or after it accepted them.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, NamedTuple

CHUNK = 1 << 16
Cut = Literal["before", "after", "never"]


class Request(NamedTuple):
    """What a client asked for; `user` is empty where it did not authenticate."""

    method: str
    path: str
    user: str


class GitServer(ThreadingHTTPServer):
    """Serves the bare repositories below `root` to one user; `requests` are those it was asked, in their order."""

    daemon_threads = False  # closing waits for them, so that no connection is left open
    request_queue_size = 128

    def __init__(self, root: Path, user: str, password: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.user = user
        self.expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.requests: list[Request] = []
        self.redirect = ""  # where to send everybody, if anywhere

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class Handler(BaseHTTPRequestHandler):
    """One connection: each request runs `git http-backend` as a CGI program (RFC 3875)."""

    protocol_version = "HTTP/1.1"
    server: GitServer

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.body())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the name is the base's
        """Say nothing: `requests` is the log."""

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def answer(self, body: bytes) -> None:
        known = self.headers.get("Authorization") == self.server.expected
        self.server.requests.append(Request(self.command, self.path, self.server.user if known else ""))
        if self.server.redirect:
            self.send(302, [("Location", self.server.redirect + self.path)], b"")
        elif not known:
            self.send(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
        else:
            headers, _, data = self.backend(body).partition(b"\r\n\r\n")
            pairs = [line.decode().split(": ", 1) for line in headers.split(b"\r\n")]
            status = int(next((value for name, value in pairs if name == "Status"), "200").split()[0])
            self.send(status, [(name, value) for name, value in pairs if name != "Status"], data)

    def backend(self, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": self.server.user,
            "REQUEST_METHOD": self.command,
        }
        command = ["git", "-c", "safe.directory=*", "http-backend"]
        return subprocess.run(command, input=body, env=environment, capture_output=True, check=False).stdout

    def send(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(data)))]:
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(data)


class Proxy:
    """Hands connections on to a server; `choose` says of each push whether, and when, to cut it."""

    def __init__(self, port: int, choose: Callable[[], Cut]) -> None:
        self.target = port
        self.choose = choose
        self.cuts: list[Cut] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.closing = False
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/{name}"

    def accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            if self.closing:
                client.close()
                return
            thread = threading.Thread(target=self.serve, args=(client,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            close(client)
            return
        cut: list[Cut] = ["never"]
        back = threading.Thread(target=self.hand_back, args=(server, client, cut), daemon=True)
        back.start()
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if data.startswith(b"POST ") and b"git-receive-pack HTTP" in data:
                    cut[0] = self.choose()
                    self.cuts.append(cut[0])
                if cut[0] == "before":
                    break
                server.sendall(data)
        close(server)
        back.join()
        close(client)

    @staticmethod
    def hand_back(server: socket.socket, client: socket.socket, cut: list[Cut]) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if cut[0] == "after":  # it answers a push when it is done with it
                    break
                client.sendall(data)
        close(client)

    def close(self) -> None:
        self.closing = True
        socket.create_connection(self.listener.getsockname()).close()  # wakes `accept`, which closing does not
        for thread in self.threads:
            thread.join()
        self.listener.close()


def close(connection: socket.socket) -> None:
    """Cut both ways: a thread that waits for data must not wait on."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def served(root: Path, user: str = "robot", password: str = "canary-of-the-password") -> Iterator[GitServer]:
    """Serve the repositories below `root` while the block runs."""
    server = GitServer(root, user, password)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def proxied(server: GitServer, choose: Callable[[], Cut]) -> Iterator[Proxy]:
    """Stand before a server while the block runs."""
    proxy = Proxy(server.server_address[1], choose)
    try:
        yield proxy
    finally:
        proxy.close()
