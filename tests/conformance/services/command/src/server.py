"""A server without a framework."""

import os
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HOME = "first"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = Path(__file__).parent / f"{Path(self.path).name}.txt"
        text = HOME if self.path == "/" else page.read_text() if page.exists() else ""
        self.send_response(HTTPStatus.OK if text else HTTPStatus.NOT_FOUND)
        self.end_headers()
        self.wfile.write(text.encode())


HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
