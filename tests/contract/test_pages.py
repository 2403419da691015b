"""The pages of the contract's diagnostics show what the engine says."""

from __future__ import annotations

import re

import pytest

from envwright.contract.check import check
from envwright.model.codes.contract import CONTRACT
from envwright.model.contract.stack import ServiceStack
from envwright.model.diagnostic import Report
from envwright.yaml.reader import read
from tests.support.paths import ROOT

ELSEWHERE = {"EW100", "EW104", "EW108", "EW110"}  # reported by the steps that know formats, components, plugins, units
_MESSAGE = re.compile(r"^(services\.yaml:\d+:\d+): error\[(EW\d+)\]: (.*)$", re.MULTILINE)
_HINT = re.compile(r"^      \| +\^+ (.*)$", re.MULTILINE)


def page(code: str) -> str:
    return (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "title"), CONTRACT.items(), ids=CONTRACT)
def test_every_code_has_a_page_with_its_title(code: str, title: str) -> None:
    assert page(code).startswith(f"# {code}: {title}\n")


@pytest.mark.parametrize("code", sorted({*CONTRACT, "EW011"} - ELSEWHERE))
def test_the_example_gives_the_message(code: str) -> None:
    text = page(code)
    example = text.split("```yaml\n")[1].split("```")[0]
    report = Report()
    check(read(example, "services.yaml"), ServiceStack, report)
    found = [(str(item.where), item.code, item.summary) for item in report.items]
    assert _MESSAGE.findall(text) == found
    assert set(_HINT.findall(text)) <= {item.hint for item in report.items}
