"""What the pages of the diagnostics show is what the command line says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.repositories import WHO

FILE = re.compile(r"```yaml\n(# (\S+)\n.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("code", ["EW350", "EW351", "EW352"])
def test_the_example_gives_the_message(code: str, tmp_path: Path) -> None:
    page = (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")
    for text, name in FILE.findall(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    ((shown),) = CONSOLE.findall(page)
    commands = [line.removeprefix("$ ") for line in shown.splitlines() if line.startswith("$ ")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    said = ""
    for command in commands:
        script = f'envwright() {{ "{sys.executable}" -m envwright "$@"; }}; {{ {command}; }} 2>&1'
        ended = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env={**kept, **WHO}, capture_output=True, text=True, check=False
        )
        said += f"$ {command}\n{ended.stdout}"
    assert f"[{code}]" in said
    assert said == shown
