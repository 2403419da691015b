"""A client of the YAML language server, just large enough: JSON-RPC over the pipes of a process."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_TIMEOUT = 60.0  # seconds for one whole session: a server that hangs is ended, and the read that waits gets nothing
_SETTINGS = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}},
    "http": {},
}


class LanguageServer:
    """A running server; documents are opened by text and asked about by line and column, both from 1."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            ["node", str(program), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        self.watchdog = threading.Timer(_TIMEOUT, self.process.kill)
        self.requests = 0
        self.versions = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self.watchdog.start()
        uri = self.folder.as_uri()
        client = {"textDocument": {"hover": {"contentFormat": ["markdown"]}}, "workspace": {"configuration": True}}
        self.request("initialize", {"processId": None, "rootUri": uri, "capabilities": client})
        self.notify("initialized", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.watchdog.cancel()
        self.process.kill()
        self.process.communicate()

    def open(self, name: str, text: str) -> str:
        """Open a document of the folder with this text, and return its URI."""
        uri = (self.folder / name).as_uri()
        self.versions += 1
        document = {"uri": uri, "languageId": "yaml", "version": self.versions, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def ask(self, method: str, uri: str, line: int, column: int) -> Any:
        """Ask `textDocument/<method>` about a place."""
        position = {"line": line - 1, "character": column - 1}
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position})

    def complaints(self, uri: str) -> list[dict[str, Any]]:
        """Wait for the diagnostics of a document."""
        while uri not in self.diagnostics:
            self._take(self._read())
        return self.diagnostics[uri]

    def request(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        self.requests += 1
        self._write({"id": self.requests, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self.requests and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._write({"method": method, "params": params})

    def _take(self, message: dict[str, Any]) -> None:
        """Answer what the server asks, and keep the diagnostics that it publishes."""
        if message.get("method") == "workspace/configuration":
            wanted = [_SETTINGS.get(item["section"]) for item in message["params"]["items"]]
            self._write({"id": message["id"], "result": wanted})
        elif "id" in message and "method" in message:
            self._write({"id": message["id"], "result": None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            assert line or length or self.process.poll() is None, "the language server ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message
