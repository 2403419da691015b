"""docs/builders.md speaks of every setting, of every code, and of every container."""

from __future__ import annotations

import re

import pytest

from envwright.contract.shapes import record
from envwright.kubernetes.objects import SOURCE_REPOSITORY_ANNOTATION, SOURCE_SHA_ANNOTATION
from envwright.model.value import Value
from envwright_plugins.builders.scripts import REPOSITORY_VARIABLE, SHA_VARIABLE
from envwright_plugins.builders.settings import Builders, BuildNetwork, Source, Tools, TrustLevel, TrustLevels
from tests.plugins.builders.rendering import BUILDKIT, made
from tests.support.paths import ROOT

PAGE = (ROOT / "docs/builders.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))


@pytest.mark.parametrize("declared", [Builders, BuildNetwork, Source, Tools, TrustLevel, TrustLevels])
def test_every_setting_is_described(declared: type[Value]) -> None:
    assert record(declared).keys.keys() - NAMED == set()


def test_every_code_has_its_link() -> None:
    assert [code for code in ("EW340", "EW341", "EW342", "EW343") if f"(diagnostics/{code}.md)" not in PAGE] == []


@pytest.mark.parametrize("image", ["api", "redis"])
def test_every_container_is_described(image: str) -> None:
    assert set(made(BUILDKIT.render(), image).containers) <= NAMED


def test_what_a_reconciler_writes_is_described() -> None:
    assert {SOURCE_SHA_ANNOTATION, SOURCE_REPOSITORY_ANNOTATION, SHA_VARIABLE, REPOSITORY_VARIABLE} <= NAMED
