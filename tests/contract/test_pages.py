"""The pages of the contract's diagnostics show what the command line says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from envwright.model.codes.contract import CONTRACT
from tests.support.paths import ROOT

EXAMPLE = re.compile(r"```yaml\n(.*?)```.*?```console\n\$ envwright validate\n(.*?)```", re.DOTALL)


def page(code: str) -> str:
    return (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "title"), CONTRACT.items(), ids=CONTRACT)
def test_every_code_has_a_page_with_its_title(code: str, title: str) -> None:
    assert page(code).startswith(f"# {code}: {title}\n")


@pytest.mark.parametrize("code", [*CONTRACT, "EW011", "EW207"])
def test_the_example_gives_the_message(code: str, tmp_path: Path) -> None:
    ((example, output),) = EXAMPLE.findall(page(code))
    (tmp_path / "services.yaml").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "envwright", "validate"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (1, output, "")
    assert f"[{code}]" in output
