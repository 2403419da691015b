"""Answers with the text of files. `FLAW` is what a recipe must not be like."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FLAW = os.environ.get("FLAW", "")
if written := os.environ.get("WRITTEN"):
    Path(written).write_text(str(os.getpid()), encoding="utf-8")
ADDRESS = "127.0.0.1" if FLAW == "is local" else os.environ["HOST"]
AT_START = Path("home.txt").read_text(encoding="utf-8")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        file = Path("home.txt" if self.path == "/" else self.path.strip("/"))
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if self.path == "/" and FLAW == "keeps what it read":
            text = AT_START
        if text.startswith("{") and FLAW == "ends at a mistake":
            os._exit(3)
        self.send_response(500 if text.startswith("{") else 200 if text else 404)
        self.end_headers()
        self.wfile.write(text.encode())


if FLAW != "does not hear":
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
HTTPServer((ADDRESS, int(os.environ["PORT"])), Handler).serve_forever()
