"""The pages of the diagnostics of objects and isolation show what the command line says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from envwright.model.codes.isolation import ISOLATION
from envwright.model.codes.manifests import MANIFESTS
from tests.support.paths import ROOT

ELSEWHERE = {"EW602"}  # a matter of templates
CODES = {code: title for code, title in {**MANIFESTS, **ISOLATION}.items() if code not in ELSEWHERE}
FILE = re.compile(r"```yaml\n(# (\S+)\n.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ (.*?)\n(.*?)```", re.DOTALL)
STACK = """
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata: {{name: shop}}
spec:
  environments: {{dev: {{}}, ai: {{kind: slot}}}}
  services: [{{name: api, manifests: {files}}}]
"""


def page(code: str) -> str:
    return (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "title"), CODES.items(), ids=CODES)
def test_every_code_has_a_page_with_its_title(code: str, title: str) -> None:
    assert page(code).startswith(f"# {code}: {title}\n")


@pytest.mark.parametrize("code", CODES)
def test_the_example_gives_the_message(code: str, tmp_path: Path) -> None:
    files = {name: text for text, name in FILE.findall(page(code))}
    manifests = [name for name in files if name != "services.yaml"]
    files.setdefault("services.yaml", STACK.format(files=manifests))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command, output = CONSOLE.findall(page(code))[0]
    program, *arguments = shlex.split(command)
    assert program == "envwright"
    done = subprocess.run(
        [sys.executable, "-m", "envwright", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == output
