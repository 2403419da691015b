"""The pages of the diagnostics of reading show what the command line says."""

import re
from pathlib import Path

import pytest

from envwright.cli.main import run
from tests.support.paths import ROOT

EXAMPLE = re.compile(r"```yaml\n(.*?)```\n\n```console\n\$ envwright validate\n(.*?)```", re.DOTALL)
CODES = ["EW003", "EW004", "EW005", "EW006", "EW007", "EW008", "EW009", "EW012", "EW013"]


@pytest.mark.parametrize("code", CODES)
def test_the_example_gives_the_message(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ((stack, said),) = EXAMPLE.findall((ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8"))
    (tmp_path / "services.yaml").write_text(stack, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["validate"]) == 1
    assert capsys.readouterr().err == said
    assert f"[{code}]" in said
