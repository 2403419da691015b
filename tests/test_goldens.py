"""What the engine makes of `golden/` is committed in `renders/`, byte for byte: a change of the engine shows as a diff.

`make goldens` refreshes `renders/`.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from pytest_regressions.file_regression import FileRegressionFixture

from envwright import api
from envwright.model.diagnostic import Diagnostic
from tests.support.goldens import ROOT, Golden, goldens
from tests.support.kubernetes_schema import VERSIONS, assert_valid

GOLDENS = goldens()
HOW = "if this is what you meant, refresh with: make goldens"
SHOWN_LINES = 60


class Rendered(NamedTuple):
    """What a first `render --out` into a new folder writes, and what it warns of."""

    files: dict[str, bytes]
    warnings: tuple[Diagnostic, ...]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[Golden, Rendered]:
    return {golden: _render(golden, tmp_path_factory.mktemp("render")) for golden in GOLDENS}


def _render(golden: Golden, folder: Path) -> Rendered:
    response = golden.render()
    api.write(response, folder)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return Rendered({path.relative_to(folder).as_posix(): path.read_bytes() for path in files}, response.diagnostics)


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_the_render_is_what_is_committed(
    golden: Golden, rendered: dict[Golden, Rendered], file_regression: FileRegressionFixture, regenerate: bool
) -> None:
    files = rendered[golden].files
    if regenerate:
        shutil.rmtree(golden.renders, ignore_errors=True)
    else:
        _assert_same_names(golden, set(files))
    differences: list[str] = []
    for path, content in files.items():
        file_regression.check(
            content,
            binary=True,
            fullpath=golden.renders / path,
            check_fn=lambda obtained, expected: differences.extend(_difference(obtained, expected)),
        )
    if differences:
        pytest.fail("\n".join([f"{golden} differs from renders/; {HOW}", *differences]), pytrace=False)


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_every_object_passes_strict_schema_validation(golden: Golden, rendered: dict[Golden, Rendered]) -> None:
    folders = ("manifests/", "images/")
    manifests = [path for path in rendered[golden].files if path.startswith(folders) and path.endswith(".yaml")]
    objects = [yaml.safe_load(rendered[golden].files[path]) for path in manifests if not _is_index(path)]
    assert objects
    for item in objects:
        assert_valid(item, VERSIONS)


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_a_golden_warns_of_nothing_but_what_is_made_otherwise_for_it(
    golden: Golden, rendered: dict[Golden, Rendered]
) -> None:
    assert {found.code for found in rendered[golden].warnings} <= {"EW510", "EW604", "EW605"}


def test_renders_holds_nothing_else(regenerate: bool) -> None:
    wanted = {golden.renders for golden in GOLDENS}
    stale = [
        folder
        for folder in sorted((ROOT / "renders").glob("*/*"))
        if folder not in wanted and not folder.parent.name.startswith("plugin-")
    ]
    if regenerate:
        for folder in stale:
            shutil.rmtree(folder)
        stale = []
    assert not stale, f"no golden makes these; {HOW}"


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regen-all"))


def _assert_same_names(golden: Golden, made: set[str]) -> None:
    committed = {path.relative_to(golden.renders).as_posix() for path in golden.renders.rglob("*") if path.is_file()}
    missing, stale = sorted(made - committed), sorted(committed - made)
    assert not missing, f"{golden}: not in {golden.renders.relative_to(ROOT)}; {HOW}"
    assert not stale, f"{golden}: no longer made; {HOW}"


def _difference(obtained: Path, expected: Path) -> list[str]:
    if obtained.read_bytes() == expected.read_bytes():
        return []
    name = expected.relative_to(ROOT).as_posix()
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (expected, obtained))
    lines = list(difflib.unified_diff(before, after, f"{name} (committed)", f"{name} (now)", lineterm=""))
    return lines[:SHOWN_LINES] or [f"{name}: only the ends of lines differ"]


def _is_index(path: str) -> bool:
    return path.endswith("/kustomization.yaml")
