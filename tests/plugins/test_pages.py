"""What the pages of the plugins' diagnostics show is what the command line says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

CODES = (
    "EW330",
    "EW331",
    "EW332",
    "EW333",
    "EW334",
    "EW335",
    "EW340",
    "EW341",
    "EW342",
    "EW343",
    "EW803",
    "EW804",
)
# the first line of a block is a comment with the file's path
FILE = re.compile(r"```\w+\n((?:#|//) (\S+)\n.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ envwright (.*?)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("code", CODES)
def test_the_example_gives_the_message(code: str, tmp_path: Path) -> None:
    page = (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")
    for text, name in FILE.findall(page):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ((call, said),) = CONSOLE.findall(page)
    ended = subprocess.run(
        [sys.executable, "-m", "envwright", *shlex.split(call)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"[{code}]" in ended.stderr
    assert ended.stderr == said
