"""Go's text/template, asked over a pipe."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = Path(__file__).parent / "oracle"


class Answer(NamedTuple):
    """What Go made of a template: its output, or None and the line of the error (0: the error names none)."""

    output: str | None
    line: int
    error: str


class Oracle:
    """A running oracle; `ask` may be called thousands of times."""

    def __init__(self, binary: Path) -> None:
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, template: str, data: Mapping[str, Any], environ: Mapping[str, str]) -> Answer:
        request = json.dumps({"template": template, "data": data, "environ": environ})
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        return Answer(None if reply["error"] else reply["output"], reply["line"], reply["error"])

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def build(directory: Path) -> Path | None:
    """Return the oracle's program, None where there is no Go."""
    go = shutil.which("go")
    if go is None:
        return None
    binary = directory / "oracle"
    subprocess.run([go, "build", "-o", binary, "."], cwd=SOURCE, check=True)
    return binary
