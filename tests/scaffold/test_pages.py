"""What the pages of the authors' diagnostics show is what the command line says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from envwright.scaffold.create import create
from envwright.scaffold.names import names_of
from tests.support.paths import ROOT
from tests.support.plugins import run
from tests.support.venvs import Venv, wheel_of

CALL = re.compile(r"^\$ envwright (.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)


def shown(code: str) -> list[tuple[str, str]]:
    return CALL.findall((ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8"))


def test_a_folder_that_is_there(tmp_path: Path) -> None:
    for call, said in shown("EW805"):
        ended = run(shlex.split(call), cwd=tmp_path)
        assert ended.stdout + ended.stderr == said


def test_what_a_plugin_found(tmp_path: Path) -> None:
    folder, _ = create(tmp_path, names_of("acme"), "guardrail")
    here = Venv(tmp_path / "venv")
    (tmp_path / "dist").mkdir()
    here.install(wheel_of(folder, tmp_path / "dist"))
    ((call, said),) = shown("EW806")
    ended = here.run("envwright", *shlex.split(call), cwd=folder / "tests/cases/refused")
    assert ended.stderr == said
