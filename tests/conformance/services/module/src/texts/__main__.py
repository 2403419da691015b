"""A module that is run: a server without a framework."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from texts.pages import PAGES


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path in PAGES else 404)
        self.end_headers()
        self.wfile.write(PAGES.get(self.path, "").encode())


HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
