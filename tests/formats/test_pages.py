"""The pages of this room's diagnostics show what the engine says."""

import re
from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.files import DirectoryReader
from envwright.formats.pre_api_version import migrate
from envwright.host import Candidate, Host
from envwright.model.codes import CODES
from envwright.model.diagnostic import Diagnostic, Refused
from envwright_plugins import platform_rule
from tests.support.paths import ROOT
from tests.support.stacks import write

MESSAGE = re.compile(r"^(\S+:\d+:\d+): (error|warning)\[(EW\d+)\]: (.*)$", re.MULTILINE)
HINT = re.compile(r"^      \| +\^+ (.*)$", re.MULTILINE)


def page(code: str) -> str:
    return (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")


def told(folder: Path, code: str) -> tuple[Diagnostic, ...]:
    write(folder, {"services.yaml": page(code).split("```yaml\n")[1].split("```")[0]})
    if code == "EW801":
        return migrate((folder / "services.yaml").read_text(), DirectoryReader(folder)).diagnostics
    host = Host([Candidate("platform_rule", platform_rule, "", "")])
    with pytest.raises(Refused) as caught:
        api.validate(api.Request(), api.open_world(folder, host))
    return caught.value.diagnostics


@pytest.mark.parametrize("code", ["EW100", "EW320", "EW800", "EW801"])
def test_the_example_gives_the_message(code: str, tmp_path: Path) -> None:
    found = told(tmp_path, code)
    assert MESSAGE.findall(page(code)) == [(str(item.where), item.severity, item.code, item.summary) for item in found]
    assert HINT.findall(page(code)) == [item.hint for item in found]


@pytest.mark.parametrize("code", ["EW320", "EW800", "EW801", "EW802"])
def test_every_code_has_a_page_with_its_title(code: str) -> None:
    assert page(code).startswith(f"# {code}: {CODES[code]}\n")
