"""`golden/plugin-elixir`: a plugin outside of the source roots, installed from its wheel, changes what is rendered.

`make goldens` refreshes `renders/plugin-elixir/`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.support.kubernetes_schema import VERSIONS, assert_valid
from tests.support.paths import ROOT
from tests.support.venvs import Venv, wheel_of

GOLDEN = ROOT / "golden/plugin-elixir"
RENDERS = ROOT / "renders/plugin-elixir"
ENVIRONMENTS = {"production": ["--env", "production"], "ai-7": ["--env", "ai", "--slot", "7"]}
HOW = "if this is what you meant, refresh with: make goldens"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    place = tmp_path_factory.mktemp("elixir")
    package = shutil.copytree(GOLDEN / "package", place / "package")
    found = Venv(place / "venv")
    found.install(wheel_of(package, place))
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_listed_with_all_that_it_brings(here: Venv, tmp_path: Path) -> None:
    listed = here.run("envwright", "plugins", cwd=tmp_path).stdout
    _, _, own = listed.partition("elixir  0.3.0  (envwright-elixir)\n")
    assert [line.strip() for line in own.splitlines()[:5]] == [
        "envwright_check_environment",
        "envwright_contract_section",
        "envwright_manifest_transform",
        "envwright_migration_tool",
        "envwright_stack",
    ]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_render_is_what_is_committed(name: str, here: Venv, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    called = ["render", "-f", GOLDEN / "services.yaml", *ENVIRONMENTS[name], "--out", tmp_path / "out"]
    done = here.run("envwright", *called, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made = files(tmp_path / "out")
    if request.config.getoption("--regen-all"):
        shutil.rmtree(RENDERS / name, ignore_errors=True)
        shutil.copytree(tmp_path / "out", RENDERS / name)
    committed = files(RENDERS / name)
    assert sorted(made) == sorted(committed), HOW
    assert [path for path in made if made[path] != committed[path]] == [], HOW
    for path, content in made.items():
        if path.startswith("manifests/") and not path.endswith("/kustomization.yaml"):
            assert_valid(yaml.safe_load(content), VERSIONS)


def test_without_it_the_stack_is_refused(tmp_path: Path) -> None:
    bare = Venv(tmp_path / "bare")
    done = bare.run("envwright", "validate", "-f", GOLDEN / "services.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "error[EW108]" in done.stderr


def test_its_own_tests_pass(here: Venv, tmp_path: Path) -> None:
    copy = shutil.copytree(GOLDEN / "package", tmp_path / "package")
    done = here.run("pytest", "-q", "-p", "no:cacheprovider", cwd=copy)
    assert done.returncode == 0, done.stdout + done.stderr
