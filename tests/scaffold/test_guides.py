"""The tutorial for authors is executed step by step, and the reference is what the hookspecs say."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from envwright.host import HOOKS
from envwright.scaffold.reference import TARGET, reference
from tests.support.paths import ROOT
from tests.support.venvs import Venv

PAGE = ROOT / "docs/plugins/tutorial.md"
BLOCK = re.compile(r"(?<=^```)(\w+)\n(.*?)(?=^```)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n", re.MULTILINE)


def test_the_reference_is_what_the_hookspecs_say() -> None:
    page = (ROOT / TARGET).read_text(encoding="utf-8")
    assert page == reference(), "stale: run `make schema`"
    assert all(f"## {hook}\n" in page for hook in HOOKS)


def test_every_step_of_the_tutorial_does_what_it_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    here = Venv(tmp_path / "venv")
    for program in ("envwright", "pip", "pytest"):
        script = here.folder / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{here.folder}/bin/python" -m {program} "$@"\n')
        script.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    env = {
        "PATH": f"{here.folder / 'bin'}{os.pathsep}/usr/bin:/bin",
        "HOME": str(tmp_path),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        # no network: what builds and what is needed is here
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }

    def step(block: re.Match[str]) -> str:
        language, text = block[1], block[2]
        if language != "console":
            path = work / text.partition("\n")[0].removeprefix("# ")
            path.write_text(text, encoding="utf-8")
            return block[0]
        shown = ""
        for command in COMMAND.findall(text):
            done = subprocess.run(
                ["bash", "-c", f"{{ {command}; }} 2>&1"], cwd=work, env=env, capture_output=True, text=True, check=False
            )
            shown += f"$ {command}\n{done.stdout}"
        return f"{language}\n{shown}"

    before = PAGE.read_text(encoding="utf-8")
    now = BLOCK.sub(step, before)
    if request.config.getoption("--regen-all"):
        PAGE.write_text(now, encoding="utf-8")
        before = now
    assert before == now, "if this is what you meant, refresh with: make goldens"
