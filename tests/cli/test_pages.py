"""What the pages of diagnostics show is what the command line says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from envwright.cli.main import run
from envwright.model.codes import CODES
from tests.support.paths import ROOT

PAGES = sorted((ROOT / "docs/diagnostics").glob("EW*.md"))
# codes of the pipeline and of the call: one example each, and a call on it
SHOWN = [page for page in PAGES if re.fullmatch("EW(02.|30.|317|40.|90.)", page.stem)]
EXAMPLE = re.compile(r"```yaml\n(.*?)```\n\n```console\n\$ envwright (.*?)\n(.*?)```", re.DOTALL)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert [page.stem for page in PAGES] == sorted(CODES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_codes_title(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith(f"# {page.stem}: {CODES[page.stem]}\n")


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.stem)
def test_the_example_gives_the_message(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = EXAMPLE.search(page.read_text(encoding="utf-8"))
    assert found is not None, f"{page.stem} shows no example with a call"
    stack, call, said = found.groups()
    (tmp_path / "services.yaml").write_text(stack, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(call)) in (0, 1, 2)
    assert capsys.readouterr().err == said
