"""docs/guardrails.md speaks of every setting and of every code."""

from __future__ import annotations

import re

import pytest

from envwright.contract.shapes import record
from envwright.model.codes.isolation import ISOLATION
from envwright.model.value import Value
from envwright_plugins.guardrails.settings import Guardrails, Network, Peer
from tests.support.paths import ROOT

PAGE = (ROOT / "docs/guardrails.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("declared", [Guardrails, Network, Peer])
def test_every_setting_is_described(declared: type[Value]) -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert record(declared).keys.keys() - named == set()


def test_every_code_has_its_link() -> None:
    codes = [code for code in ISOLATION if code >= "EW606"]
    assert [code for code in codes if f"(diagnostics/{code}.md)" not in PAGE] == []
